# SPDX-License-Identifier: GPL-2.0
"""
Mount images by mount.tar, in a mount namespace of the test's own.

Copyright (C) 2026 The tarfs authors
"""
import ctypes
import os
import shutil
import subprocess
import sys
import time

import tap

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MNT_DETACH = 0x20000, 2
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 1 << 18
PATIENCE = 60


def check(result):
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def private(claim):
    """
    Enter a mount namespace; return False, and skip the claim, if FUSE is not
    there for root.
    """
    if os.geteuid():
        tap.skip(claim, "not root")
    elif not os.path.exists("/dev/fuse"):
        tap.skip(claim, "no /dev/fuse")
    else:
        check(LIBC.unshare(CLONE_NEWNS))
        check(LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
        return True
    return False


def unmount(path, flags=0):
    check(LIBC.umount2(os.fsencode(path), flags))


def bind(source, path):
    check(LIBC.mount(os.fsencode(source), os.fsencode(path), None, MS_BIND, None))


def install_helpers(work, *programs):
    """
    Replace /usr/sbin, where mount(8) looks for its helpers and is not itself, by a
    directory of copies of these programs that exist, in this mount namespace.
    """
    there = directory(work, "sbin")
    for program in programs:
        if os.path.exists(program):
            shutil.copy(program, there)
    bind(there, "/usr/sbin")


def servers(place):
    """Return the processes of mount.tar that serve images whose names begin so."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{name}/stat", encoding="ascii") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if os.path.basename(words[0]) == b"mount.tar" and state != "Z" and \
                any(w.startswith(os.fsencode(place)) for w in words[1:]):
            found.append(int(name))
    return found


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


class Dirent(ctypes.Structure):
    _fields_ = [("ino", ctypes.c_uint64), ("off", ctypes.c_int64),
                ("reclen", ctypes.c_uint16), ("type", ctypes.c_uint8),
                ("name", ctypes.c_char * 256)]


LIBC.opendir.restype = ctypes.c_void_p
LIBC.readdir.restype = ctypes.POINTER(Dirent)
LIBC.telldir.restype = ctypes.c_long


def opendir(path):
    return ctypes.c_void_p(LIBC.opendir(os.fsencode(path)))


def types(path):
    """Return the DT_* of each name in a directory, as readdir(3) has them."""
    folder, found = opendir(path), {}
    if not folder:
        check(-1)
    while True:
        ctypes.set_errno(0)
        entry = LIBC.readdir(folder)
        if not entry:
            break
        found[entry.contents.name] = entry.contents.type
    error = ctypes.get_errno()
    LIBC.closedir(folder)
    if error:
        raise OSError(error, os.strerror(error))
    return found


class Refused(Exception):
    """mount.tar ended instead of mounting: status and message."""

    def __init__(self, status, text):
        super().__init__(status, text)
        self.status, self.text = status, text


class Mount:
    """
    A mount that is served in the foreground: what it prints is kept, and at its
    end it must exit with 0 and without a word of a sanitizer.
    """

    def __init__(self, program, image, path, options=""):
        self.path = path
        self.before = os.lstat(path).st_dev
        self.log = open(path + ".log", "w+b")
        self.child = subprocess.Popen(
            [program, image, path, "-o",
             "ro,foreground" + (options and "," + options)],
            stdout=self.log, stderr=self.log)
        try:
            wait_for(self.began, "mount")
        except OSError as error:
            self.child.kill()
            raise Refused(self.child.wait(), f"{self.text()}{error}") from error
        if self.child.poll() is not None:
            raise Refused(self.child.returncode, self.text())

    def began(self):
        return self.child.poll() is not None or \
            os.lstat(self.path).st_dev != self.before

    def text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self):
        """Unmount; return whether the program ended as it should."""
        if self.child.poll() is None:
            unmount(self.path, MNT_DETACH)
        status = self.child.wait(PATIENCE)
        good = status == 0 and "anitizer" not in self.text() and \
            "runtime error" not in self.text()
        if not good:
            tap.note(f"status {status}: {self.text()[:4000]}")
        self.log.close()
        return good

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if not self.end() and kind is None:
            raise RuntimeError("mount.tar failed")


def directory(work, name="mnt"):
    path = os.path.join(work, name)
    os.makedirs(path, exist_ok=True)
    return path


def drop_caches():
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("2")


def leave(work):
    """Detach all that is mounted below a directory, before it is removed."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        paths = [line.split()[4] for line in file]
    for path in reversed(paths):
        if path.startswith(work + "/"):
            unmount(path.encode("latin-1").decode("unicode_escape"), MNT_DETACH)


def main(run, argv):
    """
    Run a suite: run(programs' directory, work) in a mount namespace.  A suite
    must not mount what is not its own below @work, which is removed at the end.
    """
    if len(argv) < 2:
        print(f"usage: {os.path.basename(argv[0])} BIN_DIR", file=sys.stderr)
        return 2
    if private("mounts through FUSE"):
        with tap.scratch() as work:
            try:
                run(argv[1], work)
            finally:
                leave(work)
    return tap.done()
