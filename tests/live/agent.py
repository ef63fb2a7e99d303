#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A seccomp agent: receives a listener as the runtime specification says, and answers what is notified.

	agent.py SOCKET FOLDER [NUMBER=ERRNO|NUMBER=continue...]	calls not named are continued
	agent.py SOCKET FOLDER MODE		deaf: accepts and does not read; closing: accepts and closes;
						full: accepts nobody, its queue is full

For connection N (from 0) FOLDER/state.N gets the bytes that came, FOLDER/fds.N how many descriptors with the
first and with later messages, FOLDER/calls.N a line PID NUMBER for each notification, FOLDER/end.N how the
listener ended. SOCKET is there when the agent is ready.
"""

import array
import ctypes
import errno
import fcntl
import json
import os
import select
import socket
import struct
import sys
import threading
import time

RECEIVE, SEND = 0xc0502100, 0xc0182101  # SECCOMP_IOCTL_NOTIF_RECV, _SEND (linux/seccomp.h)
NOTIFICATION, RESPONSE = 80, 'QqiI'
CONTINUE = 1
SILENCE = 0.3  # seconds


def is_whole(data):
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def receive(connection):
    """
    All bytes until the other side closes, or is silent after a whole state: runc does not close before its memory is
    cleaned up, half a minute later. Descriptors of the first message and of all others.
    """
    data, first, later = b'', [], []
    while True:
        descriptors = array.array('i')
        connection.settimeout(SILENCE if is_whole(data) else None)
        try:
            part, control, flags, _ = connection.recvmsg(4096, socket.CMSG_SPACE(16 * descriptors.itemsize))
        except socket.timeout:
            return data, first, later
        if flags & socket.MSG_CTRUNC:
            raise RuntimeError('too many descriptors')
        for level, kind, content in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors.frombytes(content[:len(content) - len(content) % descriptors.itemsize])
        if data:
            later += descriptors
        else:
            first += descriptors
        if not part:
            return data, first, later
        data += part


def supervise(listener, answers, calls):
    """Answers until nobody is left who could ask."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while True:
        if poll.poll()[0][1] & select.POLLHUP:
            return 'hangup'
        notification = bytearray(NOTIFICATION)
        try:
            fcntl.ioctl(listener, RECEIVE, notification, True)
            identifier, pid, _, number = struct.unpack_from('QIIi', notification)
            calls.write(f'{pid} {number}\n')
            calls.flush()
            answer = answers.get(number, 'continue')
            response = ((identifier, 0, 0, CONTINUE) if answer == 'continue' else
                        (identifier, 0, -int(answer), 0))
            fcntl.ioctl(listener, SEND, struct.pack(RESPONSE, *response))
        except OSError as error:
            if error.errno != errno.ENOENT:  # the one who asked was killed
                raise


def serve(connection, folder, number, answers):
    with connection:
        data, first, later = receive(connection)
    for name, content in (('state', data), ('fds', f'{len(first)} {len(later)}\n'.encode())):
        with open(os.path.join(folder, f'{name}.{number}'), 'wb') as file:
            file.write(content)
    if not first:
        return
    with open(os.path.join(folder, f'calls.{number}'), 'w', encoding='ascii') as calls:
        end = supervise(first[0], answers, calls)
    with open(os.path.join(folder, f'end.{number}'), 'w', encoding='ascii') as file:
        file.write(end + '\n')
    os.close(first[0])


def main():
    path, folder, *words = sys.argv[1:]
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(path + '.new')
    listening.listen(0 if words == ['full'] else 64)
    os.chmod(path + '.new', 0o777)
    held = []
    if words == ['full']:
        held.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        held[0].connect(path + '.new')
    os.rename(path + '.new', path)
    if words == ['full']:
        time.sleep(60)
    answers = dict((int(word.split('=')[0]), word.split('=')[1]) for word in words if '=' in word)
    number = 0
    while True:
        connection, _ = listening.accept()
        if words == ['deaf']:
            held.append(connection)
        elif words == ['closing']:
            connection.close()
        else:
            threading.Thread(target=serve, args=(connection, folder, number, answers), daemon=True).start()
        number += 1


if __name__ == '__main__':
    main()
