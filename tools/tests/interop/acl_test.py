#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
ACLs and modes of an image are those that GNU tar and Linux leave behind.

Copyright (C) 2026 The tarfs authors

Random ACLs of files, directories and fifos: GNU tar sets those in text form,
this test the binary ones.  Linux turns an access ACL that says no more than a
mode into a mode; the image must have the ACLs that Linux keeps.  Odd ACLs are
converted one by one, since most of them are refused.

Usage: acl_test.py BIN_DIR [VECTORS [SEED]]	TAP on standard output
"""
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from collections import Counter

import format2_model
import odd_tars
import tap
from extract import GNU_TAR
from format2_compare import differences, directory_tree, image_tree
from odd_tars import header, pax

MEMBERS, ODD = 400, 40
TAGS = {"user": 0x01, "group": 0x04, "mask": 0x10, "other": 0x20}
NAMED = {"user": 0x02, "group": 0x08}
NO_ID = 0xffffffff
KINDS = (b"0", b"5", b"6")
ACCESS, DEFAULT = b"system.posix_acl_access", b"system.posix_acl_default"


def random_acl(rng):
    """Return [(tag, id or None, permissions)], valid and in Linux's order."""
    def perm():
        return rng.randrange(8)
    named = [(word, number, perm()) for word in ("user", "group")
             for number in sorted(rng.sample(range(70000), rng.choice(
                 (0, 0, 0, 1, 2))))]
    users = [entry for entry in named if entry[0] == "user"]
    groups = [entry for entry in named if entry[0] == "group"]
    mask = [("mask", None, perm())] if named or rng.random() < 0.3 else []
    return [("user", None, perm()), *users, ("group", None, perm()), *groups,
            *mask, ("other", None, perm())]


def permissions(rng, perm):
    letters = ["rwx"[i] if perm & (4 >> i) else "-" for i in range(3)]
    return rng.choice(("".join(letters), "".join(letters).replace("-", "") or
                       "-"))


def as_text(rng, acl):
    """Return the text form, entries in any order and any legal spelling."""
    acl = rng.sample(acl, len(acl))
    short = rng.random() < 0.2
    entries = []
    for word, number, perm in acl:
        name = "" if number is None else str(number)
        word = word[0] if short else word
        middle = ":" if word[0] in "mo" and rng.random() < 0.2 else f":{name}:"
        entries.append(word + middle + permissions(rng, perm))
    text = rng.choice((",", ",", "\n")).join(entries)
    return (text + rng.choice(("", "", "\n"))).encode()


def as_bytes(acl):
    return struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", TAGS[word] if number is None else NAMED[word],
                    perm, NO_ID if number is None else number)
        for word, number, perm in acl)


class Member:
    """
    A member with an access ACL, a default ACL, or both, and another mode.
    """

    def __init__(self, rng, number):
        self.name, self.kind = b"m%d" % number, rng.choice(KINDS)
        self.mode = rng.choice((0o644, 0o7777, 0o2750, 0))
        which = rng.choice(([ACCESS], [DEFAULT], [ACCESS, DEFAULT]))
        if self.kind != b"5":
            which = [ACCESS]
        self.acls = {kind: random_acl(rng) for kind in which}

    def header(self):
        return header(self.name, self.kind, mode=self.mode)

    def as_text(self, rng):
        return pax(*((b"SCHILY.acl." + kind.rpartition(b"_")[2],
                      as_text(rng, acl)) for kind, acl in self.acls.items())
                   ) + self.header()

    def as_bytes(self):
        return pax(*((b"SCHILY.xattr." + kind, as_bytes(acl))
                     for kind, acl in self.acls.items())) + self.header()

    def set(self, directory):
        """Create the file with its ACLs by system calls."""
        path = os.path.join(os.fsencode(directory), self.name)
        if self.kind == b"5":
            os.mkdir(path)
        elif self.kind == b"6":
            os.mkfifo(path)
        else:
            os.close(os.open(path, os.O_CREAT))
        os.chmod(path, self.mode)
        for kind, acl in self.acls.items():
            os.setxattr(path, kind, as_bytes(acl))
        os.utime(path, (odd_tars.TIME, odd_tars.TIME))


def odd_text(rng):
    """Return an ACL with an oddity that may make it invalid."""
    acl = random_acl(rng)
    text = as_text(rng, acl).decode()
    entries = re.split("[,\n]", text.strip())
    return rng.choice((
        lambda: ",".join(entries[1:]),
        lambda: ",".join(entries + entries[:1]),
        lambda: text.replace("r", "R", 1),
        lambda: text.replace(":", "::", 1),
        lambda: text.replace(",", " # why\n", 1),
        lambda: text.replace(",", " # why,", 1),
        lambda: "\n# all\n\n" + "\n".join(entries),
        lambda: " " + ", ".join(entries) + " ",
        lambda: text.upper(),
        lambda: ",".join(entries + ["user:5:rwx"]),
        lambda: ",".join(entries + ["mask::r-x"]),
        lambda: text[:rng.randrange(len(text))],
    ))().encode()


def extracted(tar, work):
    tree = os.path.join(work, "tree")
    os.mkdir(tree, 0o755)
    began = time.time_ns() - 20000000
    made = subprocess.run([*GNU_TAR, "-C", tree, "-f", "-"], input=tar,
                          capture_output=True, check=False,
                          env=dict(os.environ, LC_ALL="C"))
    found = directory_tree(tree, began)
    shutil.rmtree(tree)
    return found, made.stderr.decode()


def converted(mktarfs, tar, work):
    image = os.path.join(work, "image")
    made = subprocess.run([mktarfs, "--format=2", "--no-verity", "-", image],
                          input=tar, capture_output=True, check=False)
    return image_tree(format2_model.load(image).device) \
        if made.returncode == 0 else None


def set_by_hand(members, work):
    tree = os.path.join(work, "tree")
    os.mkdir(tree, 0o755)
    for member in members:
        member.set(tree)
    found = directory_tree(tree, 0)
    shutil.rmtree(tree)
    return found


def check_all(claim, want, mktarfs, tar, work):
    got = converted(mktarfs, tar, work)
    if not tap.ok(got is not None, f"{claim}: mktarfs takes them all"):
        return
    kept = Counter(name for entry in want.values() for name in entry.xattrs)
    want[b""].mtime = None
    wrong = list(differences(want, got))
    tap.ok(not wrong, f"{claim}: the image has {kept[ACCESS]} access ACLs and "
           f"{kept[DEFAULT]} default ACLs of {len(want) - 1} members, and "
           "their modes")
    tap.note("\n".join(wrong[:8]))
    tap.ok(kept[ACCESS] and kept[DEFAULT] and
           any(not entry.xattrs for name, entry in want.items() if name),
           f"{claim}: some are no more than a mode")


def check_text(mktarfs, rng, work):
    members = [Member(rng, i) for i in range(MEMBERS)]
    tar = b"".join(m.as_text(rng) for m in members) + odd_tars.END
    want, said = extracted(tar, work)
    tap.ok(not said and len(want) == MEMBERS + 1, "GNU tar takes all the ACLs")
    tap.note(said[:500])
    check_all("as GNU tar extracts", want, mktarfs, tar, work)


def check_bytes(mktarfs, rng, work):
    members = [Member(rng, i) for i in range(MEMBERS)]
    tar = b"".join(m.as_bytes() for m in members) + odd_tars.END
    check_all("as Linux sets them", set_by_hand(members, work), mktarfs, tar,
              work)


def check_odd(mktarfs, rng, work):
    taken = alike = wrong = 0
    for _ in range(ODD):
        text = odd_text(rng)
        tar = pax((b"SCHILY.acl.access", text)) + header(b"a") + odd_tars.END
        want, said = extracted(tar, work)
        got = converted(mktarfs, tar, work)
        found = list(differences(want, got)) if got and not said else []
        taken += got is not None
        alike += got is not None and not said
        wrong += bool(found)
        if found:
            tap.note(f"{text!r}: {found}")
    tap.ok(alike and not wrong, f"of {ODD} odd ACLs {taken} are taken, the "
           f"{alike} that GNU tar takes as well alike")
    tap.ok(taken < ODD, "and some are refused")


def main(argv):
    if len(argv) not in (2, 3, 4):
        print("usage: acl_test.py BIN_DIR [VECTORS [SEED]]", file=sys.stderr)
        return 2
    mktarfs = tap.program(argv[1], "mktarfs")
    seed = int(argv[3]) if len(argv) == 4 else random.randrange(1 << 32)
    tap.note(f"seed {seed}")
    if os.geteuid():
        tap.skip("ACLs that GNU tar leaves", "extracting needs root")
        return tap.done()
    os.umask(0o022)
    rng = random.Random(seed)
    with tap.scratch() as work:
        check_text(mktarfs, rng, work)
        check_bytes(mktarfs, rng, work)
        check_odd(mktarfs, rng, work)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
