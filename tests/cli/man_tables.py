# SPDX-License-Identifier: Apache-2.0
"""The tables of keys in the manual pages' JSON OUTPUT, and objects that are checked against them.

    PYTHONPATH=tests/cli python3 -c 'from man_tables import check_object, read_tables ...'
"""

KINDS = {'string': str, 'number': int, 'array': list, 'object': dict, 'null': type(None), 'boolean': bool}


def read_tables(*pages):
    """Each table with the columns Key and Type, as a list of (key, type), by the first key."""
    tables, rows = {}, None
    for page in pages:
        with open(page, encoding='utf-8') as file:
            for line in file.read().splitlines():
                if line.startswith('.It Sy Key'):
                    rows = []
                elif line == '.El':
                    if rows:
                        tables[rows[0][0]] = rows
                    rows = None
                elif rows is not None and line.startswith('.It '):
                    rows.append(tuple(line[4:].split(' Ta ')[:2]))
    return tables


def check_object(value, table):
    """The object has the keys of the table, in their order, each of a type that the table names."""
    assert list(value) == [name for name, _ in table], (value, table)
    for name, kind in table:
        allowed = tuple(KINDS[word] for word in kind.split(' or '))
        assert isinstance(value[name], allowed), (name, value[name], kind)
