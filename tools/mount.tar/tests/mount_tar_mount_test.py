#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mount.tar as mount(8), fstab, mount.fuse3 and users call it: options, background,
messages, signals, users, unmounting while it is busy.

Copyright (C) 2026 The tarfs authors

/usr/sbin is replaced in the test's mount namespace by a directory with mount.tar.

Usage: mount_tar_mount_test.py BIN_DIR
"""
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time

import mounts
import tap
from programs import Programs

SIZE = 20 << 20
# accepted alone: mount(8) passes them, or they change nothing
ACCEPTED = ("dev", "nodev", "suid", "nosuid", "exec", "noexec", "ro", "atime",
            "noatime", "relatime", "dirsync", "sync", "async", "defaults", "auto",
            "noauto", "user", "users", "owner", "group", "_netdev", "nofail",
            "x-systemd.automount", "X-mount.mkdir", "comment=word", "allow_other",
            "threads=1", "threads=64", "rw", "", ",,ro,,", "norelatime",
            "strictatime", "nostrictatime", "diratime", "nodiratime", "lazytime",
            "nolazytime", "symfollow", "loud", "silent", "iversion", "noiversion",
            "mand", "nomand", "nosymfollow,symfollow")
REFUSED = {"bind": "'bind'",
           "verify": "'verify'", "verify=": "64 hexadecimal",
           "verify=12": "64 hexadecimal", "verify=" + "g" * 64: "64 hexadecimal",
           "verify=" + "0" * 63: "64 hexadecimal",
           "verify=" + "0" * 65: "64 hexadecimal",
           "data-blocks=5": "needs verify", "data-blocks=0": "from 1 to",
           "data-blocks=-1": "from 1 to", "data-blocks=0x10": "from 1 to",
           "data-blocks=99999999999999999999": "from 1 to",
           "threads=0": "from 1 to 64", "threads=65": "from 1 to 64",
           "threads=two": "from 1 to 64", "ROOTHASH": "'ROOTHASH'",
           "nodev=1": "'nodev=1'", "subtype=x": "'subtype=x'",
           "fsname=/etc": "'fsname=/etc'", "odd\nname": "odd\\012name"}


def run(*words, **options):
    options.setdefault("timeout", 60)
    return subprocess.run(words, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, **options)


def mount_line(path):
    """Return the fields of the topmost mount on a path, or None."""
    with open("/proc/mounts", encoding="utf-8") as file:
        found = [line.split() for line in file if line.split()[1] == path]
    return found[-1] if found else None


class Suite:
    def __init__(self, programs):
        self.program = os.path.abspath(programs.paths["mount.tar"])
        self.work = programs.work
        self.path = mounts.directory(self.work)
        self.image = os.path.join(self.work, "layer.img")
        tar = os.path.join(self.work, "layer.tar")
        with open(os.path.join(self.work, "large"), "wb") as file:
            self.large = os.urandom(SIZE)
            file.write(self.large)
        with tarfile.open(tar, "w") as out:
            out.add(__file__, arcname="file")
            out.add(os.path.join(self.work, "large"), arcname="large")
        made = programs.start("mktarfs", "-q", tar, self.image)
        if made.returncode:
            raise RuntimeError(made.stderr.decode())

    def mounted(self):
        return os.path.exists(self.path + "/file")

    def end(self):
        """Unmount; return whether the server has ended."""
        mounts.unmount(self.path)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end of the server")
        return mount_line(self.path) is None

    # ---- the command line ----

    def check_options(self):
        for options in ACCEPTED:
            done = run(self.program, self.image, self.path, "-f", "-o", options)
            tap.ok(done.returncode == 0 and not self.mounted(),
                   f"option '{options}' is accepted")
        done = run(self.program, self.image, self.path, "-o", ",".join(ACCEPTED))
        tap.ok(done.returncode == 0 and self.mounted(), f"all together {done.stderr}")
        self.end()
        for option, word in ("remount", "remounted"), ("nosymfollow", "nosymfollow"):
            done = run(self.program, self.image, self.path, "-o", "ro," + option)
            tap.ok(done.returncode == 32 and word in done.stderr and
                   not mount_line(self.path), f"{option} is for the driver alone")
        for options, word in REFUSED.items():
            done = run(self.program, self.image, self.path, "-o", options)
            if not tap.ok(done.returncode == 1 and word in done.stderr and
                          not self.mounted(), f"option {options!r:.30} is refused"):
                tap.note(done.stderr)
        done = run(self.program, self.image, self.path, "-o", "bind")
        tap.ok("verify=" in done.stderr and "nodev" in done.stderr,
               "... with a list of what exists")
        done = run(self.program, "-sf", "-o", "bind", self.image, self.path)
        tap.ok(done.returncode == 0, "-s ignores what does not exist")
        for kind, status in (("tar", 0), ("ext4", 1)):
            done = run(self.program, "-f", "-t", kind, self.image, self.path)
            tap.ok(done.returncode == status, f"-t {kind}: exits {status}")

    def check_sources(self):
        fifo = os.path.join(self.work, "fifo")
        os.mkfifo(fifo)
        junk = os.path.join(self.work, "junk")
        with open(junk, "wb") as file:
            file.write(os.urandom(1 << 20))
        empty = os.path.join(self.work, "empty")
        with open(empty, "wb"):
            pass
        for source, word in ((fifo, "neither"), (self.work, "neither"),
                             ("/dev/null", "neither"), (junk, "superblock"),
                             (empty, "too short"), (self.work + "/none",
                                                    "No such file")):
            done = run(self.program, source, self.path)
            if not tap.ok(done.returncode == 32 and word in done.stderr and
                          not mount_line(self.path),
                          f"{os.path.basename(source)} is refused"):
                tap.note(done.stderr)
        for target, word in ((self.work + "/none", "No such file"),
                             (self.image, "not a directory")):
            done = run(self.program, self.image, target)
            if not tap.ok(done.returncode == 32 and word in done.stderr,
                          f"a mount on {os.path.basename(target)} fails"):
                tap.note(done.stderr)
        tap.ok(not mounts.servers(self.image), "... and nothing is left of it")

    # ---- in the background ----

    def check_background(self):
        for i in range(20):
            done = run(self.program, self.image, self.path, "-v")
            there = os.path.exists(self.path + "/file")
            if done.returncode or not there or not self.end():
                tap.ok(False, f"attempt {i}: {done.stderr}")
                return
        tap.ok(True, "20 times: a mount that can be used when the call returns")
        tap.ok("format 2, not verified" in done.stdout, "-v says what it is")
        tap.ok("nothing that is read from it is verified" in done.stderr,
               "a line says that nothing is verified")
        run(self.program, self.image, self.path, "-o", "ro,nodev,noexec,noatime")
        line = mount_line(self.path)
        tap.ok(line[0] == self.image and line[2] == "fuse.mount.tar" and
               {"ro", "nodev", "noexec", "noatime", "allow_other",
                "max_read=1048576"} <=
               set(line[3].split(",")) and "nosuid" not in line[3],
               f"the mount table: {' '.join(line)}")
        with open(self.path + "/large", "rb") as file:
            tap.ok(file.read() == self.large, "... and its files are there")
        self.end()
        odd = os.path.join(self.work, "odd,name\\ here=.img")
        os.link(self.image, odd)
        run(self.program, odd, self.path)
        line = mount_line(self.path)
        tap.ok(line and line[0] == odd.replace("\\", "\\134").replace(
            " ", "\\040"), f"an odd name is that in the mount table: {line}")
        mounts.unmount(self.path)
        os.chdir(self.work)
        run(self.program, "layer.img", "mnt")
        tap.ok(mount_line(self.path)[0] == self.image and self.mounted(),
               "relative names")
        mounts.unmount(self.path)
        os.chdir("/")

    def check_streams(self):
        """Whoever reads what is printed to its end does not wait for ever."""
        read, write = os.pipe()
        child = subprocess.Popen([self.program, self.image, self.path],
                                 stdout=write, stderr=write)
        os.close(write)
        with os.fdopen(read, "rb") as file:
            said = file.read()
        tap.ok(child.wait() == 0 and b"verified" in said and self.mounted(),
               "the server keeps no stream of its caller")
        with open(f"/proc/{mounts.servers(self.image)[0]}/stat", encoding="ascii") as f:
            fields = f.read().rpartition(")")[2].split()
        tap.ok(int(fields[3]) == mounts.servers(self.image)[0],
               "... and has a session of its own")
        self.end()
        done = subprocess.run(["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh",
                               self.program, self.image, self.path], check=False)
        tap.ok(done.returncode == 0 and self.mounted(),
               "all standard streams may be closed")
        self.end()

    def check_dev(self):
        """A mount may hide what the program itself uses."""
        try:
            done = run(self.program, self.image, "/dev", "-o", "threads=1",
                       timeout=30)
            good = done.returncode == 0 and os.path.exists("/dev/large")
        except subprocess.TimeoutExpired:
            good = False
            for server in mounts.servers(self.image):
                os.kill(server, signal.SIGKILL)
        tap.ok(good, "a mount on /dev")
        mounts.unmount("/dev", mounts.MNT_DETACH)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")

    def is_settled(self):
        """
        There is a mount whose server has told its caller, through a pipe, or neither
        mount nor server.
        """
        found = mounts.servers(self.image)
        try:
            waits = any(os.readlink(f"/proc/{pid}/fd/{fd}").startswith("pipe:")
                        for pid in found for fd in os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            return False
        return not waits and bool(found) == self.mounted() and \
            bool(found) == bool(mount_line(self.path))

    def check_signals(self):
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            run(self.program, self.image, self.path)
            os.kill(mounts.servers(self.image)[0], number)
            mounts.wait_for(lambda: not mounts.servers(self.image), "end")
            tap.ok(mount_line(self.path) is None,
                   f"{number.name} unmounts and ends it")
        done = run(self.program, self.image, self.path, preexec_fn=lambda:
                   signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}))
        os.kill(mounts.servers(self.image)[0], signal.SIGTERM)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        tap.ok(mount_line(self.path) is None, "... also if SIGUSR1 was blocked")
        run(self.program, self.image, self.path)
        held = os.open(self.path + "/file", os.O_PATH)
        os.kill(mounts.servers(self.image)[0], signal.SIGTERM)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        tap.ok(mount_line(self.path) is None, "... also if a file is open")
        os.close(held)
        run(self.program, self.image, self.path)
        os.kill(mounts.servers(self.image)[0], signal.SIGKILL)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        try:
            os.stat(self.path)
            got = 0
        except OSError as error:
            got = error.errno
        mounts.unmount(self.path, mounts.MNT_DETACH)
        tap.ok(got in (103, 107) and mount_line(self.path) is None,
               "killed, it leaves a mount that umount -l removes")
        # at any moment: mounted and served, or not mounted
        wrong = 0
        for delay in range(30):
            child = subprocess.Popen([self.program, self.image, self.path],
                                     stderr=subprocess.DEVNULL)
            time.sleep(delay / 1000)
            child.kill()
            child.wait()
            try:
                mounts.wait_for(self.is_settled, "a mount or none")
            except TimeoutError:
                wrong += 1
            if mount_line(self.path):
                mounts.unmount(self.path, mounts.MNT_DETACH)
            mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        tap.ok(not wrong, "a caller that is killed leaves a working mount or none")

    def check_busy(self):
        """Threads read while somebody unmounts."""
        for how in "umount -l", "SIGTERM":
            run(self.program, self.image, self.path, "-o", "threads=4")
            faults, good = [], [0] * 8
            ending, go_on = threading.Event(), threading.Event()

            def reader(seed):
                while not go_on.is_set():
                    try:
                        with open(self.path + "/large", "rb") as file:
                            file.seek(seed << 20)
                            if file.read(1 << 20) != \
                                    self.large[seed << 20:(seed + 1) << 20]:
                                faults.append("wrong bytes")
                        good[seed] += 1
                    except OSError as error:
                        # later it is gone, or its server is or ends
                        if not ending.is_set() or \
                                error.errno not in (2, 4, 103, 107):
                            faults.append(str(error))

            threads = [threading.Thread(target=reader, args=(i,))
                       for i in range(8)]
            for thread in threads:
                thread.start()
            mounts.wait_for(lambda: faults or min(good) > 2, "reads")
            ending.set()
            if how == "SIGTERM":
                os.kill(mounts.servers(self.image)[0], signal.SIGTERM)
            else:
                mounts.unmount(self.path, mounts.MNT_DETACH)
            time.sleep(0.1)
            go_on.set()
            for thread in threads:
                thread.join()
            mounts.wait_for(lambda: not mounts.servers(self.image), "end")
            if not tap.ok(not faults and mount_line(self.path) is None,
                          f"eight threads read, and {how}: no wrong byte"):
                tap.note("\n".join(faults[:5]))

    # ---- mount(8) and users ----

    def check_mount(self):
        mounts.install_helpers(self.work, self.program, "/sbin/mount.fuse3",
                               "/sbin/mount.fuse")
        done = run("mount", "-t", "tar", "-o", "ro", self.image, self.path)
        tap.ok(done.returncode == 0 and self.mounted(),
               f"mount -t tar -o ro {done.stderr[:60]!r}")
        done = run("umount", self.path)
        tap.ok(done.returncode == 0 and not mount_line(self.path), "umount")
        done = run("mount", "-t", "tar", self.image, self.path)
        tap.ok(done.returncode == 0 and self.mounted() and
               "ro" in mount_line(self.path)[3].split(","),
               "mount -t tar without ro: read-only as well")
        run("umount", self.path)
        done = run("mount", "-t", "tar", "-o", "ro,nodev,x-test,nofail",
                   self.image, self.path)
        tap.ok(done.returncode == 0 and "nodev" in mount_line(self.path)[3],
               "mount with options")
        done = run("mount", "-o", "remount,noexec", self.path)
        tap.ok(done.returncode == 0 and "noexec" in mount_line(self.path)[3] and
               self.mounted(), "mount -o remount of the directory")
        run("umount", self.path)
        fstab = os.path.join(self.work, "fstab")
        for kind, source in (("tar", self.image),
                             ("fuse3", "mount.tar#" + self.image)):
            claim = f"a line in fstab with type {kind}"
            if not os.path.exists(f"/usr/sbin/mount.{kind}"):
                tap.skip(claim, "no mount.fuse3")
                continue
            with open(fstab, "w", encoding="ascii") as file:
                file.write(f"{source} {self.path} {kind} "
                           "ro,noauto,nosuid,nofail,x-one 0 0\n")
            self.check_helper(claim, "mount", "--fstab", fstab, self.path)
        claim = "mount.fuse3 -t mount.tar, as containerd calls it"
        if os.path.exists("/usr/sbin/mount.fuse3"):
            self.check_helper(claim, "mount.fuse3", self.image, self.path, "-o",
                              "ro,nosuid", "-t", "mount.tar")
        else:
            tap.skip(claim, "no mount.fuse3")

    def check_helper(self, claim, *words):
        done = run(*words)
        line = mount_line(self.path)
        if not tap.ok(done.returncode == 0 and line and self.mounted() and
                      line[0] == self.image and line[2] == "fuse.mount.tar" and
                      "nosuid" in line[3], claim):
            tap.note(done.stderr)
        if line:
            run("umount", self.path)

    def check_namespace(self):
        """A mount in a namespace whose programs and devices nobody should trust."""
        space = f"/proc/{os.getpid()}/ns/mnt"
        for words in (("-N", space), ("-N", str(os.getpid())), ("-N/none",)):
            done = run(self.program, *words, self.image, self.path)
            tap.ok(done.returncode == 1 and "nsenter(1)" in done.stderr and
                   not mount_line(self.path) and not mounts.servers(self.image),
                   f"-N is refused: {words[-1].rstrip('0123456789')[:5]}")
            if mount_line(self.path):
                mounts.unmount(self.path, mounts.MNT_DETACH)

    def check_user(self):
        """A user, through fusermount3."""
        if not shutil.which("fusermount3"):
            tap.skip("a mount by a user", "no fusermount3")
            return
        os.chmod(self.work, 0o755)
        own = mounts.directory(self.work, "own")
        os.chown(own, 65534, 65534)
        program = os.path.join(self.work, "mount.tar")
        shutil.copy(self.program, program)
        before = os.stat("/dev/fuse").st_mode
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        if not before & 0o002:
            node = os.path.join(self.work, "fuse")
            os.mknod(node, 0o020666, os.stat("/dev/fuse").st_rdev)
            os.chmod(node, 0o666)
            mounts.bind(node, "/dev/fuse")
        done = run(program, self.image, own, **user)
        line = mount_line(own)
        if not tap.ok(done.returncode == 0 and line and
                      "nosuid" in line[3] and "nodev" in line[3] and
                      "user_id=65534" in line[3] and line[2] == "fuse.mount.tar",
                      "a mount by a user has neither setuid files nor devices"):
            tap.note(done.stderr)
            return
        listed = run("ls", own, **user)
        tap.ok("large" in listed.stdout, "... and works for that user")
        tap.ok("ermission denied" in run("ls", own, user=1000, group=1000,
                                         extra_groups=[]).stderr,
               "... and not for others")
        done = run("fusermount3", "-u", own, **user)
        tap.ok(done.returncode == 0 and not mount_line(own),
               "fusermount3 -u unmounts it")
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        run(program, self.image, own, **user)
        os.kill(mounts.servers(self.image)[0], signal.SIGTERM)
        mounts.wait_for(lambda: not mounts.servers(self.image), "end")
        tap.ok(not mount_line(own), "so does SIGTERM")

    def check_device(self):
        """A block device, if there are loop devices."""
        made = run("losetup", "-rf", "--show", self.image)
        if made.returncode:
            tap.skip("a block device", "losetup fails here")
            return
        device = made.stdout.strip()
        done = run(self.program, device, self.path)
        tap.ok(done.returncode == 0 and mount_line(self.path)[0] == device and
               self.mounted(), "a block device")
        mounts.unmount(self.path)
        run("losetup", "-d", device)

    def check_truncated(self):
        """The file is cut off under the mount: EIO, not zeros."""
        copy = os.path.join(self.work, "copy.img")
        shutil.copy(self.image, copy)
        run(self.program, copy, self.path)
        os.stat(self.path + "/large")
        os.truncate(copy, 5 << 20)
        with open(self.path + "/large", "rb") as file:
            try:
                got = file.read()
                errno = 0
            except OSError as error:
                got, errno = b"", error.errno
        tap.ok(errno == 5 and self.large.startswith(got),
               "a file that is cut off: EIO for what is missing")
        mounts.unmount(self.path)


def suite(directory, work):
    tests = Suite(Programs(directory, work, "mktarfs", "mount.tar"))
    tests.check_options()
    tests.check_sources()
    tests.check_background()
    tests.check_streams()
    tests.check_dev()
    tests.check_signals()
    tests.check_busy()
    tests.check_namespace()
    tests.check_device()
    tests.check_truncated()
    tests.check_user()
    tests.check_mount()


if __name__ == "__main__":
    sys.exit(mounts.main(suite, sys.argv))
