#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""configure.py BUNDLE GROUP SECTION ARG...: makes the bundle's config.json of its spec.json (from `runc spec`): a
process without terminal that runs ARG..., a seccomp section from a file (`-`: none), a cgroup in GROUP. Standard
input may hold members of `process` as one JSON object; null takes one away."""

import json
import os
import sys


def configured(config, group, section, args, members):
    config['process'].update(terminal=False, args=args, rlimits=[])
    config['process'].update(members)
    config['process'] = {key: value for key, value in config['process'].items() if value is not None}
    config['linux']['cgroupsPath'] = f'/{group}/bundle'
    config['linux'].pop('seccomp', None)
    if section is not None:
        config['linux']['seccomp'] = section
    return config


def read(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def main():
    bundle, group, section, *args = sys.argv[1:]
    members = json.loads('' if sys.stdin.isatty() else sys.stdin.read() or '{}')
    config = configured(read(os.path.join(bundle, 'spec.json')), group,
                        None if section == '-' else read(section), args, members)
    with open(os.path.join(bundle, 'config.json'), 'w', encoding='utf-8') as file:
        json.dump(config, file, indent=1)


if __name__ == '__main__':
    main()
