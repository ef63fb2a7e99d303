#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A filter file for the entry program, written as shim/entry/entry_format.h says, by hand.

	entry_file.py PROGRAM OUTPUT [KEY=VALUE...]	PROGRAM: what compile -f bpf writes

Keys: magic version arch length flags options padding sum: other values than the right ones.
"""

import struct
import sys

MAGIC = 0x314b4e494c494653
ARCHES = {'x86_64': 0xc000003e, 'aarch64': 0xc00000b7}
NO_NEW_PRIVS, CAN_REPORT = 1, 2


def checksum(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001b3) % 2**64
    return value


def main():
    with open(sys.argv[1], 'rb') as file:
        code = file.read()
    keys = {'magic': MAGIC, 'version': 1, 'arch': ARCHES.get(__import__('os').uname().machine, 0),
            'length': len(code) // 8, 'flags': 0, 'options': NO_NEW_PRIVS | CAN_REPORT, 'padding': 0}
    keys.update((word.split('=')[0], int(word.split('=')[1], 0)) for word in sys.argv[3:])
    header = struct.pack('=Q6I', *(keys[name] for name in
                                   ('magic', 'version', 'arch', 'length', 'flags', 'options', 'padding')))
    with open(sys.argv[2], 'wb') as file:
        file.write(header + struct.pack('=Q', keys.get('sum', checksum(header + code))) + code)


if __name__ == '__main__':
    main()
