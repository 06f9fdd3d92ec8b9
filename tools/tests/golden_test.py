#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs computes the root hashes that were published for format 1.

Copyright (C) 2026 The tarfs authors

Two of the layers are so simple that the test makes them; two others are files
of a directory of test vectors, if there is one.

Usage: golden_test.py BIN_DIR [VECTORS_DIR]
"""
import hashlib
import json
import os
import subprocess
import sys

import tap
from random_tars import with_checksum


def seed_layer():
    """Make layer 2 of a public example-container:1: one empty file."""
    header = bytearray(512)
    for at, field in ((0, b"LAYER_2"), (100, b"0000644"), (108, b"0000000"),
                      (116, b"0000000"), (124, b"00000000000"),
                      (136, b"%011o" % 1719409995), (156, b"0"), (257, b"ustar\x0000"), (329, b"0000000"),
                      (337, b"0000000")):
        header[at:at + len(field)] = field
    return with_checksum(header) + bytes(1024)


def empty_layer():
    return bytes(1024)


# name, function that makes it (None: a file), diff_id, data size, root hash
GOLDEN = (
    ("seed-layer2", seed_layer,
     "ed328a6cc2d48369c6c566dd144f55455c40934abe2a7ec4395dd08af7402df7", 8192,
     "3e180656327e86fa7aa220ff278695f1df2a2679e1aa80e8a454ccf0460c7d39"),
    ("empty", empty_layer,
     "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", 8192,
     "67450082ab56da1aecc5eae2f18d980cd9e7306e79334a1a826a91cfd90114a8"),
    ("distroless-tmp", None,
     "e624a5370eca2b8266e74d179326e2a8767d361db14d13edd9fb57e408731784", 16384,
     "8838c182457ea7b7c6f8bf8a73a39737e4a9c59e552dd906321b27e65abea1e7"),
    ("distroless-nsswitch", None,
     "1a73b54f556b477f0a8b939d13c504a3b4f4db71f7a09c63afbc10acb3de5849", 16384,
     "a10d477bcf18082f2c951eb43a78fd1f4c09975c12e3873bc86f2ca7c969901e"),
)

# SHA-256 of the data device, if known
DATA = {
    "empty":
    "0cb7a0859b774c2d9649ea5a2e6a01842eb15c62b26c5adf0165e4056b9a61ef",
    "distroless-tmp":
    "c50aa806e6c0b5568578e388a1e6d676b8ffc62f8c1cfd8e9d8ff1fd2e308327",
    "distroless-nsswitch":
    "88287e1774c10becb3215c2b71c99d17a9ca6957393396df69d020a65b888fcb",
}


def content(name, make, vectors):
    """Return the tar, or None if its file does not exist."""
    if make:
        return make()
    path = os.path.join(vectors or "", name + ".tar")
    if not vectors or not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def check(mktarfs, directory, name, tar, golden):
    diff_id, data_size, root_hash = golden
    image = os.path.join(directory, name + ".image")
    run = subprocess.run([mktarfs, "--format=1", "--json", "-", image],
                         input=tar, capture_output=True, check=False)
    if not tap.ok(run.returncode == 0, f"{name}: mktarfs makes an image"):
        tap.note(run.stderr.decode(errors="replace"))
        return
    said = json.loads(run.stdout)
    tap.ok(said["diff_id"] == "sha256:" + diff_id, f"{name}: diff_id")
    tap.ok(said["data_size"] == data_size, f"{name}: size of the data device")
    if not tap.ok(said["root_hash"] == root_hash,
                  f"{name}: the published root hash"):
        tap.note(f"got {said['root_hash']}, published {root_hash}")
    with open(image, "rb") as file:
        data = file.read(data_size)
    tap.ok(data.startswith(tar), f"{name}: the tar is in front, untouched")
    if name in DATA:
        tap.ok(hashlib.sha256(data).hexdigest() == DATA[name],
               f"{name}: SHA-256 of the data device")


def main(argv):
    if len(argv) not in (2, 3):
        print("usage: golden_test.py BIN_DIR [VECTORS_DIR]", file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1], "mktarfs")
    vectors = argv[2] if len(argv) == 3 else None
    with tap.scratch() as directory:
        for name, make, *golden in GOLDEN:
            tar = content(name, make, vectors)
            if tar is None:
                tap.skip(name, "this layer is a file of others, and not here")
                continue
            if hashlib.sha256(tar).hexdigest() != golden[0]:
                tap.ok(False, f"{name}: the tar is the published layer")
                continue
            check(mktarfs, directory, name, tar, golden)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
