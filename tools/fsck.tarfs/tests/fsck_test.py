#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
fsck.tarfs accepts every image that mktarfs makes, and no other.

Copyright (C) 2026 The tarfs authors

Each check has an image that it alone, or it first, finds corrupt; and
whichever byte of an image is changed, some check finds it.

Usage: fsck_test.py BIN_DIR [TAR | FOLDER OF TARS]...
"""
import gzip
import io
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time

import odd_tars
import tame_tars
import tap
import tar_corpus
from programs import Programs

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../../selftests/tarfs"))
import make_tars  # noqa: E402
import mutate  # noqa: E402
from fsck_mutations import FORMAT1, FORMAT2, WRAPPING  # noqa: E402

CLEAN, ERRORS, FAILED, USAGE, CANCELLED = 0, 4, 8, 16, 32
TAME_TARS, ODD_TARS, FLIPS = 40, 60, 150


class Checker(Programs):
    def __init__(self, directory, work):
        super().__init__(directory, work, "mktarfs", "fsck.tarfs")
        self.program = self.paths["fsck.tarfs"]

    def image(self, tar, fmt):
        """Return the image and the output of --json; None if refused."""
        path = os.path.join(self.work, "made.img")
        run = self.start("mktarfs", f"--format={fmt}", "--json", tar, path)
        if run.returncode:
            return None, None
        with open(path, "rb") as file:
            return file.read(), json.loads(run.stdout)

    def fsck(self, data, *options):
        """Return (exit status, all output) for an image of these bytes."""
        path = self.write("check.img", data)
        return self.check(*options, path)

    def check(self, *arguments):
        return self.run("fsck.tarfs", *arguments)


def patched(data, patches):
    out = bytearray(data)
    for offset, new in patches:
        out[offset:offset + len(new)] = new
    return bytes(out)


def clean(programs, name, tar):
    for fmt in (1, 2):
        image, _ = programs.image(tar, fmt)
        if image is None:
            tap.skip(f"{name}, format {fmt}", "mktarfs refuses it")
            continue
        status, text = programs.fsck(image)
        if not tap.ok(status == CLEAN, f"{name}, format {fmt}: clean"):
            tap.note(text)


def clean_random(programs, what, make, count):
    wrong = made = 0
    tar = os.path.join(programs.work, "random.tar")
    for seed in range(count):
        with open(tar, "wb") as file:
            file.write(make(seed))
        for fmt in (1, 2):
            image, _ = programs.image(tar, fmt)
            if image is None:
                continue
            made += 1
            status, text = programs.fsck(image)
            if status != CLEAN:
                wrong += 1
                tap.note(f"seed {seed}, format {fmt}: {text}")
    tap.ok(made and not wrong, f"{what}: {made} images are clean")


def clean_magic(programs):
    """Tars whose first name begins as a compressed file does."""
    for magic in (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ",
                  b"BZh91AY&SY"):
        tar = os.path.join(programs.work, "magic.tar.gz")
        with open(tar, "wb") as file:
            file.write(gzip.compress(odd_tars.file(magic) + odd_tars.END))
        clean(programs, f"a tar that begins with {magic}", tar)


def clean_images(programs, given):
    if os.geteuid():
        tap.skip("tars of real writers", "making them needs root")
    else:
        for name, tar, error in tar_corpus.tars(programs.work):
            if error:
                tap.skip(name, error.splitlines()[0])
            else:
                clean(programs, name, tar)
    for tar in tap.tars_in(given):
        clean(programs, os.path.basename(tar), tar)
    clean_random(programs, "random tars", tame_tars.tar, TAME_TARS)
    clean_random(programs, "odd tars", tame_tars.odd_tar, ODD_TARS)


def sample(programs, kind, fmt):
    """Make a small image with a few of everything."""
    tar = io.BytesIO()
    writer = make_tars.Writer(tar)
    make_tars.MAKERS[kind](writer, b"")
    writer.tar.close()
    path = os.path.join(programs.work, kind + ".tar")
    with open(path, "wb") as file:
        file.write(tar.getvalue())
    return programs.image(path, fmt)


def one_check(programs, name, data, text):
    status, found = programs.fsck(data)
    if not tap.ok(status == ERRORS and text in found, f"{name}: {text}"):
        tap.note(f"exit status {status}\n{found}")


def mutations(programs, fmt, data):
    """The mutations that the kernel is tested with: none is clean."""
    image = mutate.Image(data)
    for part in mutate.PARTS[fmt == 2]:
        for name, _, patches in part(image):
            status, found = programs.fsck(patched(data, patches))
            if not tap.ok(status == ERRORS, f"format {fmt}: {name}: found"):
                tap.note(f"exit status {status}\n{found}")


def flips(programs, claim, data, places, dice):
    missed = []
    for offset in places:
        bit = 1 << dice.randrange(8)
        status, _ = programs.fsck(
            patched(data, [(offset, bytes([data[offset] ^ bit]))]))
        if status != ERRORS:
            missed.append(f"byte {offset} ^ {bit}: exit status {status}")
    tap.ok(places and not missed, f"{claim}: {len(places)} changed bytes, "
           f"{len(missed)} missed")
    for text in missed[:8]:
        tap.note(text)


def flip_everything(programs, fmt, image, said):
    """The index is compared if there is no tree; a tree covers everything."""
    dice = random.Random(fmt)
    size, tar = said["data_size"], said["tar_size"]
    data = image[:size]
    used = [i for i in range(tar, size) if data[i]]
    zero = [i for i in range(tar, size) if not data[i]]
    name = f"format {fmt}"
    flips(programs, f"{name}: the index's bytes that are not zero", data,
          dice.sample(used, min(len(used), 2 * FLIPS)), dice)
    flips(programs, f"{name}: the index's zeros", data,
          dice.sample(zero, FLIPS), dice)
    flips(programs, f"{name}: the superblock", data,
          range(size - 512, size, 5), dice)
    flips(programs, f"{name}: data below the tree", image,
          dice.sample(range(size), FLIPS), dice)
    flips(programs, f"{name}: the tree", image,
          dice.sample(range(size, len(image) - 4096), FLIPS), dice)
    flips(programs, f"{name}: the trailer", image,
          range(len(image) - 512, len(image) - 496), dice)
    flips(programs, f"{name}: zeros of the trailer's block", image,
          range(len(image) - 4096, len(image), 64), dice)
    if fmt == 2:
        flips(programs, "format 2: the tar, without a tree", data,
              dice.sample(range(tar), FLIPS), dice)


def root_hashes(programs, image, said):
    root = "--root-hash=" + said["root_hash"]
    wrong = root[:-1] + ("0" if root[-1] != "0" else "1")
    data = image[:said["data_size"]]
    tap.ok(programs.fsck(image, root)[0] == CLEAN, "the right root hash")
    tap.ok(programs.fsck(image, wrong)[0] == ERRORS, "a wrong root hash")
    tap.ok(programs.fsck(data)[0] == CLEAN, "a data device alone is clean")
    tap.ok(programs.fsck(data, root)[0] == ERRORS,
           "but not if a root hash is asked for")
    status, text = programs.fsck(image, "-v")
    tap.ok(status == CLEAN and said["root_hash"] in text and
           "is not authenticated" in text, "-v says whose root hash that is")


def test_cancel(programs):
    """64 million inodes take a while to check."""
    path = os.path.join(programs.work, "large.img")
    size = 1 << 31
    with open(path, "wb") as file:
        file.truncate(size)
        file.seek(size - 512)
        file.write(struct.pack("<QQ", 512, (size >> 5) - 1000))
    with subprocess.Popen([programs.program, path],
                          stdout=subprocess.PIPE) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        process.communicate()
        tap.ok(process.returncode == CANCELLED, "SIGTERM: cancelled")
    os.unlink(path)


def check_json(programs, image):
    """--json has what the text has, of images with several kinds of faults."""
    path = os.path.join(programs.work, 'n\u00e4me "\\ \n.img')
    shown = 'n\\303\\244me "\\134 \\012.img'
    broken = bytearray(image)
    for pos in range(len(image) // 2, len(image) // 2 + 4096, 16):
        broken[pos] ^= 0x55
    for what, data in (("clean", image), ("broken", bytes(broken)),
                       ("cut", image[:-512]), ("empty", b"")):
        with open(path, "wb") as file:
            file.write(data)
        status, text = programs.check(path, "-v")
        also, printed = programs.check("--json", path, "-v")
        found = json.loads(printed)
        lines = [line.split(f"{shown}: ", 1)[-1] for line in text.splitlines()]
        tap.ok(status == also == (CLEAN if found["clean"] else ERRORS) and
               found["clean"] == (what == "clean") == (not found["problems"]),
               f"--json, {what}: the verdict")
        tap.ok(found["findings"] == lines[:len(found["findings"])] and
               len(lines) - len(found["findings"]) ==
               1 + any("more problems" in line for line in lines),
               f"--json, {what}: each line of the text is a finding")
    tap.ok(all(isinstance(found[name], int)
               for name in ("problems", "format", "inodes")),
           "--json: numbers are integers")
    status, text = programs.check("--json", path + ".none")
    tap.ok(status == FAILED and "{" not in text, "--json: no file, no object")
    os.unlink(path)


def statuses(programs, image):
    path = os.path.join(programs.work, "good.img")
    with open(path, "wb") as file:
        file.write(image)
    tap.ok(programs.check()[0] == USAGE, "no image: wrong usage")
    tap.ok(programs.check(path, path)[0] == USAGE, "two images: wrong usage")
    tap.ok(programs.check("--what", path)[0] == USAGE, "unknown option")
    tap.ok(programs.check("--root-hash=12", path)[0] == USAGE, "short hash")
    tap.ok(programs.check(path + ".none")[0] == FAILED, "no such file")
    tap.ok(programs.check(programs.work)[0] == FAILED, "a directory")
    for option in "anpyf":
        tap.ok(programs.check("-" + option, path)[0] == CLEAN,
               f"-{option} is accepted")
    status, text = programs.check("-q", path)
    tap.ok(status == CLEAN and not text, "-q says nothing")
    with open("/dev/full", "w", encoding="ascii") as full:
        run = subprocess.run([programs.program, path], stdout=full,
                             stderr=subprocess.DEVNULL, check=False)
    tap.ok(run.returncode == FAILED, "a report that does not arrive")
    with open(path, "rb") as file:
        tap.ok(file.read() == image, "the image is as it was")
    check_json(programs, image)
    test_cancel(programs)


def main(argv):
    if len(argv) < 2:
        print("usage: fsck_test.py BIN_DIR [TAR | FOLDER]...",
              file=sys.stderr)
        return 2
    os.umask(0o022)
    with tap.scratch() as work:
        programs = Checker(argv[1], work)
        clean_images(programs, argv[2:])
        clean_magic(programs)
        for fmt, kind, table in ((1, "small", FORMAT1), (2, "rich", FORMAT2)):
            image, said = sample(programs, kind, fmt)
            data = image[:said["data_size"]]
            for name, text, patches in table(mutate.Image(data)):
                one_check(programs, f"format {fmt}, {name}",
                          patched(data, patches), text)
            for name, text, broken in WRAPPING(image, said):
                one_check(programs, f"format {fmt}, {name}", broken, text)
            mutations(programs, fmt, data)
            flip_everything(programs, fmt, image, said)
            root_hashes(programs, image, said)
        statuses(programs, image)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
