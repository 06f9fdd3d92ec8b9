# SPDX-License-Identifier: GPL-2.0
"""
File trees in one line, in the notation of Documentation/odd-tars.rst.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import re
import stat

import odd_tars
from format2_compare import Entry, share_names

OPAQUE = b"trusted.overlay.opaque"
WORDS = {hashlib.sha256(content).hexdigest(): word.decode() for word, content in (
    *zip(odd_tars.WORDS, odd_tars.WORDS), *odd_tars.PIECES.items())}


def format1_tree(device):
    """Return {path: Entry} of an image of format 1."""
    entries, identity = {}, {}
    for path, inode in device.walk():
        entry = entries[path] = Entry(
            inode.kind, stat.S_IMODE(inode.mode), inode.uid, inode.gid,
            mtime=inode.mtime * 10**9, xattrs={}, opaque=inode.opaque)
        identity[path] = inode.ino
        if inode.kind == stat.S_IFREG:
            entry.size, entry.content = inode.size, inode.content_hash()
        elif inode.kind == stat.S_IFLNK:
            entry.target = inode.bytes()
        elif inode.kind in (stat.S_IFCHR, stat.S_IFBLK):
            entry.rdev = inode.rdev()
    share_names(entries, identity)
    return entries


def decimal(ns):
    """Format nanoseconds as seconds."""
    whole, rest = divmod(abs(ns), 10**9)
    return ("-" if ns < 0 else "") + f"{whole}.{rest:09}".rstrip("0").rstrip(
        ".")


def short(name):
    """Make a name printable, and abbreviate a long one."""
    text = re.sub(r"(.)\1{19,}", lambda run: f"{run[1]}*{len(run[0])}",
                  name.decode("ascii", errors="backslashreplace"))
    text = "".join(c if c.isprintable() and c != " " else
                   f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= 40 else f"{text[:12]}...({len(name)})"


def shape(path, entry):
    """Format a name and the type of its file."""
    name = short(path) or "."
    if entry.kind == stat.S_IFDIR:
        return name + "/"
    if entry.names[0] != path:
        return f"{name}={short(entry.names[0])}"
    if entry.kind == stat.S_IFLNK:
        return f"{name}->{short(entry.target)}"
    if entry.kind == stat.S_IFIFO:
        return name + "(fifo)"
    if entry.kind in (stat.S_IFCHR, stat.S_IFBLK):
        letter = "c" if entry.kind == stat.S_IFCHR else "b"
        return "%s(%s%d:%d)" % (name, letter, *entry.rdev)
    if entry.content in WORDS:
        return f"{name}:{WORDS[entry.content]}"
    return f"{name}:{entry.size}" if entry.size else name


def remarks(path, entry, root_perm):
    """Yield what is unusual about an entry."""
    usual = {"": root_perm}.get(path.decode("latin-1"), 0o755 if
                                entry.kind == stat.S_IFDIR else 0o644)
    whiteout = entry.rdev == (0, 0)
    if entry.perm not in (None, usual) and not whiteout and \
            entry.kind != stat.S_IFLNK:
        yield f"{entry.perm:04o}"
    if entry.opaque or entry.xattrs.get(OPAQUE) == b"y":
        yield "opaque"
    for what in ("uid", "gid"):
        if getattr(entry, what):
            yield f"{what} {getattr(entry, what)}"
    if entry.kind not in (stat.S_IFDIR, stat.S_IFCHR) and \
            entry.mtime != odd_tars.TIME * 10**9:
        yield f"time {decimal(entry.mtime)}"
    for name in entry.xattrs:
        if name != OPAQUE:
            yield name.decode()


def listing(entries, root_perm=0o755):
    """
    Format all names in order, except non-empty directories with nothing
    unusual.  Later names of a file have no remarks: the first one has them.
    """
    words = []
    for path, entry in sorted(entries.items()):
        inside = path + b"/" if path else b""
        second = entry.names and entry.names[0] != path
        notes = [] if second else list(remarks(path, entry, root_perm))
        plain = entry.kind == stat.S_IFDIR and not notes
        if plain and (not path or any(p.startswith(inside) for p in entries
                                      if p != path)):
            continue
        words.append(shape(path, entry) +
                     (f"({', '.join(notes)})" if notes else ""))
    return f"``{' '.join(words)}``" if words else "nothing"
