#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs warns of blocks of a tar, or of its index, that end in a superblock or
a trailer, and of no others.

Copyright (C) 2026 The tarfs authors

First the attack: a tar that is mounted as another one if its image is cut
short.  Then generated tars with planted blocks, some of which only resemble
them; expected warnings are computed from the image by the rules of
Documentation/odd-tars.rst.

Usage: embedded_test.py BIN_DIR [VECTORS [SEED]]	TAP on standard output
"""
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import time
from pathlib import Path

import odd_tars
import tap

BLOCK, SUPER = 4096, 512
KIND = "embedded-superblock"
MAGIC = 0xff0a327366726174
ROUNDS = 40


class Tools:
    def __init__(self, directory):
        for name in ("mktarfs", "fsck.tarfs", "dump.tarfs"):
            setattr(self, name.partition(".")[0],
                    tap.program(directory, name))

    def make(self, tar, image, *options):
        """Return (exit status, [(kind, count, first)], errors)."""
        done = subprocess.run([self.mktarfs, "--json", *options, tar, image],
                              capture_output=True, check=False)
        said = done.stderr.decode()
        if done.returncode:
            return done.returncode, [], said
        return 0, [(w["kind"], w["count"], w["first"])
                   for w in json.loads(done.stdout)["warnings"]], said


# ---- the attack ----

def hide(tools, version):
    """
    Return a tar of one file that hides an image of another tar, whose offsets
    fit the outer tar, and the length of the device to cut it to.
    """
    inner = odd_tars.file(b"cover", b"x" * 5000) + odd_tars.file(
        b"evil", b"evil") + odd_tars.END
    Path("inner").write_bytes(inner)
    status, _, said = tools.make("inner", "inner.img", "--no-verity",
                                 f"--format={version}")
    if status:
        raise RuntimeError(said)
    image = Path("inner.img").read_bytes()
    return (odd_tars.file(b"cover", image[512:]) + odd_tars.file(b"b") +
            odd_tars.END, len(image))


def dump(tools, image):
    done = subprocess.run([tools.dump, "-l", image], capture_output=True,
                          check=False)
    return done.stdout.decode()


def check_attack(tools, inner, outer):
    name = f"format {inner} inside format {outer}"
    tar, length = hide(tools, inner)
    Path("tar").write_bytes(tar)
    status, warnings, _ = tools.make("tar", "image", f"--format={outer}")
    Path("cut").write_bytes(Path("image").read_bytes()[:length])
    tap.ok("evil" in dump(tools, "cut") and "evil" not in
           dump(tools, "image"), f"{name}: cut off, it is another tree")
    want = [(KIND, 1, f"offset {length - SUPER}")]
    if not tap.ok(not status and warnings == want, f"{name}: a warning"):
        tap.note(f"{warnings}\nnot {want}")
    status, _, said = tools.make("tar", "strict", f"--format={outer}",
                                 "--strict")
    tap.ok(status == 1 and "warnings are errors" in said and
           not os.path.exists("strict"), f"{name}: --strict refuses")
    checked = subprocess.run([tools.fsck, "image"], capture_output=True,
                             check=False)
    tap.ok(checked.returncode == 0 and
           f"(1, first: offset {length - SUPER})" in checked.stdout.decode(),
           f"{name}: fsck.tarfs warns, the image is clean")


def check_in_place(tools):
    tar, length = hide(tools, 2)
    Path("in.tar").write_bytes(tar)
    done = subprocess.run([tools.mktarfs, "--json", "--strict", "in.tar"],
                          capture_output=True, check=False)
    tap.ok(done.returncode == 1 and Path("in.tar").read_bytes() == tar,
           "appending, strictly: refused, and the tar is as it was")
    done = subprocess.run([tools.mktarfs, "--json", "in.tar"],
                          capture_output=True, check=False)
    found = [w["kind"] for w in json.loads(done.stdout)["warnings"]]
    tap.ok(found == [KIND] and length, "appending: a warning")
    Path("gz").write_bytes(gzip.compress(tar))
    tap.ok(tools.make("gz", "image")[1] == [
        (KIND, 1, f"offset {length - SUPER}")], "gzip: a warning")
    with open("gz", "rb") as pipe:
        done = subprocess.run([tools.mktarfs, "--json", "-", "image"],
                              stdin=pipe, capture_output=True, check=False)
    tap.ok(KIND.encode() in done.stdout, "standard input: a warning")


def check_attribute(tools):
    """The value of an attribute has superblocks at all offsets."""
    value = b"".join(struct.pack("<QQ", 0, 1) for _ in range(4000))
    root = struct.pack("<HBBIIIQQ", 0o040755, 0, 0, 0, 0, 0, 0, 0)
    member = bytearray(odd_tars.file(b"a", b"x"))
    tar = (odd_tars.header(root[:2], magic=odd_tars.V7) +
           odd_tars.pax((b"SCHILY.xattr.user.x", value)) + member +
           odd_tars.END)
    Path("tar").write_bytes(tar)
    status, warnings, said = tools.make("tar", "image")
    want = expected(Path("image").read_bytes(), len(tar))
    if not tap.ok(not status and want[0] > 3 and
                  (KIND, want[0], f"offset {want[1]}") in warnings,
                  f"{want[0]} in an attribute of the index: a warning"):
        tap.note(f"{said}\n{warnings}\n{want}")


# ---- generated tars ----

def is_embedded(device, end):
    """Would a device that ends at @end be mounted, or taken for an image?"""
    at = end - SUPER
    first, second = struct.unpack_from("<QQ", device, at)
    if first == MAGIC:
        return struct.unpack_from("<Q", device, at + 48)[0] == end
    if first == (4096 << 32 | 4096):
        return 0 < second < end // BLOCK and not any(
            device[at + 16:at + SUPER])
    if not second or first >= end or second > (end - first) // 32:
        return False
    mode, size, start = struct.unpack_from("<H14xQQ", device, first)
    if mode & ~0o777 != 0o040000:
        return False
    if size == 0 or (size % 32 == 0 and size < 1 << 63 and
                     start + size <= end):
        return True
    return any(leads_to_file(device, end, first, second, at)
               for at in range(start, start + min(size, 128 * 32), 32)
               if at + 32 <= end)


def leads_to_file(device, end, table, inodes, at):
    """
    Can a driver that does not check a directory's size find a file in it?
    """
    ino, name, length = struct.unpack_from("<QQQ", device, at)
    if not 1 < ino <= inodes or not 0 < length < 256 or name + length > end:
        return False
    text = bytes(device[name:name + length])
    mode, size, start = struct.unpack_from("<H14xQQ", device,
                                           table + 32 * (ino - 1))
    inside = start < end and start + size <= end
    fits = {0o100000: size == 0 or inside,
            0o040000: size % 32 == 0 and (size == 0 or inside),
            0o120000: 0 < size < 4096 and inside,
            0o020000: start >> 32 < 4096, 0o060000: start >> 32 < 4096,
            0o010000: True}
    return text not in (b".", b"..") and not set(text) & {0, 47} and \
        size < 1 << 63 and mode & 0o7000 == 0 and \
        fits.get(mode & 0o170000, False)


def expected(image, tar_size):
    """Return (number of embedded blocks, offset of the first)."""
    trailer = struct.unpack_from("<IIQ", image, len(image) - SUPER)
    size = trailer[2] * BLOCK if trailer[:2] == (BLOCK, BLOCK) else len(image)
    found = [end - SUPER for end in range(BLOCK, size, BLOCK)
             if is_embedded(image, end)]
    return len(found), found[0] if found else 0


def plant_laxly(rng, tar, end, root):
    """
    Plant a directory of a size that no writer makes, perhaps with a file.
    """
    entry = rng.choice((root + 64, root + 64 + 32 * 130))
    struct.pack_into("<HBBIIIQQ", tar, root, 0o040700, 0, 0, 0, 0, 0,
                     rng.choice((33, 10000, 1 << 62)), root + 64)
    struct.pack_into("<HBBIIIQQ", tar, root + 32,
                     rng.choice((0o100644, 0o020000, 0o104755, 0)), 0, 0, 0,
                     0, 0, rng.choice((0, 5, end)), 512)
    if entry + 40 < end - SUPER:
        struct.pack_into("<QQQ8x", tar, entry, rng.choice((1, 2, 2)),
                         entry + 32, rng.choice((1, 1, 2)))
        tar[entry + 32:entry + 34] = rng.choice((b"ab", b"a/", b"\0b"))


def plant(rng, tar, end):
    """Let a block within the tar's data end in something, perhaps valid."""
    at = end - SUPER
    rest = rng.choice((bytes(SUPER), rng.randbytes(SUPER)))
    kind = rng.randrange(5)
    if kind == 0:
        size = rng.choice((end, end, end - 1, end + BLOCK))
        super_ = struct.pack("<QQIIQQQQ", MAGIC, 0, 1, 1, 0, 0, 0, size)
    elif kind == 1:
        super_ = struct.pack("<IIQ", BLOCK, rng.choice((BLOCK, BLOCK, 512)),
                             rng.choice((0, 1, end // BLOCK - 1,
                                         end // BLOCK)))
    elif kind == 2:
        super_ = struct.pack("<QQ", rng.randrange(end),
                             rng.choice((1, 2, end)))
    else:
        root = rng.randrange(512, at - 200)
        struct.pack_into("<HBBIIIQQ", tar, root,
                         rng.choice((0o040755, 0o040000, 0o100644, 0o041777)),
                         0, 0, 0, 0, 0, rng.choice((0, 64, 100, 1 << 63)),
                         rng.choice((0, end - 64, end - 63, 1 << 63)))
        room = (end - root) // 32
        super_ = struct.pack("<QQ", root, rng.choice((1, room, room + 1)))
    if kind == 4:
        plant_laxly(rng, tar, end, root)
    tar[at:end] = super_ + rest[len(super_):]


def generate(rng):
    blocks = rng.randrange(3, 60)
    content = rng.choice((bytes, rng.randbytes))(blocks * BLOCK)
    tar = bytearray(odd_tars.file(b"data", content))
    for _ in range(rng.randrange(8)):
        end = rng.randrange(2, blocks) * BLOCK
        plant(rng, tar, end)
    tar[:512] = odd_tars.header(b"data", size=len(content))
    return bytes(tar) + odd_tars.END + rng.choice((b"", rng.randbytes(700)))


def check_generated(tools, seed):
    failed, some = 0, 0
    for i in range(ROUNDS):
        rng = random.Random(f"{seed} {i}")
        tar = generate(rng)
        Path("tar").write_bytes(tar)
        version = rng.randrange(1, 3)
        status, warnings, said = tools.make(
            "tar", "image", f"--format={version}",
            f"--threads={rng.randrange(3)}")
        count, first = expected(Path("image").read_bytes(), len(tar))
        want = [(count, f"offset {first}")] if count else []
        found = [w[1:] for w in warnings if w[0] == KIND]
        some += bool(count)
        if status or found != want:
            failed += 1
            tap.note(f"round {i}: {found}, not {want}\n{said}")
    tap.ok(not failed and some > ROUNDS // 4,
           f"{ROUNDS} tars, {some} with something in them: all is found, and "
           "nothing else")


def main(argv):
    if len(argv) < 2:
        print("usage: embedded_test.py BIN_DIR [VECTORS [SEED]]",
              file=sys.stderr)
        return 2
    seed = int(argv[3]) if len(argv) > 3 else time.time_ns()
    tap.note(f"seed {seed}")
    tools = Tools(os.path.abspath(argv[1]))
    with tap.scratch() as work:
        os.chdir(work)
        for inner, outer in ((2, 2), (1, 1), (1, 2), (2, 1)):
            check_attack(tools, inner, outer)
        check_in_place(tools)
        check_attribute(tools)
        check_generated(tools, seed)
        os.chdir("/")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
