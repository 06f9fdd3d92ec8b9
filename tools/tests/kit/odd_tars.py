# SPDX-License-Identifier: GPL-2.0
"""
The odd tars of Documentation/odd-tars.rst, each as small as possible.

Copyright (C) 2026 The tarfs authors

CASES has the bytes of the tar of each row of the table.

Usage: odd_tars.py CASE OUT
"""
import sys

from random_tars import (BLOCK, GNU, USTAR, V7, Writer, binary_field,
                         header_sum, octal_field, padded, pax_record,
                         with_checksum)

END = bytes(2 * BLOCK)
TIME = 1500000000  # default of members
# contents of files, which listings show by name
WORDS = (b"one", b"two", b"three", b"four")
# contents that pieces of a sparse file can form
PIECES = {b"one+two": b"one".ljust(BLOCK, b"\0") +
          (b"two".ljust(BLOCK - 3, b"\0") + b"six"),
          b"one+six": (b"one".ljust(BLOCK, b"\0") + b"six").ljust(2 * BLOCK, b"\0")}


class Plain(Writer):
    """Write the checksum in the usual way."""

    def checksum(self, total, off):
        return b"%06o\0 " % (total + off)


def header(name, kind=b"0", **fields):
    fields.setdefault("mtime", octal_field(TIME, 12))
    fields.setdefault("mode", 0o755 if kind == b"5" else 0o644)
    return Plain(0).header(name, kind=kind, **fields)


def file(name, content=b"one", kind=b"0", **fields):
    return header(name, kind, size=len(content), **fields) + padded(content)


def folder(name, **fields):
    return header(name, b"5", **fields)


def link(name, to, **fields):
    return header(name, b"1", link=to, **fields)


def symlink(name, to, **fields):
    return header(name, b"2", link=to, **fields)


def device(name, major, minor, **fields):
    return header(name, b"3", major=octal_field(major, 8),
                  minor=octal_field(minor, 8), **fields)


def pax(*records, kind=b"x"):
    """Return an extended header of (key, value) pairs, or of raw bytes."""
    body = b"".join(record if isinstance(record, bytes)
                    else pax_record(*record) for record in records)
    return header(b"pax", kind, size=len(body)) + padded(body)


def long_name(name, kind=b"L"):
    return header(b"././@LongLink", kind, magic=GNU,
                  size=len(name) + 1) + padded(name + b"\0")


def number(field, raw):
    """Return a file with a raw header field."""
    return header(b"a", **{field: raw})


def text_number(text, width=8):
    return text.ljust(width, b"\0")


SPARSE_TABLE = (octal_field(512, 12) + octal_field(3, 12) +
                octal_field(1024, 12) + octal_field(0, 12)).ljust(96, b"\0")


def star_header(name, prefix):
    """Return a star header: a prefix of 131 bytes, times, and a magic."""
    block = bytearray(header(name, prefix=prefix.ljust(131, b"\0") +
                             2 * (octal_field(TIME, 12))))
    block[508:512] = b"tar\0"
    return with_checksum(block)


def sparse_old(real_size):
    return header(b"a", b"S", magic=GNU, size=3,
                  sparse=SPARSE_TABLE + b"\0" + octal_field(real_size, 12)
                  ) + padded(b"one")


def sparse_old_more():
    """
    Return an old GNU sparse file of one piece, with an extension block that a
    reader takes for a member if it does not read that far.
    """
    table = (octal_field(0, 12) + octal_field(3, 12)).ljust(96, b"\0")
    return header(b"a", b"S", magic=GNU, size=3,
                  sparse=table + b"\1" + octal_field(3, 12)
                  ) + bytes(BLOCK) + padded(b"one")


def sparse_0_1(*records):
    """Return a sparse file of 1024 bytes with 3 bytes at 512."""
    return pax(*records, (b"GNU.sparse.map", b"512,3,1024,0")) + file(b"a")


def checksum_field(block, field):
    """Return the header with its checksum spelled by @field."""
    return block[:148] + field(header_sum(block)) + block[156:]


def sparse_1_0(pieces, data=b"one"):
    sparse_map = padded(pieces)
    return pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
               (b"GNU.sparse.name", b"a"), (b"GNU.sparse.realsize", b"1024")
               ) + header(b"GNUSparseFile.0/a",
                          size=len(sparse_map) + len(data)
                          ) + sparse_map + padded(data)


NAMES = {
    "name-absolute": file(b"/a"),
    "name-slashes": file(b"./b//./c"),
    "name-dotdot": folder(b"d") + file(b"d/../a"),
    "name-outside": file(b"../a"),
    "name-nul": pax((b"path", b"a\0b")) + file(b"c"),
    "name-255": long_name(b"n" * 255) + file(b"n"),
    "name-256": long_name(b"n" * 256) + file(b"n"),
    "name-3900": pax((b"path", (b"p" * 243 + b"/") * 15 + b"q" * 240)
                     ) + file(b"q"),
    "name-4096": pax((b"path", (b"p" * 251 + b"/") * 16 + b"q" * 64)
                     ) + file(b"q"),
    "name-empty": file(b"", b"one"),
    "name-bytes": file(b"\xff\n\\"),
    "name-slash-file": file(b"a/"),
    "name-slash-old": header(b"a/", b"\0", magic=V7, mode=0o755),
    "name-no-end": file(b"n" * 100),
    "name-prefix": file(b"b", prefix=b"a"),
    "name-prefix-gnu": file(b"b", prefix=b"a", magic=GNU),
    "name-prefix-star": star_header(b"b", b"p" * 130 + b"q"),
    "root-folder": folder(b"./", mode=0o700),
    "root-file": file(b"."),
    "root-link": file(b"a") + link(b"./", b"a"),
}

REPLACED = {
    "file-file": file(b"a") + file(b"a", b"two"),
    "file-folder": file(b"a") + folder(b"a") + file(b"a/b", b"two"),
    "folder-folder": folder(b"a") + file(b"a/b") + folder(b"a", mode=0o700),
    "folder-file": folder(b"a") + file(b"a"),
    "full-folder-file": folder(b"a") + file(b"a/b") + file(b"a", b"two"),
    "symlink-file": file(b"a") + symlink(b"b", b"a") + file(b"b", b"two"),
    "symlink-folder": folder(b"a") + symlink(b"b", b"a") + folder(b"b"),
    "file-symlink": file(b"a") + symlink(b"a", b"b"),
    "linked-file": file(b"a") + link(b"b", b"a") + file(b"a", b"two"),
    "file-by-link": file(b"a") + file(b"b", b"two") + link(b"b", b"a"),
    "folder-by-link": file(b"a") + folder(b"b") + link(b"b", b"a"),
}

PARENTS = {
    "parent-missing": file(b"a/b/c"),
    "parent-late": file(b"a/b") + folder(b"a", mode=0o700),
    "parent-file": file(b"a") + file(b"a/b", b"two"),
    "parent-symlink": folder(b"d") + symlink(b"a", b"d") + file(b"a/b"),
    "parent-symlink-out": symlink(b"a", b"/nonexistent/x") + file(b"a/b"),
    "parent-replaced": header(b"a/.wh..wh..opq") + symlink(
        b"a/", b"d") + file(b"a/b"),
    "parent-fifo": header(b"a", b"6") + file(b"a/b"),
}

LINKS = {
    "link": file(b"a") + link(b"b", b"a"),
    "link-chain": file(b"a") + link(b"b", b"a") + link(b"c", b"b"),
    "link-forward": link(b"b", b"a") + file(b"a"),
    "link-dangling": link(b"b", b"a"),
    "link-self": link(b"a", b"a"),
    "link-self-there": file(b"a") + link(b"a", b"a"),
    "link-folder": folder(b"a") + link(b"b", b"a"),
    "link-symlink": symlink(b"a", b"x") + link(b"b", b"a"),
    "link-symlink-through": file(b"a") + symlink(b"b", b"a") + link(
        b"c", b"b"),
    "link-device": device(b"a", 1, 3) + link(b"b", b"a"),
    "link-fifo": header(b"a", b"6") + link(b"b", b"a"),
    "link-absolute": file(b"a") + link(b"b", b"/a"),
    "link-dotdot": folder(b"d") + file(b"a") + link(b"b", b"d/../a"),
    "link-aufs": header(b".wh..wh.plnk/1") + link(b"b", b".wh..wh.plnk/1"),
    "link-outside": file(b"a") + link(b"b", b"../a"),
    "link-nul": file(b"a") + pax((b"linkpath", b"a\0x")) + link(b"b", b"x"),
    "link-empty": file(b"a") + link(b"b", b""),
    "link-whiteout": header(b".wh.a") + link(b"b", b"a"),
    "link-marker": header(b".wh.a") + link(b"b", b".wh.a"),
    "link-cycle": file(b"a") + link(b"a/b", b"a"),
    "link-mode": file(b"a") + link(b"b", b"a", mode=0o600,
                                   uid=octal_field(5, 8)),
    "link-size": file(b"a") + link(b"b", b"a", size=3) + file(b"c", b"two"),
    "link-data": file(b"a") + link(b"b", b"a", size=3) + padded(
        b"one") + file(b"c", b"two"),
    "symlink-4095": pax((b"linkpath", b"t" * 4095)) + symlink(b"a", b"t"),
    "symlink-4096": pax((b"linkpath", b"t" * 4096)) + symlink(b"a", b"t"),
    "symlink-nul": pax((b"linkpath", b"a\0b")) + symlink(b"a", b"t"),
    "symlink-empty": symlink(b"a", b""),
    "symlink-size": header(b"a", b"2", link=b"b", size=3) + file(b"c"),
}

WHITEOUTS = {
    "whiteout": header(b".wh.a"),
    "whiteout-folder": header(b".wh.a/", b"5"),
    "whiteout-file": header(b".wh.a") + file(b"a"),
    "file-whiteout": file(b"a") + header(b".wh.a"),
    "whiteout-new-folder": header(b".wh.a") + folder(b"a") + file(b"a/b"),
    "folder-whiteout": folder(b"a") + file(b"a/b") + header(b".wh.a"),
    "opaque-first": header(b"a/.wh..wh..opq") + folder(b"a"),
    "opaque-last": folder(b"a") + file(b"a/b") + header(b"a/.wh..wh..opq"),
    "opaque-root": header(b".wh..wh..opq") + file(b"a"),
    "whiteout-aufs": header(b".wh..wh.plnk/1") + file(b"a"),
    "whiteout-parent": header(b".wh.a/b") + file(b"c"),
    "whiteout-no-name": header(b".wh.") + file(b"a"),
    "whiteout-dot": header(b".wh..") + file(b"a"),
    "whiteout-dotdot": header(b"d/.wh...") + file(b"a"),
    "device-0-0": device(b"a", 0, 0),
}

NUMBERS = {
    "mode-bits": file(b"a", mode=0o7755),
    "mode-text": number("mode_field", text_number(b"rw-r--r")),
    "mode-base256": number("mode_field", binary_field(0o644, 8)),
    "mode-negative": number("mode_field", binary_field(-1, 8)),
    "size-nul": number("size_field", b"\0" + b"00000000003") + padded(b"one"),
    "size-nul-spaces": number("size_field", b"\0         3\0") + padded(
        b"one"),
    "size-nuls": number("size_field", b"\0\0" + b"0000000003") + header(b"b"),
    "size-space-nul": number("size_field", b" \0" + b"0000000003") + header(b"b"),
    "size-nul-base256": number("size_field", b"\0\x80" + bytes(10)) + header(
        b"b"),
    "size-base256-first": number("size_field", b"\x81" + bytes(11)),
    "size-space-more": number("size_field", b"3 \0 3".ljust(12, b"\0")
                              ) + padded(b"one"),
    "size-negative": number("size_field", binary_field(-1, 12)),
    "size-huge": number("size_field", binary_field(1 << 64, 12)),
    "size-text": number("size_field", text_number(b"12x", 12)),
    "size-blank": number("size_field", b" " * 12),
    "uid-nul": number("uid", b"\0" + b"0000005"),
    "uid-base256": number("uid", binary_field(3000000000, 8)),
    "uid-negative": number("uid", binary_field(-1, 8)),
    "uid-none": number("uid", binary_field((1 << 32) - 1, 8)),
    "uid-33-bits": number("uid", binary_field(1 << 32, 8)),
    "uid-text": number("uid", text_number(b"root")),
    "uid-pax-text": pax((b"uid", b"5")) + number("uid", text_number(b"root")),
    "uid-pax-empty": pax((b"uid", b"")) + number("uid", octal_field(5, 8)),
    "uid-pax-minus": pax((b"uid", b"-0")) + number("uid", octal_field(5, 8)),
    "uid-pax": pax((b"uid", b"3000000000")) + file(b"a"),
    "time-negative": number("mtime", binary_field(-86400, 12)),
    "time-large": number("mtime", binary_field(1 << 33, 12)),
    "time-65-bits": number("mtime", binary_field(1 << 64, 12)),
    "time-pax": pax((b"mtime", b"1234567890.123456789")) + file(b"a"),
    "time-pax-negative": pax((b"mtime", b"-1.25")) + file(b"a"),
    "time-pax-digits": pax((b"mtime", b"-1.0000000011")) + file(b"a"),
    "time-text": number("mtime", text_number(b"now", 12)),
    "device": device(b"a", 259, 300),
    "device-no-magic": device(b"a", 1, 3, magic=V7),
    "device-unused": file(b"a", major=text_number(b"x")),
    "device-pax": pax((b"SCHILY.devmajor", b"1"), (b"SCHILY.devminor", b"3")
                      ) + device(b"a", 1, 3),
    "device-pax-other": pax((b"SCHILY.devmajor", b"8"),
                            (b"SCHILY.devminor", b"1")) + device(b"a", 1, 3),
    "device-large": header(b"a", b"3", major=binary_field(1 << 20, 8),
                           minor=octal_field(0, 8)),
    "checksum": header(b"a", checksum=1),
    "checksum-nul": checksum_field(header(b"a"), lambda n: b"\0%06o " % n),
    "checksum-base256": checksum_field(
        header(b"a"), lambda n: b"\x80" + n.to_bytes(7, "big")),
    "checksum-signed": header(b"\xff", checksum=-256),
}

ARCHIVES = {
    "cut-header": file(b"a") + header(b"b")[:300],
    "cut-data": header(b"a", size=1000) + b"one",
    "cut-padding": file(b"a")[:BLOCK + 3],
    "no-end": file(b"a"),
    "end-one-block": file(b"a") + bytes(BLOCK),
    "lone-zero-block": file(b"a") + bytes(BLOCK) + file(b"b", b"two") + END,
    "junk-after-end": file(b"a") + END + b"junk" * 128,
    "junk-no-end": file(b"a") + b"junk" * 128 + END,
    "concatenated": file(b"a") + END + file(b"b", b"two") + END,
    "empty": END,
    "nothing": b"",
    "type-contiguous": file(b"a", kind=b"7"),
    "type-old": file(b"a", kind=b"\0", magic=V7),
    "type-unknown": file(b"a", kind=b"Z"),
    "type-volume": file(b"a", kind=b"M", magic=GNU),
    "type-sparse": file(b"a", kind=b"S"),
    "type-label": header(b"label", b"V", magic=GNU) + file(b"a"),
    "type-dumpdir": file(b"a/", b"Yb\0\0", kind=b"D", magic=GNU,
                         mode=0o755) + file(b"a/b"),
    "type-socket": header(b"a", b"s"),
    "folder-size": folder(b"a", size=3) + file(b"b"),
    "folder-data": folder(b"a", size=3) + padded(b"two") + file(b"b"),
}

EXTENDED = {
    "pax-two": pax((b"uid", b"5")) + pax((b"gid", b"6")) + file(b"a"),
    "pax-last": file(b"a") + pax((b"path", b"b")),
    "pax-malformed": pax(b"99 path=b\n") + file(b"a"),
    "pax-unknown": pax((b"TARFS.x", b"y"), (b"comment", b"z")) + file(b"a"),
    "pax-empty-value": pax((b"path", b"")) + file(b"a"),
    "pax-twice": pax((b"path", b"b"), (b"path", b"c")) + file(b"a"),
    "pax-newline": pax((b"comment", b"x\n9 path=b"), (b"path", b"c")
                       ) + file(b"a"),
    "pax-size": pax((b"size", b"3")) + header(b"a") + padded(b"one"),
    "pax-size-other": pax((b"size", b"3")) + header(b"a", size=5
                                                    ) + padded(b"one"),
    "pax-global": pax((b"uid", b"5"), kind=b"g") + file(b"a") + pax(
        (b"uid", b"6")) + file(b"b", b"two"),
    "pax-global-path": pax((b"path", b"g"), kind=b"g") + file(b"a"),
    "pax-solaris": pax((b"path", b"b"), kind=b"X") + file(b"a"),
    "long-two": long_name(b"b") + long_name(b"c") + file(b"a"),
    "long-last": file(b"a") + long_name(b"b"),
    "long-and-pax": long_name(b"b") + pax((b"path", b"c")) + file(b"a"),
    "xattr": pax((b"SCHILY.xattr.user.x", b"1")) + file(b"a"),
    "xattr-libarchive": pax((b"LIBARCHIVE.xattr.user.x", b"MQ=="),
                            ) + file(b"a"),
    "xattr-symlink": pax((b"SCHILY.xattr.user.x", b"1")) + symlink(
        b"a", b"b"),
    "xattr-class": pax((b"SCHILY.xattr.other.x", b"1")) + file(b"a"),
    "xattr-overlay": pax((b"SCHILY.xattr.trusted.overlay.opaque", b"y")
                         ) + folder(b"a"),
    "acl": pax((b"SCHILY.acl.access", b"user::rw-,user:70000:r--,"
                b"group::r--,mask::r--,other::---")) + file(b"a"),
    "acl-fourth-field": pax((b"SCHILY.acl.access", b"user::rw-,"
                             b"user:no-such-user:r--:70000,group::r--,"
                             b"mask::r--,other::---")) + file(b"a"),
    "acl-no-number": pax((b"SCHILY.acl.access", b"user::rw-,"
                          b"user:no-such-user:r--,group::r--,mask::r--,"
                          b"other::---")) + file(b"a", mode=0o640),
    "acl-known-name": pax((b"SCHILY.acl.access", b"user::rw-,"
                           b"user:daemon:r--,group::r--,mask::r--,"
                           b"other::---")) + file(b"a", mode=0o640),
    "acl-no-number-open": pax((b"SCHILY.acl.access", b"user::rw-,"
                               b"user:no-such-user:---,group::r--,mask::r--,"
                               b"other::r--")) + file(b"a"),
    "acl-mode": pax((b"SCHILY.acl.access", b"other::---,group::r--,user::rw-"
                     )) + file(b"a"),
    "acl-mask": pax((b"SCHILY.acl.access", b"user::rw-,group::rw-,mask::r--,"
                     b"other::---")) + file(b"a"),
    "acl-broken": pax((b"SCHILY.acl.access", b"user::rw-,group")
                      ) + file(b"a"),
    "sparse-old": sparse_old(1024),
    "sparse-old-short": sparse_old(500),
    "sparse-old-more": sparse_old_more(),
    "sparse-0.1": sparse_0_1((b"GNU.sparse.size", b"1024"),
                             (b"GNU.sparse.numblocks", b"2")),
    "sparse-0.1-said": sparse_0_1(
        (b"GNU.sparse.major", b"0"), (b"GNU.sparse.minor", b"1"),
        (b"GNU.sparse.size", b"1024"), (b"GNU.sparse.numblocks", b"2")),
    "sparse-0.1-sizes": sparse_0_1(
        (b"GNU.sparse.size", b"1024"), (b"GNU.sparse.realsize", b"2048"),
        (b"GNU.sparse.numblocks", b"2")),
    "sparse-0.1-no-count": sparse_0_1((b"GNU.sparse.size", b"1024")),
    "sparse-0.1-count": sparse_0_1((b"GNU.sparse.size", b"1024"),
                                   (b"GNU.sparse.numblocks", b"3")),
    "sparse-0.2": sparse_0_1(
        (b"GNU.sparse.major", b"0"), (b"GNU.sparse.minor", b"2"),
        (b"GNU.sparse.size", b"1024"), (b"GNU.sparse.numblocks", b"2")),
    "sparse-1.0": sparse_1_0(b"2\n512\n3\n1024\n0\n"),
    "sparse-1.0-within": sparse_1_0(b"2\n0\n3\n512\n512\n",
                                    b"onetwo".ljust(BLOCK, b"\0") + b"six"),
    "sparse-1.0-order": sparse_1_0(b"2\n512\n2\n0\n1\n"),
}

UNFINISHED = {"cut-header", "cut-data", "cut-padding", "no-end",
              "end-one-block", "lone-zero-block", "junk-after-end",
              "junk-no-end", "concatenated", "empty", "nothing"}

CASES = {case: members + (b"" if case in UNFINISHED else END)
         for group in (NAMES, REPLACED, PARENTS, LINKS, WHITEOUTS, NUMBERS,
                       ARCHIVES, EXTENDED)
         for case, members in group.items()}


def main(argv):
    if len(argv) != 3 or argv[1] not in CASES:
        print("usage: odd_tars.py CASE OUT", file=sys.stderr)
        return 2
    with open(argv[2], "wb") as out:
        out.write(CASES[argv[1]])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
