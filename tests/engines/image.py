#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""image.py LAYER NAME ARCHIVE: makes an image of one layer (a tar file), in the format of `docker save`."""

import hashlib
import io
import json
import sys
import tarfile


def add(archive, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def main():
    layer_path, name, archive_path = sys.argv[1:]
    with open(layer_path, 'rb') as file:
        layer = file.read()
    config = json.dumps({
        'architecture': 'amd64', 'os': 'linux', 'config': {'Env': ['PATH=/bin']},
        'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]},
    }).encode()
    manifest = [{'Config': 'config.json', 'RepoTags': [name], 'Layers': ['layer.tar']}]
    with tarfile.open(archive_path, 'w') as archive:
        add(archive, 'config.json', config)
        add(archive, 'layer.tar', layer)
        add(archive, 'manifest.json', json.dumps(manifest).encode())


if __name__ == '__main__':
    main()
