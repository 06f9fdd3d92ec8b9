#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A corrupt image is an error of whoever meets the fault, never a fault of mount.tar.

Copyright (C) 2026 The tarfs authors

The corruptions are those of the driver's mutation_test, with the verdicts that hold
there: "refused" (the mount fails), "broken" (an access fails with EUCLEAN, and a message
says why), "wrong" (the tree differs), "same" and "any"; and random bytes in the index.
Run with the programs that have sanitizers.

Usage: mount_tar_corrupt_test.py BIN_DIR
"""
import errno
import os
import random
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import mounts
import tap
from programs import Programs

TOP = Path(__file__).resolve().parents[3]
SELFTESTS = TOP / "selftests/tarfs"
sys.path.insert(0, str(SELFTESTS))
import make_twins  # noqa: E402
import mutate  # noqa: E402
from mutate import U64  # noqa: E402
SEED = int(os.environ.get("SEED", "1"))
RANDOM_IMAGES = 150
# more than any tree here has, should directories form a loop
ENTRIES_MAX = 20000
READ_MAX = 1 << 20
# directories, some of whose numbers are the same modulo any size of a table
CROWD = 9000
# entries that take seconds to look at
LONG = 1 << 20
ACLS = "system.posix_acl_access", "system.posix_acl_default"
# an entry of an unknown type has that of its inode, which comes with it
OTHERWISE = {"small.1, entry:-no-such-type": "same"}
# without verification, a fault of the image is this one
EXPECTED = {errno.EUCLEAN}


class Look:
    """Look at everything in a tree: what is seen, and the errors."""

    def __init__(self, top, names):
        self.seen, self.errors, self.odd = {}, [], []
        self.left = ENTRIES_MAX
        # first, as the kernel need not look up what it has listed
        for name in names:
            self.attempt(name, lambda path: os.lstat(path).st_ino,
                         os.fsencode(top) + name)
        self.walk(os.fsencode(top), b"")

    def attempt(self, name, call, path):
        try:
            return call(path)
        except OSError as error:
            if error.errno == errno.ENOENT:
                self.seen[name + b" missing"] = 1
            elif error.errno in EXPECTED:
                self.errors.append((name, error.errno))
            elif error.errno not in (errno.ENOTDIR, errno.ENXIO):
                self.odd.append((name, error))
            return None

    def walk(self, top, name):
        self.left -= 1
        if self.left < 0 or len(name) > 3500:
            return
        path = top + name
        st = self.attempt(name, os.lstat, path)
        if not st:
            return
        told = [st.st_mode, st.st_size, st.st_uid, st.st_gid, st.st_mtime_ns,
                st.st_nlink, st.st_rdev, st.st_ino]
        told.append(self.attempt(name, xattrs, path))
        for key, _ in told[-1] or ():
            if "overlay." in key and key != "trusted.overlay.opaque":
                self.odd.append((name, key))
        if stat.S_ISLNK(st.st_mode):
            told.append(self.attempt(name, os.readlink, path))
        elif stat.S_ISREG(st.st_mode):
            told.append(self.attempt(name, content, path))
        self.seen[name] = told
        if stat.S_ISDIR(st.st_mode):
            listed = self.attempt(name, mounts.types, path) or {}
            told.append(listed)
            for entry in sorted(listed.keys() - {b".", b".."}):
                self.walk(top, name + b"/" + entry)


def xattrs(path):
    for name in ACLS:
        try:
            os.getxattr(path, name, follow_symlinks=False)
        except OSError as error:
            if error.errno not in (errno.ENODATA, errno.EOPNOTSUPP):
                raise
    return [(n, os.getxattr(path, n, follow_symlinks=False))
            for n in sorted(os.listxattr(path, follow_symlinks=False))]


def content(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(fd).st_size
        if size:
            os.lseek(fd, 0, os.SEEK_HOLE)
        return os.pread(fd, READ_MAX, 0), os.pread(fd, READ_MAX,
                                                   max(0, size - READ_MAX))
    finally:
        os.close(fd)


class Suite:
    def __init__(self, programs, name, fmt):
        self.programs, self.name = programs, f"{name}.{fmt}"
        self.path = mounts.directory(programs.work)
        tar = programs.write("layer.tar", subprocess.run(
            [SELFTESTS / "make_tars.py", name, "/bin/true"], check=True,
            stdout=subprocess.PIPE).stdout)
        image = os.path.join(programs.work, "layer.img")
        programs.start("mktarfs", "-q", "--no-verity", f"--format={fmt}", tar,
                       image)
        self.image, self.tar_size = image, os.path.getsize(tar)
        self.data = Path(image).read_bytes()
        with self.mount(self.data):
            self.whole = Look(self.path, ())
        self.names = [n for n in self.whole.seen if n]

    def mount(self, data):
        return mounts.Mount(self.programs.paths["mount.tar"],
                            self.programs.write("victim", data), self.path)

    def look(self, data):
        """Return (Look or None, messages, how the program ended)."""
        try:
            mount = self.mount(data)
        except mounts.Refused as error:
            return None, error.text, error.status
        try:
            look = Look(self.path, self.names)
        finally:
            said = mount.text()
            good = mount.end()
        return look, said, 0 if good else -1

    def holds(self, verdict, data):
        look, said, status = self.look(data)
        if not look:
            return verdict in ("refused", "any") and status == 32 and \
                said.startswith("mount.tar: ")
        same = look.seen == self.whole.seen
        good = {"refused": False, "any": True,
                "broken": look.errors and "mount.tar: " in said,
                "wrong": look.errors or not same,
                "same": same and not look.errors}[verdict]
        if look.odd:
            tap.note(look.odd[:3])
        return status == 0 and not look.odd and good

    def check_mutations(self):
        lines = subprocess.run(
            [sys.executable, SELFTESTS / "mutate.py", self.image], check=True,
            text=True, stdout=subprocess.PIPE).stdout.splitlines()
        for line in lines:
            name, verdict, *patches = line.split()
            name = f"{self.name}, {name}"
            verdict = OTHERWISE.get(name, verdict)
            data = bytearray(self.data)
            for at, what in zip(patches[::2], patches[1::2]):
                what = bytes.fromhex(what)
                data[int(at):int(at) + len(what)] = what
            tap.ok(self.holds(verdict, bytes(data)),
                   f"{name}: {verdict}")
        tap.ok(len(lines) > 30, f"{self.name}: {len(lines)} corruptions")

    def check_random(self):
        chance, wrong, errors = random.Random(SEED), 0, 0
        for number in range(RANDOM_IMAGES):
            data = bytearray(self.data)
            for _ in range(chance.choice((1, 1, 4, 64))):
                at = chance.randrange(self.tar_size, len(data) - 512)
                data[at] = chance.choice((0, 1, 255, data[at] ^ 1 <<
                                          chance.randrange(8)))
            look, said, status = self.look(bytes(data))
            bad = status != 32 if not look else status or look.odd
            if bad:
                tap.note(f"seed {SEED}, image {number}: {status}, {said[:500]}, "
                         f"{look and look.odd[:3]}")
            wrong += bool(bad)
            errors += look is None or bool(look.errors)
        tap.ok(not wrong and errors, f"{self.name}: {RANDOM_IMAGES} images with "
               f"random bytes in the index: {errors} with errors, {wrong} wrong")

    def check_short(self):
        """An image that is cut off at any place is refused, or reads as EIO."""
        wrong = 0
        for size in (0, 1, 511, 512, 4095, 4096, len(self.data) - 4096,
                     len(self.data) - 512, len(self.data) - 1):
            look, said, status = self.look(self.data[:size])
            wrong += look is not None or status != 32 or not said
        tap.ok(not wrong, f"{self.name}: refused if it is cut off")


def lookup(path):
    try:
        os.lstat(path)
        return 0
    except OSError as error:
        return error.errno


def check_alias(program, image, path):
    """Two entries whose names are the same bytes are two all the same."""
    for first, second in ("a/sub", "b/sub"), ("b/sub", "a/sub"):
        with mounts.Mount(program, image, path):
            got = [lookup(f"{path}/{n}") for n in (first, second, first)]
            tap.ok(got == [0, errno.EUCLEAN, 0],
                   f"a directory is {first}, and not {second}")


def check_crowd(programs, path):
    """A name is not forgotten because of other directories."""
    image = Path(programs.work, "crowd.1")

    def crowd(tar):
        make_twins.alias(tar)
        for i in range(100):
            tar.dir(f"{i}")
            for k in range(CROWD // 100):
                tar.dir(f"{i}/{k}")

    make_twins.write(programs.paths["mktarfs"], image, crowd, make_twins.alias1)
    with mounts.Mount(programs.paths["mount.tar"], image, path):
        got = [lookup(f"{path}/{n}") for n in ("a/sub", "b/sub")]
        seen = {os.lstat(f"{path}/{i}/{k}").st_ino for i in range(100)
                for k in range(CROWD // 100)}
        got += [lookup(f"{path}/{n}") for n in ("b/sub", "a/sub")]
    tap.ok(got == [0, errno.EUCLEAN, errno.EUCLEAN, 0] and len(seen) == CROWD,
           f"... nor after {CROWD} other directories")


def check_neighbours(program, folder, path):
    """A fault of an entry is not one of the others."""
    names = ("aa", "bb", "cc", "dd")
    with mounts.Mount(program, folder + "/faulty.2", path):
        got = [lookup(f"{path}/{name}") for name in names]
    tap.ok(got == [errno.EUCLEAN, 0, 0, errno.ENOENT],
           f"format 2: names next to a corrupt entry are found {got}")
    with mounts.Mount(program, folder + "/empty.1", path):
        got = [lookup(f"{path}/{name}") for name in names], os.listdir(path)
    tap.ok(got == ([errno.ENOENT, 0, 0, errno.ENOENT], ["bb", "cc"]),
           f"format 1: a name without bytes is skipped {got}")


def many1(image, spread):
    """
    Make the file of zeros the entries of the root, with names that none is and
    offsets that spread() gives.
    """
    records = [image.get(U64, image.super) + 32 * i for i in range(2)]
    start, size = (image.get(U64, records[1] + field)
                   for field in (mutate.OFFSET1, mutate.SIZE1))
    for i in range(size // 32):
        at = start + 32 * i
        yield at, struct.pack("<QQQQ", 2, spread(at), 5, 8)
    yield from mutate.put(records[0] + mutate.OFFSET1, U64, start)
    yield from mutate.put(records[0] + mutate.SIZE1, U64, size)


def reads(server):
    """Return the number of calls of read(2) and the like."""
    text = Path(f"/proc/{server}/io").read_text(encoding="ascii")
    return int(text.split("syscr:")[1].split()[0])


def make_many(programs, size, spread):
    image = Path(programs.work, "many.1")

    def one(tar):
        tar.dir(".")
        tar.add("f", data=bytes(size))

    make_twins.write(programs.paths["mktarfs"], image, one,
                     lambda made: many1(made, spread))
    return image


def check_cache(programs, path):
    """Entries and their names are not read again for each other."""
    image = make_many(programs, 2 << 20, lambda at: (at + (1 << 20)) % (2 << 20))
    with mounts.Mount(programs.paths["mount.tar"], image, path) as mount:
        before = reads(mount.child.pid)
        got = lookup(path + "/names")
        count = reads(mount.child.pid) - before
    tap.ok(got == errno.ENOENT and count < 3000,
           f"one lookup among {(2 << 20) // 32} entries: {count} reads")


def spent(pid):
    """Return the processor time of a process in ticks."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        words = stat.read().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def stop_early(how, child, server, ticks):
    """End a lookup once it has taken so long; return what it took in the end."""
    while spent(server.pid) < ticks:
        time.sleep(0.01)
    last = ticks
    if how == "user killed":
        child.kill()
        child.wait()
        return spent(server.pid)
    server.terminate()
    while server.poll() is None:
        last = max(last, spent(server.pid))
        time.sleep(0.01)
    child.wait()
    return last


def check_long(programs, path):
    """A lookup ends when nobody wants it any more."""
    size = LONG * 32
    image = make_many(programs, size, lambda at: at * 4099 % size)
    took = []
    for how in "answer", "user killed", "SIGTERM":
        with mounts.Mount(programs.paths["mount.tar"], image, path,
                          "threads=2") as mount:
            before = spent(mount.child.pid)
            child = subprocess.Popen(["stat", path + "/names"],
                                     stderr=subprocess.DEVNULL)
            if how == "answer":
                child.wait()
                took.append(spent(mount.child.pid) - before)
            else:
                took.append(stop_early(how, child, mount.child,
                                       before + took[0] / 10) - before)
    tap.note(f"ticks: {took}")
    tap.ok(took[1] < took[0] / 2, "a long lookup ends with the user")
    tap.ok(took[2] < took[0] / 2, "... and with the server")


def check_twins(programs):
    """A directory has one name: the first that is looked up."""
    folder = mounts.directory(programs.work, "twins")
    subprocess.run([SELFTESTS / "make_twins.py", programs.paths["mktarfs"],
                    folder], check=True, stdout=subprocess.DEVNULL)
    path = mounts.directory(programs.work)
    many, program = path + "/many", programs.paths["mount.tar"]
    check_alias(program, folder + "/alias.1", path)
    check_crowd(programs, path)
    check_neighbours(program, folder, path)
    for fmt in 1, 2:
        for first, last in (("first", "last"), ("last", "first")):
            with mounts.Mount(program, f"{folder}/twins.{fmt}", path):
                got = [lookup(f"{many}/{n}") for n in (first, last, last, first)]
                tap.ok(got == [0, errno.EUCLEAN, errno.EUCLEAN, 0],
                       f"format {fmt}: a directory is {first}, and not {last}")
    with mounts.Mount(program, f"{folder}/twins.2", path):
        try:
            os.listdir(many)
            got = 0
        except OSError as error:
            got = error.errno
        tap.ok(got == errno.EUCLEAN, "format 2: the list with both is refused")
    with mounts.Mount(program, f"{folder}/twins.1", path):
        tap.ok({"first", "last"} < set(os.listdir(many)),
               "format 1: the list has both")
    with mounts.Mount(program, f"{folder}/lost.2", path):
        tap.ok(lookup(path + "/aa/sub") == errno.EUCLEAN,
               "a directory whose parent is a file is not found")


def run(directory, work):
    tap.note(f"seed {SEED}")
    programs = Programs(directory, work, "mktarfs", "mount.tar")
    for name, fmt in ("small", 1), ("rich", 2):
        suite = Suite(programs, name, fmt)
        suite.check_mutations()
        suite.check_random()
        suite.check_short()
    check_twins(programs)
    check_cache(programs, mounts.directory(work))
    check_long(programs, mounts.directory(work))


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
