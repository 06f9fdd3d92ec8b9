#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Files that mount.tar serves behave as the driver's: reads of all kinds, holes,
directory positions, attributes, permissions by ACLs, handles, stat and statvfs.

Copyright (C) 2026 The tarfs authors

The oracle for permissions is the kernel, on the tree that GNU tar extracts.

Usage: mount_tar_files_test.py BIN_DIR
"""
import ctypes
import errno
import mmap
import os
import random
import shutil
import stat
import struct
import subprocess
import sys
import tarfile

import mounts
import tap
import tar_corpus
from extract import extract
from programs import Programs

SEED = int(os.environ.get("SEED", "1"))
NAMES = 5000
HOLES = 3 << 20
SIZES = (0, 1, 511, 512, 4095, 4096, 4097, 131072, 1048576, 1048577, 5000001)
# extents of a sparse file: offset and length
EXTENTS = ((0, 512), (4096, 4096), (10240, 512), (20480, 40960),
           (1 << 20, 300000))


def content(size):
    return random.Random(size).randbytes(size)


def sparse_content():
    data = bytearray(HOLES)
    for offset, length in EXTENTS:
        data[offset:offset + length] = content(length)
    return bytes(data)


def make_tar(path):
    """A tar with everything that this suite looks at."""
    members = tar_corpus.Members(path)
    members.add("dir", tarfile.DIRTYPE, mtime=1500000000)
    members.add("dir/below", tarfile.DIRTYPE, mtime=1500000000)
    for size in SIZES:
        members.add(f"dir/size-{size}", content=content(size))
    members.add("dir/below/file", content=b"below\n", uid=3000000, gid=4000000)
    members.add("dir/below/link", tarfile.LNKTYPE, link="dir/below/file")
    members.add("symlink", tarfile.SYMTYPE, link="dir/below/file")
    members.add("device", tarfile.CHRTYPE, devmajor=259, devminor=1000)
    members.add("fifo", tarfile.FIFOTYPE)
    members.add("many", tarfile.DIRTYPE)
    for i in range(NAMES):
        members.add(f"many/name-{i:05}-{'x' * (i % 40)}")
    stored = b"".join(content(length) for _, length in EXTENTS)
    where = ",".join(f"{o},{n}" for o, n in EXTENTS) + f",{HOLES},0"
    members.add("holes", content=stored, pax_headers={
        "GNU.sparse.size": str(HOLES),
        "GNU.sparse.numblocks": str(len(EXTENTS) + 1), "GNU.sparse.map": where})
    members.add("times", content=b"t", pax_headers={"mtime": "-3.25"})
    members.add("attributes", content=b"a", pax_headers=tar_corpus.xattrs(
        user_a=b"\1\0\2", trusted_t=b"T" * 5000, user_empty=b"",
        security_capability=struct.pack("<IIIII", 0x2000001, 1 << 10, 0, 0, 0)))
    members.add("opaque", tarfile.DIRTYPE)
    members.add("opaque/.wh..wh..opq")
    members.close()


def generation_of(image):
    """Return what begins the uuid in the superblock of format 2."""
    with open(image, "rb") as file:
        file.seek(-504, os.SEEK_END)
        blocks, = struct.unpack("<Q", file.read(8))
        file.seek(blocks * 4096 - 512 + 88)
        return file.read(4)


class Suite:
    """@top: where the image of a format is mounted."""

    def __init__(self, programs, image, top, fmt):
        self.programs, self.top, self.fmt = programs, top, fmt
        self.generation = generation_of(image) if fmt == 2 else bytes(4)
        self.name = f"format {fmt}"

    def ok(self, holds, claim):
        return tap.ok(holds, f"{self.name}: {claim}")

    def check_reads(self):
        files = {f"dir/size-{s}": content(s) for s in SIZES}
        if self.fmt == 2:
            files["holes"] = sparse_content()
        chance = random.Random(SEED)
        for name, want in files.items():
            with open(f"{self.top}/{name}", "rb", buffering=0) as file:
                right = file.read(len(want) + 1) == want
                for _ in range(200):
                    at = chance.randrange(len(want) + 1)
                    size = chance.choice((1, 100, 4096, 70000))
                    os.posix_fadvise(file.fileno(), 0, 0,
                                     os.POSIX_FADV_DONTNEED)
                    right &= os.pread(file.fileno(), size, at) == \
                        want[at:at + size]
                self.ok(right, f"{name}: reads in a row and at random")
                if not want:
                    continue
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
                    places = [chance.randrange(len(want)) for _ in range(500)]
                    self.ok(all(mapped[p] == want[p] for p in places) and
                            mapped[:] == want, f"{name}: mapped")

    def segments(self, name):
        """What SEEK_DATA and SEEK_HOLE say."""
        found, at = [], 0
        fd = os.open(f"{self.top}/{name}", os.O_RDONLY)
        try:
            while True:
                start = os.lseek(fd, at, os.SEEK_DATA)
                at = os.lseek(fd, start, os.SEEK_HOLE)
                found.append((start, at - start))
        except OSError as error:
            found.append(error.errno)
        finally:
            os.close(fd)
        return found

    def check_holes(self):
        if self.fmt == 2:
            self.ok(self.segments("holes") == [*EXTENTS, errno.ENXIO],
                    "SEEK_DATA and SEEK_HOLE find the extents")
            fd = os.open(self.top + "/holes", os.O_RDONLY)
            self.ok([os.lseek(fd, p, os.SEEK_HOLE) for p in (0, 5, 600, 4097)] ==
                    [512, 512, 600, 8192], "SEEK_HOLE from within")
            for whence in os.SEEK_HOLE, os.SEEK_DATA:
                try:
                    got = os.lseek(fd, HOLES, whence)
                except OSError as error:
                    got = error.errno
                self.ok(got == errno.ENXIO, "nothing is to be found at the end")
            os.close(fd)
        self.ok(self.segments("dir/size-4097") == [(0, 4097), errno.ENXIO],
                "a file without holes is data up to its end")

    def check_stat(self):
        st = os.lstat(self.top + "/dir/size-4097")
        self.ok((st.st_size, st.st_blocks, st.st_blksize) == (4097, 9, 4096),
                "size, blocks and block size")
        pair = [os.lstat(f"{self.top}/dir/below/{n}") for n in ("file", "link")]
        self.ok(pair[0].st_ino == pair[1].st_ino and
                [s.st_nlink for s in pair] == ([2, 2] if self.fmt == 2 else
                                               [1, 1]),
                "names of a file have one inode, and its count")
        # Python writes 0 to the header, which is all that format 1 has
        self.ok((pair[0].st_uid, pair[0].st_gid) ==
                ((3000000, 4000000) if self.fmt == 2 else (0, 0)), "large ids")
        st = os.lstat(self.top + "/device")
        self.ok(stat.S_ISCHR(st.st_mode) and
                (os.major(st.st_rdev), os.minor(st.st_rdev)) == (259, 1000),
                "a device number")
        self.ok(os.lstat(self.top).st_ino == 1, "the root is inode 1")
        if self.fmt == 2:
            st = os.lstat(self.top + "/times")
            self.ok({st.st_mtime_ns, st.st_atime_ns, st.st_ctime_ns} ==
                    {-3250000000}, "times before 1970, with a fraction")
            self.ok(os.lstat(self.top + "/dir").st_nlink == 3,
                    "a directory's link count")
        fs = os.statvfs(self.top)
        self.ok((fs.f_bsize, fs.f_namemax, fs.f_bfree) == (4096, 255, 0) and
                fs.f_files >= NAMES and fs.f_blocks > 1000, "statvfs")
        self.ok(os.readlink(self.top + "/symlink") == "dir/below/file",
                "a symbolic link")
        for name, error in (("none", errno.ENOENT), ("n" * 256,
                                                     errno.ENAMETOOLONG),
                            ("symlink/x", errno.ENOTDIR)):
            try:
                os.lstat(f"{self.top}/{name}")
                got = 0
            except OSError as failed:
                got = failed.errno
            self.ok(got == error, f"lookup of {name[:10]}: {os.strerror(error)}")
        try:
            with open(self.top + "/new", "w", encoding="ascii"):
                got = 0
        except OSError as failed:
            got = failed.errno
        self.ok(got == errno.EROFS, "nothing can be written")

    def check_positions(self):
        """telldir(3) and seekdir(3) in a large directory, twice."""
        for attempt in "first", "cached":
            names = []
            for name, at in walk_positions(self.top + "/many"):
                names.append((name, at))
            listed = sorted(n for n, _ in names if n not in (b".", b".."))
            self.ok(listed == sorted(b"name-%05d-%s" % (i, b"x" * (i % 40))
                                     for i in range(NAMES)),
                    f"{attempt} readdir: each name once")
            self.ok(len({at for _, at in names}) == len(names),
                    f"{attempt} readdir: each position once")
            chosen = random.Random(SEED).sample(names, 300)
            found = seek_positions(self.top + "/many", [a for _, a in chosen])
            self.ok(found == [n for n, _ in chosen],
                    f"{attempt} readdir: seekdir returns to any of them")
        with os.scandir(self.top + "/dir/below") as entries:
            self.ok({(e.name, e.inode(), e.is_file()) for e in entries} ==
                    {(n, os.lstat(f"{self.top}/dir/below/{n}").st_ino, True)
                     for n in ("file", "link")}, "inode numbers and types")

    def check_xattrs(self):
        path = self.top + "/attributes"
        wanted = {"user.a": b"\1\0\2", "user.empty": b"",
                  "trusted.t": b"T" * 5000,
                  "security.capability": struct.pack("<IIIII", 0x2000001,
                                                     1 << 10, 0, 0, 0)}
        if self.fmt == 1:
            self.ok(os.listxattr(path) == [], "no attributes")
        else:
            self.ok({n: os.getxattr(path, n) for n in os.listxattr(path)} ==
                    wanted, "attributes")
            listed = as_user(lambda: sorted(os.listxattr(path)))
            self.ok(listed == sorted(n for n in wanted if n[0] != "t"),
                    "trusted ones are not listed for others")
        self.ok(os.getxattr(self.top + "/opaque", "trusted.overlay.opaque") ==
                b"y" and "trusted.overlay.opaque" in
                os.listxattr(self.top + "/opaque"), "an opaque directory")
        for name, error in (("user.none", errno.ENODATA),
                            ("trusted.overlay.opaque", errno.ENODATA),
                            ("system.none", errno.EOPNOTSUPP)):
            try:
                os.getxattr(self.top + "/dir", name)
                got = 0
            except OSError as failed:
                got = failed.errno
            self.ok(got == error, f"{name}: {errno.errorcode[error]}")

    def check_handles(self):
        """Handles taken before the kernel's caches are dropped."""
        mount = os.open(self.top, os.O_RDONLY)
        handles = {n: handle_of(f"{self.top}/{n}") for n in
                   ("dir", "dir/below", "dir/below/file", "symlink", "holes",
                    "many/name-00000-")}
        numbers = {n: os.lstat(f"{self.top}/{n}").st_ino for n in handles}
        mounts.drop_caches()
        for name, handle in handles.items():
            fd = open_handle(mount, handle, os.O_PATH)
            self.ok(os.fstat(fd).st_ino == numbers[name],
                    f"a handle of {name}")
            if name == "dir/below":
                self.ok(os.readlink(f"/proc/self/fd/{fd}") ==
                        self.top + "/dir/below", "... which has its path")
            os.close(fd)
        mounts.drop_caches()
        fd = open_handle(mount, handles["dir/below/file"], os.O_RDONLY)
        self.ok(os.read(fd, 10) == b"below\n", "reading through a handle")
        os.close(fd)
        kind, data = handles["dir/below/file"]
        self.ok(data[8:12] == self.generation,
                "a handle has the generation of the layer")
        for what, forged in (
                ("number beyond the last", struct.pack("<III", 0, 1 << 30, 0)),
                ("number of 64 bits", struct.pack("<III", 1, 5, 0)),
                ("generation", data[:8] + bytes([data[8] ^ 1]) + data[9:])):
            mounts.drop_caches()
            try:
                os.close(open_handle(mount, (kind, forged), os.O_RDONLY))
                got = 0
            except OSError as failed:
                got = failed.errno
            self.ok(got == errno.ESTALE, f"a handle with a wrong {what}")
        os.close(mount)

    def run(self):
        self.check_stat()
        self.check_reads()
        self.check_holes()
        self.check_positions()
        self.check_xattrs()
        self.check_handles()


# ---- system calls that Python does not have ----

def walk_positions(path):
    """Yield each name and the position in front of it."""
    folder = mounts.opendir(path)
    while True:
        at = mounts.LIBC.telldir(folder)
        entry = mounts.LIBC.readdir(folder)
        if not entry:
            break
        yield entry.contents.name, at
    mounts.LIBC.closedir(folder)


def seek_positions(path, places):
    folder = mounts.opendir(path)
    found = []
    for at in places:
        mounts.LIBC.seekdir(folder, ctypes.c_long(at))
        entry = mounts.LIBC.readdir(folder)
        found.append(entry.contents.name if entry else None)
    mounts.LIBC.closedir(folder)
    return found


class Handle(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint32), ("type", ctypes.c_int),
                ("data", ctypes.c_ubyte * 128)]


def handle_of(path):
    handle, number = Handle(bytes=128), ctypes.c_int()
    mounts.check(mounts.LIBC.name_to_handle_at(
        -100, os.fsencode(path), ctypes.byref(handle), ctypes.byref(number), 0))
    return handle.type, bytes(handle.data[:handle.bytes])


def open_handle(mount, handle, flags):
    kind, data = handle
    packed = Handle(bytes=len(data), type=kind)
    ctypes.memmove(packed.data, data, len(data))
    fd = mounts.LIBC.open_by_handle_at(mount, ctypes.byref(packed), flags)
    if fd < 0:
        mounts.check(-1)
    return fd


def as_user(call, uid=65534, gid=65534, groups=()):
    """Return what a call returns in a process of another user, as words."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups(groups)
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
            os.write(writer, " ".join(map(str, call())).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        said = file.read().decode()
    os.waitpid(child, 0)
    return said.split()


# ---- permissions ----

ACLS = ("u:1001:r", "u:1001:-", "u:1001:rw,m::r", "g:2001:r", "g:2001:-,o::r",
        "g:2001:rx,u:1001:w,m::rwx", "u:1001:rwx,m::-", "o::rwx,g::-")
PEOPLE = ((1001, 3000, ()), (1002, 2001, ()), (1002, 3000, (2001,)),
          (1003, 3000, ()), (500, 3000, ()), (1003, 600, ()))


def decisions(top):
    """What each of the people may do with each file and directory."""
    names = sorted(os.listdir(top))

    def attempt():
        for name in names:
            for flags in (os.R_OK, os.W_OK, os.X_OK):
                yield int(os.access(f"{top}/{name}", flags))
            try:
                path = f"{top}/{name}"
                os.listdir(path) if name[0] == "d" else \
                    os.close(os.open(path, os.O_RDONLY))
                yield 0
            except OSError as error:
                yield error.errno

    return {person: as_user(attempt, *person) for person in PEOPLE}


def without_writing(found):
    """The other tree can be written to."""
    return {p: [w for i, w in enumerate(words) if i % 4 != 1]
            for p, words in found.items()}


def check_acls(programs):
    made = os.path.join(programs.work, "acls")
    os.mkdir(made, 0o755)
    for i, acl in enumerate(ACLS):
        tar_corpus.write(f"{made}/f{i}", b"x", 0o640)
        os.mkdir(f"{made}/d{i}", 0o750)
        for name in f"f{i}", f"d{i}":
            os.chown(f"{made}/{name}", 500, 600)
            if subprocess.run(["setfacl", "-m", acl, f"{made}/{name}"],
                              check=False).returncode:
                tap.skip("permissions by ACLs", "setfacl fails here")
                return
    tar, image = (os.path.join(programs.work, n) for n in ("acl.tar", "acl.img"))
    subprocess.run(["tar", "--acls", "-cf", tar, "-C", made, "."], check=True)
    programs.start("mktarfs", "-q", tar, image)
    tree = os.path.join(programs.work, "tree")
    extract(tar, tree)
    want = without_writing(decisions(tree))
    path = mounts.directory(programs.work)
    with mounts.Mount(programs.paths["mount.tar"], image, path):
        got = without_writing(decisions(path))
        tap.ok(len({tuple(w) for w in want.values()}) > 3,
               "ACLs make a difference for the people of this test")
        for person, words in want.items():
            tap.ok(got[person] == words,
                   f"{person}: may do what the ACLs of the tree say")
        wanted = os.getxattr(tree + "/f0", "system.posix_acl_access")
        tap.ok(os.getxattr(path + "/f0", "system.posix_acl_access") == wanted,
               "an ACL as an attribute")
    shutil.rmtree(tree)


def run(directory, work):
    tap.note(f"seed {SEED}")
    os.chmod(work, 0o755)
    programs = Programs(directory, work, "mktarfs", "mount.tar")
    tar = os.path.join(work, "files.tar")
    make_tar(tar)
    path = mounts.directory(work)
    for fmt in 2, 1:
        image = os.path.join(work, f"{fmt}.img")
        made = programs.start("mktarfs", "-q", f"--format={fmt}", tar, image)
        if made.returncode:
            raise RuntimeError(made.stderr.decode())
        with mounts.Mount(programs.paths["mount.tar"], image, path):
            Suite(programs, image, path, fmt).run()
    check_acls(programs)


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
