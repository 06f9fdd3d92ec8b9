# SPDX-License-Identifier: GPL-2.0
"""
Tars of real programs: GNU tar, bsdtar, Python, busybox, Perl and Node.

Copyright (C) 2026 The tarfs authors

tars() packs trees of odd files in a directory.  Needs root, for owners,
devices and trusted attributes.
"""
import io
import os
import shutil
import struct
import subprocess
import tarfile

NS = 1000000000


def write(path, content=b"", mode=0o644):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def stamp(path, seconds, nsec=0):
    when = seconds * NS + nsec
    os.utime(path, ns=(when, when), follow_symlinks=False)


def stamp_all(top):
    """Set times that do not depend on now; of directories last."""
    for path, dirs, files in os.walk(top, topdown=False):
        for name in files + dirs:
            full = os.path.join(path, name)
            if os.lstat(full).st_mtime > 1600000000:
                stamp(full, 1500000000 + len(name))
    stamp(top, 1500000000)


# ---- trees: each is made in an empty directory ----

def plain_tree(top):
    """What even the oldest format can represent."""
    os.makedirs(top + b"/etc/empty")
    os.makedirs(top + b"/srv/deep/deeper/deepest")
    for size in (0, 1, 511, 512, 513, 4095, 4096, 4097, 100000):
        write(top + b"/srv/size-%d" % size, bytes(i % 251 for i in
                                                  range(size)))
    write(top + b"/etc/setuid", b"#!", 0o4755)
    write(top + b"/etc/setgid", b"#!", 0o2711)
    write(top + b"/etc/secret", b"s", 0)
    os.chown(top + b"/etc/secret", 12345, 65534)
    os.mkdir(top + b"/tmp")
    os.chmod(top + b"/tmp", 0o1777)
    os.link(top + b"/srv/size-513", top + b"/etc/link")
    os.link(top + b"/srv/size-513", top + b"/srv/deep/link too")
    os.symlink(b"../etc/link", top + b"/srv/symlink")
    os.symlink(b"/no/where", top + b"/srv/dangling")
    os.lchown(top + b"/srv/dangling", 33, 33)
    stamp(top + b"/srv/dangling", 1234567890)
    stamp(top + b"/etc/setuid", 0)


def full_tree(top):
    """What ustar can represent."""
    plain_tree(top)
    os.mkfifo(top + b"/fifo", 0o600)
    os.mknod(top + b"/null", 0o666 | 0o020000, os.makedev(1, 3))
    os.mknod(top + b"/disk", 0o660 | 0o060000, os.makedev(259, 300))
    long = top
    for length in (40, 50, 50):
        long += b"/" + b"d" * length
        os.mkdir(long)
    write(long + b"/" + b"f" * 90, b"long")


def gnu_tree(top):
    """What needs GNU's extensions: long names and targets, large numbers."""
    full_tree(top)
    deep = top
    for _ in range(3):
        deep += b"/" + b"x" * 250
        os.mkdir(deep)
    write(deep + b"/" + b"y" * 255, b"longer")
    os.link(deep + b"/" + b"y" * 255, top + b"/to-long")
    os.symlink(b"t" * 150, top + b"/target-150")
    os.symlink(b"u/" * 1500, top + b"/target-3000")
    os.symlink(b"v" * 4095, top + b"/target-4095")
    for name in (b"new\nline", b"back\\slash", b"sp ace", b"\xc3\xa9",
                 b"\x7f"):
        write(top + b"/" + name, name)
    write(top + b"/big-ids")
    os.chown(top + b"/big-ids", 4294967294, 3000000000)
    write(top + b"/before-1970")
    stamp(top + b"/before-1970", -86400)
    write(top + b"/after-2242")
    stamp(top + b"/after-2242", 8589934592 + 5)


def pax_tree(top):
    """What only PAX can represent: nanoseconds."""
    gnu_tree(top)
    for i, (seconds, nsec) in enumerate((
            (1500000000, 123456789), (1500000000, 1), (0, 999999999),
            (-1, 500000000), (-1500000000, 1), (1, 120000000))):
        write(top + b"/ns-%d" % i)
        stamp(top + b"/ns-%d" % i, seconds, nsec)


def sparse_tree(top):
    for name, size, pieces in (
            (b"hole", 1 << 20, ()), (b"start", 1 << 20, ((0, 5000),)),
            (b"end", 1 << 20, ((1 << 20, 1),)), (b"many", 1 << 22, tuple(
                (i * 65536, 4096 + 512 * (i % 5)) for i in range(64))),
            (b"odd", 300001, ((8192, 100), (200000, 777)))):
        with open(top + b"/" + name, "wb") as file:
            for at, length in pieces:
                file.seek(at)
                file.write(b"\xa5" * length)
            file.truncate(max([size] + [a + n for a, n in pieces]))
    write(top + b"/dense", b"not sparse" * 1000)
    os.link(top + b"/many", top + b"/many-too")


def large_tree(top):
    """One directory of many chunks, of files and directories."""
    for i in range(2000):
        name = top + b"/%d-%s" % (i * 7919, b"n" * (i % 97))
        if i % 50 == 0:
            os.mkdir(name)
        else:
            write(name, b"%d" % i if i % 3 else b"")
    names = sorted(os.listdir(top))
    os.link(top + b"/" + names[20], top + b"/zz-link")


# ids without names: GNU tar would write the name instead
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry) for entry in (
        (0x01, 7, 0xffffffff), (0x02, 5, 71000), (0x02, 6, 72000),
        (0x04, 4, 0xffffffff), (0x08, 3, 70000), (0x10, 7, 0xffffffff),
        (0x20, 0, 0xffffffff)))
CAPABILITY = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0)


def xattr_tree(top):
    os.mkdir(top + b"/dir")
    write(top + b"/dir/file", b"data")
    write(top + b"/many")
    write(top + b"/same")
    for path in (top + b"/many", top + b"/same"):
        for i in range(12):
            os.setxattr(path, b"user.attribute-%d" % i, b"v" * i * 40)
    os.setxattr(top + b"/dir", b"trusted.thing", b"\0\xff\n=\0")
    os.setxattr(top + b"/dir", b"user.thing", b"")
    write(top + b"/ping", b"ELF", 0o755)
    os.setxattr(top + b"/ping", b"security.capability", CAPABILITY)
    write(top + b"/big")
    os.setxattr(top + b"/big", b"user.big", b"0123456789abcdef" * 1000)


def acl_tree(top):
    os.mkdir(top + b"/dir")
    write(top + b"/dir/file", b"data", 0o640)
    os.setxattr(top + b"/dir/file", b"system.posix_acl_access", ACL)
    os.setxattr(top + b"/dir", b"system.posix_acl_default", ACL)
    os.setxattr(top + b"/dir", b"system.posix_acl_access", ACL)


def whiteout_tree(top):
    os.makedirs(top + b"/a/b")
    write(top + b"/.wh.gone")
    write(top + b"/a/.wh..wh..opq")
    write(top + b"/a/kept", b"kept")
    write(top + b"/a/b/.wh.x y")


# ---- programs ----

GNU = ["tar", "--sort=name", "--numeric-owner", "-C"]
BSD = ["bsdtar", "--numeric-owner", "-C"]
XATTRS = ["--xattrs", "--xattrs-include=*"]

# name of the tar, tree, command before the tree's directory and after it
WRITERS = (
    ("gnu-v7", plain_tree, GNU, ["--format=v7"]),
    ("gnu-oldgnu", gnu_tree, GNU, ["--format=oldgnu"]),
    ("gnu-gnu", gnu_tree, GNU, ["--format=gnu"]),
    ("gnu-ustar", full_tree, GNU, ["--format=ustar"]),
    ("gnu-posix", pax_tree, GNU, ["--format=posix"]),
    ("bsd-gnutar", gnu_tree, BSD, ["--format=gnutar"]),
    ("bsd-ustar", full_tree, BSD, ["--format=ustar"]),
    ("bsd-pax", pax_tree, BSD, ["--format=pax"]),
    ("bsd-restricted", pax_tree, BSD, ["--format=paxr"]),
    ("sparse-oldgnu", sparse_tree, GNU, ["--format=oldgnu", "--sparse"]),
    ("sparse-gnu", sparse_tree, GNU, ["--format=gnu", "--sparse"]),
    ("sparse-0.0", sparse_tree, GNU,
     ["--format=posix", "--sparse", "--sparse-version=0.0"]),
    ("sparse-0.1", sparse_tree, GNU,
     ["--format=posix", "--sparse", "--sparse-version=0.1"]),
    ("sparse-1.0", sparse_tree, GNU,
     ["--format=posix", "--sparse", "--sparse-version=1.0"]),
    ("sparse-bsd", sparse_tree, BSD, ["--format=pax"]),
    ("large-gnu", large_tree, GNU, ["--format=gnu"]),
    ("large-unsorted", large_tree, ["tar", "-C"], ["--format=posix"]),
    ("xattrs-gnu", xattr_tree, GNU, ["--format=posix", *XATTRS]),
    ("xattrs-bsd", xattr_tree, BSD, ["--format=pax", "--xattrs"]),
    ("acls-gnu", acl_tree, GNU, ["--format=posix", "--acls"]),
    ("acls-bsd", acl_tree, BSD, ["--format=pax", "--acls"]),
    ("whiteouts", whiteout_tree, GNU, ["--format=posix"]),
)

PYTHON = (
    ("python-ustar", full_tree, tarfile.USTAR_FORMAT),
    ("python-gnu", gnu_tree, tarfile.GNU_FORMAT),
    ("python-pax", pax_tree, tarfile.PAX_FORMAT),
)

# runs in the tree, with the tar's name as its last argument
PERL = """my @names = sort split(/\\0/, `find . -print0`);
my $tar = Archive::Tar->new;
$tar->add_files(@names) == @names && $tar->write($ARGV[0])
    or die $tar->error"""
# Node's package "tar" comes with npm
NODE = """const { execSync } = require('child_process')
const npm = execSync('realpath "$(command -v npm)"').toString().trim()
const tar = require('module').createRequire(npm)('tar')
tar.create({ file: process.argv[1], sync: true }, ['.'])"""
OTHERS = (
    ("busybox", full_tree, ["busybox", "tar", "-c", ".", "-f"]),
    ("perl", plain_tree, ["perl", "-MArchive::Tar", "-e", PERL]),
    ("node", plain_tree, ["node", "-e", NODE]),
)


# ---- tars of members that replace each other, written one by one ----

class Members:
    """A tar written member by member."""

    def __init__(self, path):
        self.tar = tarfile.open(path, "w", format=tarfile.PAX_FORMAT)

    def add(self, name, kind=tarfile.REGTYPE, content=b"", link="", **fields):
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = kind, link, len(content)
        info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
        info.mtime = 1400000000 + len(name)
        for field, value in fields.items():
            setattr(info, field, value)
        self.tar.addfile(info, io.BytesIO(content))

    def close(self):
        self.tar.close()


def replaced(add):
    """Later members win; a directory keeps its entries."""
    add("dir", tarfile.DIRTYPE, mode=0o700)
    add("dir/file", content=b"first")
    add("dir", tarfile.DIRTYPE, mode=0o2751, uid=7, mtime=1300000000)
    add("dir/file", content=b"second, longer", mode=0o600)
    add("file-link", content=b"x")
    add("file-link", tarfile.SYMTYPE, link="dir")
    add("link-file", tarfile.SYMTYPE, link="dir/file")
    add("link-file", content=b"file now")
    add("to-fifo", content=b"x")
    add("to-fifo", tarfile.FIFOTYPE)


def hard_links(add):
    """Hard links of a file, while its other names are replaced."""
    add("a", content=b"one", mtime=1300000000.25)
    add("b", tarfile.LNKTYPE, link="a")
    add("c", tarfile.LNKTYPE, link="b")
    add("d", tarfile.LNKTYPE, link="./a", mode=0o777)
    add("a", content=b"two")
    add("e", tarfile.LNKTYPE, link="a")
    add("s", tarfile.SYMTYPE, link="a")
    add("s2", tarfile.LNKTYPE, link="s")
    add("p", tarfile.FIFOTYPE)
    add("p2", tarfile.LNKTYPE, link="p")


def parents(add):
    """Parents without a member, and one whose member comes late."""
    add("x/y/z", content=b"deep")
    add("late/file", content=b"early")
    add("late", tarfile.DIRTYPE, mode=0o711, mtime=1200000000)
    add("./dotted//slashes/./file", content=b"clean")


def covered(add):
    """Whiteouts of names that exist too, before and after them."""
    add(".wh.file")
    add("file", content=b"real")
    add("dir", tarfile.DIRTYPE)
    add("dir/new", content=b"new")
    add(".wh.dir")
    add("opaque/.wh..wh..opq")
    add("opaque", tarfile.DIRTYPE, mode=0o700)
    add(".wh.link")
    add("link", tarfile.SYMTYPE, link="file")


def whiteout_devices(add):
    """Devices that overlayfs takes for whiteouts are ordinary members."""
    add("gone", tarfile.CHRTYPE, mode=0o600, uid=5)
    add("file", content=b"first")
    add("file", tarfile.CHRTYPE)
    add("back", tarfile.CHRTYPE)
    add("back", content=b"real")
    add("dir", tarfile.CHRTYPE)
    add("dir", tarfile.DIRTYPE)
    add("dir/file", content=b"below")


def xattrs(**values):
    """Return PAX records as Go writes them, for attributes "user_x"."""
    return {"SCHILY.xattr." + name.replace("_", ".", 1):
            os.fsdecode(value) for name, value in values.items()}


def uneven_values(add):
    """Values of attributes with padding in between, and an empty one last."""
    add("a", pax_headers=xattrs(user_a=b"12345", trusted_b=b"1"))
    add("b", tarfile.DIRTYPE, pax_headers=xattrs(user_a=b"123", user_b=b""))


BY_HAND = (("replaced", replaced), ("hard-links", hard_links),
           ("parents", parents), ("covered", covered),
           ("whiteout-devices", whiteout_devices),
           ("uneven-values", uneven_values))


# ---- all tars ----

def made_tree(work, make):
    top = os.path.join(os.fsencode(work), make.__name__.encode())
    if not os.path.isdir(top):
        os.mkdir(top)
        make(top)
        stamp_all(top)
    return os.fsdecode(top)


def tars(work):
    """
    Make all tars in a directory; yield (name, path, error or None).  A program
    that is not installed is an error, too.
    """
    for name, make, before, after in WRITERS:
        path = os.path.join(work, name + ".tar")
        if not shutil.which(before[0]):
            yield name, path, f"no {before[0]} here"
            continue
        command = before[:1] + ["-cf", path] + before[1:] + [
            made_tree(work, make)] + after + ["."]
        run = subprocess.run(command, capture_output=True, check=False,
                             env=dict(os.environ, LC_ALL="C"))
        yield name, path, run.stderr.decode() if run.returncode else None
    for name, make, command in OTHERS:
        path = os.path.join(work, name + ".tar")
        if not shutil.which(command[0]):
            yield name, path, f"no {command[0]} here"
            continue
        run = subprocess.run(command + [path], cwd=made_tree(work, make),
                             capture_output=True, check=False,
                             env=dict(os.environ, LC_ALL="C"))
        yield name, path, run.stderr.decode() if run.returncode else None
    for name, make, tar_format in PYTHON:
        path = os.path.join(work, name + ".tar")
        with tarfile.open(path, "w", format=tar_format,
                          errors="surrogateescape") as tar:
            tar.add(made_tree(work, make), arcname=".")
        yield name, path, None
    for name, fill in BY_HAND:
        path = os.path.join(work, name + ".tar")
        members = Members(path)
        fill(members.add)
        members.close()
        yield name, path, None
