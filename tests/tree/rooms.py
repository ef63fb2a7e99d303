#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes point down: from floor to floor, from room to room, and without a circle between modules.

A floor is a folder of the tree, a room a folder of a floor. A module is a header with the source of the same name. Sources
without a header belong to the header whose name theirs begins with (call.h: call.c, call_parse.c, call_text.c), and so
does a header that nothing outside that module includes (json.h: json_fault.h).

Usage: rooms.py [TREE]
"""

import os
import re

from sources import FLOORS, find_files, finish, line_of, read_text, tree_of_arguments

# Rooms of a floor from the top down. Rooms on one line may include one another, but not in a circle. A file that lies in
# the floor's own folder is a room of its own, by its name without a slash.
ROOMS = {
    'oci': [
        ['oci/'],
    ],
    'filter': [
        ['lint/', 'learn/'],
        ['rules/', 'record/'],
        ['query/'],
        ['table/'],
        ['program/'],
        ['kernel/'],
    ],
    'shim': [
        ['main'],
        ['hook/'],
        ['runtime/'],
        ['run/', 'test/', 'analyze/', 'policy/', 'entry/', 'observe/'],
        ['input/'],
        ['options', 'replace'],
        ['host/', 'print'],
    ],
}
# Floors from the top down.
FLOOR_ORDER = ['shim', 'filter', 'oci']

# Folders without sources, which are no rooms.
OTHER_FOLDERS = {'shim': {'man'}}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def room_of(path):
    """('filter', 'table/') of filter/table/table.c, ('shim', 'print') of shim/print.h, ('oci', 'oci/') of oci/json.c."""
    floor, *folders, name = path.split('/')
    if floor == 'oci' and not folders:
        return 'oci', 'oci/'
    return floor, folders[0] + '/' if folders else name.rsplit('.', 1)[0]


def name_of(room):
    return '/'.join(room).rstrip('/') if room[0] != 'oci' else 'oci'


def level_of(room):
    for level, names in enumerate(ROOMS[room[0]]):
        if room[1] in names:
            return level
    return None


class Modules:
    """Which module a file belongs to: its path without the ending, or the module that it is a part of."""

    def __init__(self, paths, includes):
        self.headers = {path for path in paths if path.endswith('.h')}
        self.users = {}
        for path, _, target in includes:
            self.users.setdefault(target, set()).add(path)

    def whole_of(self, stem):
        """The module of a part: the longest beginning of its name that has a header. None if there is none."""
        folder, name = os.path.split(stem)
        while '_' in name:
            name = name.rsplit('_', 1)[0]
            if f'{folder}/{name}.h' in self.headers:
                return f'{folder}/{name}'
        return None

    def is_inner(self, stem, whole):
        return all(re.match(rf'{re.escape(whole)}[._]', user) for user in self.users.get(stem + '.h', ()))

    def of(self, path):
        stem = path.rsplit('.', 1)[0]
        whole = self.whole_of(stem)
        if whole and (stem + '.h' not in self.headers or self.is_inner(stem, whole)):
            return self.of(whole + '.h')
        return stem


def read_includes(root, paths):
    """(path, line, included path) of every include of the tree's own headers."""
    found = []
    for path in paths:
        text = read_text(root, path)
        for match in INCLUDE.finditer(text):
            found.append((path, line_of(text, match.start()), match.group(1)))
    return found


def find_circles(edges):
    """Each circle as a list of nodes, the first repeated at its end; one for each edge that closes one."""
    state = {}
    circles = []

    def visit(node, way):
        state[node] = 'open'
        way.append(node)
        for other in sorted(edges.get(node, ())):
            if state.get(other) == 'open':
                circles.append(way[way.index(other):] + [other])
            elif other not in state:
                visit(other, way)
        way.pop()
        state[node] = 'done'

    for node in sorted(edges):
        if node not in state:
            visit(node, [])
    return circles


def check_places(root, paths):
    for path in paths:
        if level_of(room_of(path)) is None:
            yield f'{path}: lies in no room (rooms.py lists those of each floor)'
    for floor in FLOORS:
        for name in sorted(os.listdir(os.path.join(root, floor))):
            if os.path.isdir(os.path.join(root, floor, name)) and name not in OTHER_FOLDERS.get(floor, ()) \
                    and level_of((floor, name + '/')) is None:
                yield f'{floor}/{name}: is no room (rooms.py lists those of each floor)'


def check_arrows(includes, paths):
    for path, line, target in includes:
        if target.split('/')[0] not in FLOORS or '..' in target:
            if target not in ('config.h',):
                yield f'{path}:{line}: includes {target}, which is not named from the top of the tree'
            continue
        if target not in paths and not target.endswith('_tab.h'):
            yield f'{path}:{line}: includes {target}, which is not there'
            continue
        here, there = room_of(path), room_of(target)
        if here[0] != there[0]:
            if FLOOR_ORDER.index(there[0]) < FLOOR_ORDER.index(here[0]):
                yield f'{path}:{line}: includes {target}: from floor {here[0]} up to {there[0]}'
        elif level_of(here) is not None and level_of(there) is not None and level_of(there) < level_of(here):
            yield f'{path}:{line}: includes {target}: from room {name_of(here)} up to {name_of(there)}'


def check_circles(includes, paths):
    modules = Modules(paths, includes)
    edges, rooms = {}, {}
    for path, _, target in includes:
        if target not in modules.headers:
            continue
        here, there = modules.of(path), modules.of(target)
        if here != there:
            edges.setdefault(here, set()).add(there)
        if room_of(path) != room_of(target):
            rooms.setdefault(name_of(room_of(path)), set()).add(name_of(room_of(target)))
    for circle in find_circles(edges):
        yield 'circle of modules: ' + ' > '.join(circle)
    for circle in find_circles(rooms):
        yield 'circle of rooms: ' + ' > '.join(circle)


def check_readmes(root):
    """A floor's README.md names each of its rooms, as `room/`; oci is one room."""
    for floor in FLOORS:
        readme = os.path.join(floor, 'README.md')
        if not os.path.isfile(os.path.join(root, readme)):
            yield f'{readme}: is missing'
            continue
        text = read_text(root, readme)
        for name in sorted(os.listdir(os.path.join(root, floor))):
            if os.path.isdir(os.path.join(root, floor, name)) and not re.search(rf'\b{name}/', text):
                yield f'{readme}: does not name {name}/'


def main():
    root = tree_of_arguments()
    paths = find_files(root, FLOORS, ('.c', '.h'))
    includes = read_includes(root, paths)
    finish([*check_places(root, paths), *check_arrows(includes, set(paths)), *check_circles(includes, paths),
            *check_readmes(root)])


if __name__ == '__main__':
    main()
