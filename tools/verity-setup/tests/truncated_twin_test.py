#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
No program takes the truncated twin of an image that it takes.

Copyright (C) 2026 The tarfs authors

The host's attack is in truncated_twin.py.  dump.tarfs, which verifies nothing,
shows that each twin is one: it has the embedded tree, and only that.

Usage: truncated_twin_test.py BIN_DIR
"""
import json
import os
import struct
import subprocess
import sys

import tap
import truncated_twin
from oci_layout import oci_layout, write_directory
from programs import Programs
from truncated_twin import BLOCK, COMBINATIONS

ANOTHER = "is not the one that the root hash stands for"
# blocks of the outer layer before the embedded one: trees of 1 to 3 levels
DEPTHS = ((0, COMBINATIONS), (400, COMBINATIONS), (17000, COMBINATIONS[:1]))


def claim(outcome, wanted, what):
    """Claim a program's outcome: the status, and a part of the output."""
    status, text = outcome
    if not tap.ok(status == wanted[0] and wanted[1] in text, what):
        tap.note(f"exit status {status}: {text}")


def verity_setup(programs, name, image, root, good):
    """
    verify, table and open refuse the twin; dump shows whether the edge fits.
    """
    wanted = (0, "") if good else (1, ANOTHER)
    claim(programs.run("verity-setup", "verify", image, root), wanted,
          f"{name}: verity-setup verify")
    claim(programs.run("verity-setup", "table", image, root), wanted,
          f"{name}: verity-setup table")
    claim(programs.run("verity-setup", "dump", image),
          (0, "edge:     \t" + ("of this" if good else "of another")),
          f"{name}: verity-setup dump")
    # open of an honest image fails at the name, or at a missing device
    status, text = programs.run("verity-setup", "open", image, "no/name",
                                root)
    if not tap.ok(status == 1 and (ANOTHER in text) != good,
                  f"{name}: verity-setup open"):
        tap.note(f"exit status {status}: {text}")


def fsck(programs, name, image, root, good):
    wanted = (0, "clean") if good else (4, ANOTHER)
    claim(programs.run("fsck.tarfs", image), wanted, f"{name}: fsck.tarfs")
    claim(programs.run("fsck.tarfs", f"--root-hash={root}", image), wanted,
          f"{name}: fsck.tarfs with the root hash")


def dump(programs, name, image, good):
    """Check the tree, and what is said of the root hash."""
    status, text = programs.run("dump.tarfs", "-l", image)
    there, absent = ("/reviewed", "/evil") if good else ("/evil", "/reviewed")
    if not tap.ok(not status and there in text and absent not in text,
                  f"{name}: the tree is that of {there}"):
        tap.note(text)
    claim(programs.run("dump.tarfs", image),
          (0, "(not verified)" if good else ANOTHER),
          f"{name}: dump.tarfs on the root hash")


def each(programs, name, made):
    for kind, data in (("honest", made.honest), ("twin", made.twin)):
        image = programs.write(kind + ".img", data)
        good = kind == "honest"
        what = f"{name}, {kind}"
        dump(programs, what, image, good)
        verity_setup(programs, what, image, made.root_hash, good)
        fsck(programs, what, image, made.root_hash, good)


# ---- tarfs-image ----

def pod_blocks(outdir):
    with open(os.path.join(outdir, "pod.json"), encoding="utf-8") as file:
        pod = json.load(file)
    return pod["containers"][0]["storages"][0]["options"][-1].split("=")


def tarfs_image(programs, formats, made):
    source = os.path.join(programs.work, "layout")
    write_directory(oci_layout([made.tar], {"Cmd": ["/reviewed"]}), source)
    outdir = os.path.join(programs.work, "out")
    convert = ("convert", f"--format={formats[0]}", source, outdir)
    verify = ("verify", f"--format={formats[0]}", source, outdir)
    name = f"{formats[1]} in {formats[0]}"

    claim(programs.run("tarfs-image", *convert), (0, ""), f"{name}: convert")
    wanted = ["io.katacontainers.fs-opt.data-blocks", str(made.blocks)]
    tap.ok(pod_blocks(outdir) == wanted, f"{name}: the pod spec has {wanted}")
    claim(programs.run("tarfs-image", *verify), (0, ""), f"{name}: verify")
    layers = os.path.join(outdir, "layers")
    image = os.path.join(layers, os.listdir(layers)[0])
    with open(image, "rb") as file:
        tap.ok(file.read() == made.honest, f"{name}: it is the honest image")
    with open(image, "wb") as file:
        file.write(made.twin)
    claim(programs.run("tarfs-image", *verify), (1, ANOTHER),
          f"{name}: verify does not take the twin")
    claim(programs.run("tarfs-image", *convert), (0, ""),
          f"{name}: convert again")
    with open(image, "rb") as file:
        tap.ok(file.read() == made.honest,
               f"{name}: ... does not take over the twin")
    tap.ok(pod_blocks(outdir) == wanted, f"{name}: ... nor its number")
    claim(programs.run("tarfs-image", *convert, "--verbose"),
          (0, "was there already"), f"{name}: it takes over the honest one")
    tap.ok(pod_blocks(outdir) == wanted, f"{name}: ... and its number")
    subprocess.run(["rm", "-r", source, outdir], check=True)


# ---- trees of another depth ----

def levels_as_data(programs, made):
    """
    The hash blocks as data: the right edge is valid, but there is nothing to
    mount.  Two sections of threat-model.rst that count bits are about these.
    """
    counts = truncated_twin.levels(made.blocks)
    tree = made.honest[made.blocks * BLOCK:-BLOCK]
    for depth in range(len(counts)):
        above = sum(counts[:depth]) * BLOCK
        data = tree[above:above + counts[depth] * BLOCK]
        image = programs.write("shallow.img", data + tree[:above] +
                               truncated_twin.trailer(counts[depth]))
        name = f"{counts[depth]} hash blocks as data"
        claim(programs.run("verity-setup", "verify", image, made.root_hash),
              (0, ""), f"{name}: the root hash fits")
        claim(programs.run("dump.tarfs", image), (1, "superblock"),
              f"{name}: there is no superblock")


def more_levels(programs, made):
    """The data as hash blocks: the edge ends in the superblock."""
    last = made.honest[(made.blocks - 1) * BLOCK:made.blocks * BLOCK]
    used = len(last.rstrip(b"\0")) - 1
    blocks = (made.blocks - 1) * truncated_twin.SLOTS + used // 32 + 1
    tree = made.honest[made.blocks * BLOCK:-BLOCK]
    path = programs.write("deep.img", b"")
    with open(path, "r+b") as file:
        file.seek(blocks * BLOCK)
        file.write(tree + made.honest[:made.blocks * BLOCK] +
                   truncated_twin.trailer(blocks))
    claim(programs.run("verity-setup", "table", path, made.root_hash),
          (1, f"data block {blocks - 1}, at byte"),
          f"{blocks} data blocks below the {made.blocks}: refused")


def slots_of_superblocks(programs, made, index_format):
    """Check threat-model.rst on the last digest in a superblock."""
    last = made.honest[(made.blocks - 1) * BLOCK:made.blocks * BLOCK]
    used = (len(last.rstrip(b"\0")) - 1) // 32
    wanted = {1: (112,), 2: (116, 117, 118)}[index_format]
    tap.ok(used in wanted, f"format {index_format}: the last slot of a "
           f"superblock that is not zero is {used}")
    slot = struct.unpack_from("<4Q", last, used * 32)
    tap.ok(all(number < made.blocks * BLOCK for number in slot) and any(slot),
           f"format {index_format}: ... numbers below the device's size")


def main(argv):
    if len(argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    inner = truncated_twin.members({"evil": b"evil\n"})
    with tap.scratch() as work:
        programs = Programs(argv[1], work, "mktarfs", "verity-setup",
                            "fsck.tarfs", "dump.tarfs", "tarfs-image")
        mktarfs = programs.paths["mktarfs"]
        for depth, (blocks, combinations) in enumerate(DEPTHS):
            outer = truncated_twin.members(
                {"reviewed": b"reviewed\n", "pad": bytes(blocks * BLOCK)})
            for formats in combinations:
                made = truncated_twin.attack(mktarfs, work, formats, outer,
                                             inner)
                name = (f"{formats[1]} in {formats[0]}, {depth + 1} levels")
                assert len(truncated_twin.levels(made.blocks)) == depth + 1
                each(programs, name, made)
                if depth == 0:
                    tarfs_image(programs, formats, made)
                    slots_of_superblocks(programs, made, formats[0])
                levels_as_data(programs, made)
                more_levels(programs, made)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
