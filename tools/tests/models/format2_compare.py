#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
mktarfs --format=2 and GNU tar agree on what is in a tar.

Copyright (C) 2026 The tarfs authors

Each tar is extracted as root, and a model of format 2 that checks every rule
of the format reads its image; then the two trees are compared.  GNU tar does
not know whiteouts: the extracted tree is changed first as the OCI image
specification says.

Usage: format2_compare.py BIN_DIR [TAR | FOLDER OF TARS]...
"""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

import format2_model
import tame_tars
import tap
import tar_corpus
from extract import extract, file_sha256
from format2_records import OPAQUE as OPAQUE_FLAG, Corrupt, rdev_pair

TAME_TARS, ODD_TARS, ODD_LEAST = 200, 400, 0.05
WHITEOUT, OPAQUE = b".wh.", b".wh..wh..opq"
FIELDS = ("kind", "perm", "uid", "gid", "size", "mtime", "nlink", "target",
          "rdev", "opaque", "xattrs", "content", "names")


class Entry:
    """What both sides have of one name; None is not compared."""

    def __init__(self, kind, perm=None, uid=None, gid=None, size=None,
                 mtime=None, nlink=None, target=None, rdev=None,
                 opaque=False, xattrs=None, content=None):
        self.kind, self.perm, self.uid, self.gid = kind, perm, uid, gid
        self.size, self.mtime, self.nlink = size, mtime, nlink
        self.target, self.rdev, self.opaque = target, rdev, opaque
        self.xattrs, self.content = xattrs, content
        self.names = None  # all names of the file


def share_names(entries, identity):
    """Set the names of files that have several."""
    groups = {}
    for path, entry in entries.items():
        if entry.kind != stat.S_IFDIR:
            groups.setdefault(identity[path], []).append(path)
    for paths in groups.values():
        for path in paths:
            entries[path].names = sorted(paths)


# ---- the extracted tree ----

def read_xattrs(path):
    return {os.fsencode(name): os.getxattr(path, name, follow_symlinks=False)
            for name in os.listxattr(path, follow_symlinks=False)
            if name != "security.selinux"}


def file_time(directory):
    """
    Return the time of a file that is created there now, in ns.  It is behind
    the clock by up to a tick of the kernel's timer.
    """
    with tempfile.TemporaryFile(dir=directory) as file:
        return os.fstat(file.fileno()).st_mtime_ns


def extracted_entry(path, began):
    """
    Return the entry of a path.  A directory without a member has the time of
    the extraction, which is not compared.
    """
    info = os.lstat(path)
    kind = stat.S_IFMT(info.st_mode)
    entry = Entry(kind, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid,
                  mtime=info.st_mtime_ns, nlink=info.st_nlink,
                  xattrs=read_xattrs(path))
    if kind == stat.S_IFREG:
        entry.size, entry.content = info.st_size, file_sha256(path)
    elif kind == stat.S_IFLNK:
        entry.target = os.readlink(path)
        entry.perm, entry.size = None, len(entry.target)
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        entry.rdev = os.major(info.st_rdev), os.minor(info.st_rdev)
    if kind == stat.S_IFDIR and info.st_mtime_ns >= began:
        entry.mtime = None
    return entry, (info.st_dev, info.st_ino)


def directory_tree(directory, began):
    """Return {path: Entry} of a directory, itself with path ""."""
    entries, identity = {}, {}
    top = os.fsencode(directory)
    for path, dirs, files in os.walk(top):
        for full in [os.path.join(path, name) for name in dirs + files] + (
                [top] if path == top else []):
            name = full[len(top) + 1:]
            entries[name], identity[name] = extracted_entry(full, began)
    share_names(entries, identity)
    return entries


def apply_whiteouts(entries):
    """
    Replace markers by what overlayfs needs to see.  A name that exists too has
    replaced the one below; a directory is opaque then.
    """
    for path in [p for p in entries
                 if p.rpartition(b"/")[2].startswith(WHITEOUT)]:
        parent, slash, name = path.rpartition(b"/")
        del entries[path]
        if name == OPAQUE:
            entries[parent].opaque = True
        else:
            real = entries.setdefault(parent + slash + name[len(WHITEOUT):],
                                      Entry(stat.S_IFCHR, rdev=(0, 0)))
            real.opaque = real.kind == stat.S_IFDIR


def extracted_tree(tar, directory):
    """Return ({path: Entry} of the extracted tar, the error or None)."""
    began = file_time(os.path.dirname(directory))
    run = extract(tar, directory)
    entries = directory_tree(directory, began)
    apply_whiteouts(entries)
    return entries, run.stderr.decode() if run.returncode else None


# ---- the image ----

def image_entry(device, inode):
    kind = stat.S_IFMT(inode.mode)
    entry = Entry(kind, stat.S_IMODE(inode.mode), inode.uid, inode.gid,
                  mtime=inode.mtime * 1000000000 + inode.nsec,
                  nlink=inode.nlink, xattrs=device.xattr_names(inode),
                  opaque=bool(inode.flags & OPAQUE_FLAG))
    if kind == stat.S_IFREG:
        entry.size, entry.content = inode.size, device.content_hash(inode)
    elif kind == stat.S_IFLNK:
        entry.target, entry.size = inode.target, inode.size
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        entry.rdev = rdev_pair(inode.rdev)
    return entry


def image_tree(device):
    entries, identity = {}, {}
    for path, inode in device.walk():
        entries[path] = image_entry(device, inode)
        identity[path] = inode.ino
    share_names(entries, identity)
    return entries


# ---- the comparison ----

def differences(want, got):
    """Yield one line for each name or field that differs."""
    for path in sorted(want.keys() | got.keys()):
        where = "/" + format2_model.printable(path)
        if path not in got:
            yield f"{where}: not in the image"
        elif path not in want:
            yield f"{where}: in the image, but not extracted"
        else:
            for field in FIELDS:
                expected = getattr(want[path], field)
                found = getattr(got[path], field)
                if expected is not None and expected != found:
                    yield (f"{where}: {field} is {found!r:.200}, "
                           f"extracted {expected!r:.200}")


def convert(mktarfs, tar, path):
    """Return (the output of --json, None) or (None, error)."""
    run = subprocess.run([mktarfs, "--format=2", "--json", tar, path],
                         capture_output=True, check=False)
    if run.returncode:
        return None, run.stderr.decode(errors="replace") or "no reason given"
    return json.loads(run.stdout), None


def check_report(said, image, name):
    """The report of mktarfs agrees with the image."""
    device = image.device
    want = {"format": 2, "diff_id": "sha256:" + device.diff_id.hex(),
            "root_hash": image.root_hash, "tar_size": device.tar_size,
            "data_size": len(device.data), "inodes": device.count}
    wrong = [f"{key} is {said.get(key)}, the image has {value}"
             for key, value in want.items() if said.get(key) != value]
    tap.ok(not wrong, f"{name}: the report is what the image says")
    for text in wrong:
        tap.note(text)


def compare(mktarfs, work, name, tar):
    """Make the claims for one tar."""
    path = os.path.join(work, "image")
    said, error = convert(mktarfs, tar, path)
    if not tap.ok(said, f"{name}: mktarfs makes an image"):
        tap.note(error)
        return
    try:
        image = format2_model.load(path)
    except Corrupt as found:
        tap.ok(False, f"{name}: the image is as the format defines")
        tap.note(found)
        return
    tap.ok(True, f"{name}: the image is as the format defines")
    check_report(said, image, name)
    tree = os.path.join(work, "tree")
    want, error = extracted_tree(tar, tree)
    wrong = list(differences(want, image_tree(image.device)))
    shutil.rmtree(tree)
    tap.ok(not error and not wrong,
           f"{name}: the image has the {len(want)} names GNU tar extracts")
    for text in ([error] if error else []) + wrong[:8]:
        tap.note(text)
    if len(wrong) > 8:
        tap.note(f"and {len(wrong) - 8} more")


def judge(mktarfs, work, tar, against_gnu_tar):
    """
    Return a list of what is wrong with the image of some bytes; None if there
    is no image.
    """
    path, image = os.path.join(work, "random.tar"), os.path.join(work, "image")
    with open(path, "wb") as file:
        file.write(tar)
    _, error = convert(mktarfs, path, image)
    if error:
        return None
    try:
        device = format2_model.load(image).device
    except Corrupt as found:
        return [str(found)]
    if not against_gnu_tar:
        return []
    tree = os.path.join(work, "tree")
    want, error = extracted_tree(path, tree)
    shutil.rmtree(tree)
    return ([error] if error else []) + list(
        differences(want, image_tree(device)))


def judge_random(mktarfs, work, make, count, against_gnu_tar):
    """Return how many seeds have an image, and how many a wrong one."""
    made = wrong = 0
    for seed in range(count):
        found = judge(mktarfs, work, make(seed), against_gnu_tar)
        made += found is not None
        wrong += bool(found)
        for text in (found or [])[:4] if wrong < 5 else []:
            tap.note(f"seed {seed}: {text}")
    return made, wrong


def random_images(mktarfs, work):
    made, wrong = judge_random(mktarfs, work, tame_tars.tar, TAME_TARS, True)
    tap.ok(made == TAME_TARS and not wrong,
           f"{made} of {TAME_TARS} random tars without oddities have images, "
           f"{wrong} of them not as GNU tar extracts")
    made, wrong = judge_random(mktarfs, work, tame_tars.odd_tar, ODD_TARS,
                               False)
    tap.ok(not wrong, f"odd tars: {made} images are as the format defines")
    tap.ok(made >= ODD_LEAST * ODD_TARS,
           f"of {ODD_TARS} odd tars some are taken")
    tap.ok(ODD_TARS - made >= ODD_LEAST * ODD_TARS, "and some are refused")


def main(argv):
    if len(argv) < 2:
        print("usage: format2_compare.py BIN_DIR [TAR | FOLDER]...",
              file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1], "mktarfs")
    if os.geteuid():
        tap.skip("comparison with GNU tar", "extracting needs root")
        return tap.done()
    os.umask(0o022)
    with tap.scratch() as work:
        for name, tar, error in tar_corpus.tars(work):
            if error:
                tap.skip(name, error.splitlines()[0])
            else:
                compare(mktarfs, work, name, tar)
        for tar in tap.tars_in(argv[2:]):
            compare(mktarfs, work, os.path.basename(tar), tar)
        random_images(mktarfs, work)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
