#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
kata-overlay mounts the layers of a tardev snapshot, and leaves nothing else behind.

Copyright (C) 2026 The tarfs authors

mount(8) finds mount.tar in a directory that replaces /usr/sbin in the test's mount
namespace. The base64 is Python's.

Usage: kata_overlay_test.py BIN_DIR
"""
import base64
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import mounts
import tap
from programs import Programs

PREFIX = "io.katacontainers.fs-opt."
SEED = int(os.environ.get("SEED", "1"))
INTERRUPTED = 60


def layer(source, *options, kind="tar"):
    text = ",".join((source, kind) + options)
    return f"{PREFIX}layer=" + base64.b64encode(text.encode()).decode()


class Suite:
    def __init__(self, programs):
        self.programs, self.work = programs, programs.work
        self.path = mounts.directory(self.work)
        self.temporary = mounts.directory(self.work, "temporary")
        self.odd = mounts.directory(self.work, "odd, name: with\\slash")
        layers = {"base": {"a": b"lower", "b": b"lower", "gone": b""},
                  "middle": {"b": b"middle", ".wh.gone": b""},
                  "top": {"c": b"top", "sub/d": b"d"}}
        for name, files in layers.items():
            tar = io.BytesIO()
            with tarfile.open(fileobj=tar, mode="w") as out:
                for path, data in files.items():
                    info = tarfile.TarInfo(path)
                    info.size = len(data)
                    out.addfile(info, io.BytesIO(data))
            image = f"{self.odd}/{name}"
            made = programs.start("mktarfs", "-q", "-", image,
                                  input=tar.getvalue())
            if made.returncode:
                raise RuntimeError(made.stderr)
        self.junk = programs.write("junk", bytes(1 << 20))

    def start(self, *options, target=None, env=()):
        words = [w for o in options for w in ("-o", o)]
        return subprocess.run(
            [self.programs.paths["kata-overlay"], "/", target or self.path,
             *words], capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "TMPDIR": self.temporary, **dict(env)})

    def is_clean(self, mounted=0):
        """Nothing is left but these mounts on the target."""
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            below = [line.split()[4] for line in file
                     if self.work in line.split()[4]]
        return not os.listdir(self.temporary) and \
            below.count(self.path) == mounted and len(below) == mounted

    def read(self, name):
        return Path(self.path, name).read_text(encoding="ascii")

    def good(self, claim, *options, see=lambda: True, **how):
        done = self.start(*options, **how)
        if not tap.ok(done.returncode == 0 and self.is_clean(1) and see(),
                      claim):
            tap.note(done.stderr)
        if done.returncode == 0:
            mounts.unmount(self.path)

    def bad(self, claim, status, word, *options, **how):
        done = self.start(*options, **how)
        if not tap.ok(done.returncode == status and word in done.stderr and
                      self.is_clean(), claim):
            tap.note(f"{done.returncode} {done.stderr}")

    def check_stacks(self):
        prefix = f"{PREFIX}layer-src-prefix=" + self.work + "/links"
        os.symlink(self.odd, self.work + "/links")
        three = [layer(n) for n in ("top", "middle", "base")]

        def merged():
            return sorted(os.listdir(self.path)) == ["a", "b", "c", "sub"] and \
                self.read("a") == "lower" and self.read("b") == "middle" and \
                self.read("c") == "top"

        self.good("three layers, the first is the top one", prefix, *three,
                  see=merged)
        self.good("all in one list, the prefix last",
                  ",".join([*three, prefix]), see=merged)
        self.good("absolute sources, with odd characters", *[
            f"{PREFIX}layer=" + base64.b64encode(
                f"{self.work}/links/{n},tar".encode()).decode().rstrip("=")
            for n in ("top", "middle", "base")], see=merged)
        self.good("options of others are ignored", "dev,suid,rw,x-odd=1", prefix,
                  PREFIX + "overlay-rw", "lowerdir=/etc", *three,
                  "upperdir=/tmp", see=merged)
        self.good("options of a layer, without those for the agent", prefix,
                  layer("top", "nodev", PREFIX + "root-hash=" + "0" * 64,
                        "io.katacontainers.x", "noexec"),
                  see=lambda: self.read("sub/d") == "d")
        self.good("one layer is a bind mount", prefix, layer("base"),
                  see=lambda: self.mount_type() == "fuse.mount.tar")
        self.good("several are an overlay", prefix, *three[:2],
                  see=lambda: self.mount_type() == "overlay")
        self.good("a hundred layers", prefix, *three[:2] * 50,
                  see=lambda: self.read("c") == "top")
        before = self.path
        self.path = mounts.directory(self.work, "a target: odd,\\")
        done = self.start(prefix, *three)
        tap.ok(done.returncode == 0 and merged(), "a target with an odd name")
        mounts.unmount(self.path)
        self.path = before

    def mount_type(self):
        with open("/proc/mounts", encoding="utf-8") as file:
            return [line.split()[2] for line in file
                    if line.split()[1] == self.path][-1]

    def check_failures(self):
        prefix = f"{PREFIX}layer-src-prefix=" + self.work + "/links"
        top = layer("top")
        self.bad("no layers", 32, "no option names a layer", "ro")
        for text, word in (("!!!!", "not base64"), ("QUI", "a source and a type"),
                           ("A", "not base64"), ("", "a source and a type"),
                           ("LHRhcg==", "a source and a type"),
                           ("YSw=", "a source and a type"),
                           ("YQBi", "NUL"), ("QQ=Q", "not base64")):
            self.bad(f"layer '{text}' is refused", 1, word,
                     f"{PREFIX}layer={text}")
        self.bad("a layer that does not exist", 32, "links/none failed",
                 prefix, top, layer("none"))
        self.bad("a layer that is no image", 32, "superblock", prefix, top,
                 layer(self.junk))
        self.bad("a source that looks like an option", 32,
                 "links/--bind failed", prefix, layer("--bind"))
        self.bad("a target that does not exist", 32, "/none: No such file",
                 prefix, top, target=self.work + "/none")
        self.bad("more layers than overlayfs has", 1, "more than 500", prefix,
                 ",".join([top] * 501))
        self.bad("no mount program", 32, "cannot run mount", prefix, top,
                 env={"PATH": "/none"}.items())

    def check_refusals(self):
        """A layer can have nothing run or shown but images."""
        prefix = f"{PREFIX}layer-src-prefix=" + self.work + "/links"
        top = layer("top")
        for kind in "nonesuch", "fuse", "fuse3", "none", "ext4", "tar2", "TAR":
            self.bad(f"type {kind}", 1, f"type tar, not '{kind}'", prefix, top,
                     layer(f"/bin/sh#{self.work}", kind=kind))
        for option in ("bind", "rbind", "rw", "remount", "move", "loop", "dev",
                       "suid", "exec", "noexecute", "verify=" + "0" * 64,
                       "X-mount.mkdir", "helper=x", "io.kata", "ro=1"):
            self.bad(f"option {option:.12}", 1, f"the option '{option}'", prefix,
                     top, layer("base", "ro", option, "nodev"))
        for source in ("..", "../odd/top", "a/../../top", "/../etc", "top/.."):
            self.bad(f"source {source}", 1, f"source '{source}' of a layer",
                     prefix, top, layer(source))
        self.bad("a relative source without a directory", 32,
                 "source 'top' of a layer must be absolute", top)
        for folder in "links", "", "/tmp/../etc", "..":
            self.bad(f"sources in '{folder}'", 1, f"directory '{folder}'",
                     f"{PREFIX}layer-src-prefix={folder}", top)
        os.symlink(self.odd + "/top", self.odd + "/..top..")
        self.good("a source with dots", prefix, layer("..top.."))

    def check_places(self):
        """The temporary directory may be named in any way."""
        two = [layer(self.work + "/links/" + n) for n in ("top", "base")]
        os.chdir(self.work)
        for name in "temporary", "./temporary", "odd/../temporary":
            mounts.directory(self.work, "odd")
            self.good(f"TMPDIR={name}", *two, env={"TMPDIR": name}.items())
        os.chdir("/")
        self.bad("a TMPDIR that does not exist", 32, "/none/kata-overlay.",
                 *two, env={"TMPDIR": self.work + "/none"}.items())

    def interrupt(self, words, delay):
        """Send SIGTERM to its process group after a while; is all as it says?"""
        child = subprocess.Popen(words, stderr=subprocess.PIPE, text=True,
                                 start_new_session=True, env=dict(
                                     os.environ, TMPDIR=self.temporary))
        time.sleep(delay)
        os.killpg(child.pid, signal.SIGTERM)
        said = child.communicate(timeout=60)[1]
        mounted = child.returncode == 0
        good = self.is_clean(mounted)
        if not good:
            tap.note(f"{child.returncode} {os.listdir(self.temporary)} {said}")
            # for the next one
            mounts.leave(self.work)
            for name in os.listdir(self.temporary):
                shutil.rmtree(os.path.join(self.temporary, name))
        elif mounted:
            mounts.unmount(self.path)
        mounts.wait_for(lambda: not mounts.servers(self.work), "end of servers")
        return good, mounted

    def check_signals(self):
        words = [self.programs.paths["kata-overlay"], "/", self.path]
        for name in "top", "middle", "base":
            words += ["-o", layer(f"{self.work}/links/{name}")]
        begin = time.monotonic()
        self.good("a stack to interrupt", *words[4::2])
        takes = time.monotonic() - begin
        chance, wrong, done = random.Random(SEED), 0, 0
        for _ in range(INTERRUPTED):
            good, mounted = self.interrupt(words, chance.uniform(0, takes))
            wrong += not good
            done += mounted
        tap.ok(not wrong and done < INTERRUPTED,
               f"{INTERRUPTED} times SIGTERM, seed {SEED}: {done} came too late, "
               f"{wrong} left something")


def run(directory, work):
    programs = Programs(os.path.abspath(directory), work, "mktarfs", "mount.tar",
                        "kata-overlay")
    suite = Suite(programs)
    mounts.install_helpers(work, programs.paths["mount.tar"])
    suite.check_stacks()
    suite.check_failures()
    suite.check_refusals()
    suite.check_places()
    suite.check_signals()


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
