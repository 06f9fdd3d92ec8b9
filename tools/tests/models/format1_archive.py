# SPDX-License-Identifier: GPL-2.0
"""
How the original of format 1 parses a tar: a model for tests.

Copyright (C) 2026 The tarfs authors

Written from the description of that reader, faults included, independently of
the tools that it is compared with.
"""
import re

HEADER = 512  # bytes of a header; alignment of everything in a tar
U64 = 1 << 64
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005" \
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Refused(Exception):
    """The original fails on this tar, or loops forever."""


class NotANumber(Exception):
    """A header field that is not a number."""


# ---- tar headers ----

def cut(field):
    """Return a text field up to the first NUL."""
    return field.split(b"\0", 1)[0]


def octal(field):
    """
    Parse octal text up to the first NUL, in UTF-8, within any white space.  A
    leading '+' is valid; an empty field is not.
    """
    try:
        text = cut(field).decode("utf-8").strip(SPACE)
    except UnicodeDecodeError:
        raise NotANumber
    if not re.fullmatch(r"\+?[0-7]+", text):
        raise NotANumber
    return int(text, 8)


def number(field):
    """
    Parse octal, or base-256 if bit 7 of the first byte is set.  That bit is
    dropped; of a field of 12 bytes only the last 8 count.
    """
    if not field[0] & 0x80:
        return octal(field)
    if len(field) == 8:
        return int.from_bytes(bytes([field[0] ^ 0x80]) + field[1:], "big")
    return int.from_bytes(field[-8:], "big")


def or_zero(parse, field):
    try:
        return parse(field)
    except NotANumber:
        return 0


class Header:
    """A block of 512 bytes, split into fields that are not validated."""
    def __init__(self, block):
        self.block = block
        self.name = block[0:100]
        self.mode = block[100:108]
        self.uid = block[108:116]
        self.gid = block[116:124]
        self.size = block[124:136]
        self.mtime = block[136:148]
        self.checksum = block[148:156]
        self.type = block[156:157]
        self.linkname = block[157:257]
        self.ustar = block[257:265] == b"ustar\0" b"00"
        self.gnu = block[257:265] == b"ustar " b" \0"
        self.major = block[329:337]
        self.minor = block[337:345]
        self.prefix = block[345:500]

    def check(self):
        """Validate the unsigned sum, which counts its own field as spaces."""
        total = sum(self.block) - sum(self.checksum) + 8 * ord(" ")
        try:
            if octal(self.checksum) != total:
                raise Refused("checksum of a header is wrong")
        except NotANumber:
            raise Refused("checksum of a header is not a number")

    def path(self):
        """Return the name, with the prefix in ustar headers only."""
        prefix = cut(self.prefix) if self.ustar else b""
        return (prefix + b"/" if prefix else b"") + cut(self.name)

    def target(self):
        """Return the link target; None if its first byte is NUL."""
        return cut(self.linkname) or None


# ---- pax records ----

def decimal(text):
    """Parse an unsigned decimal of 64 bits; None if it is invalid."""
    match = re.fullmatch(rb"\+?0*([0-9]{1,20})", text)
    value = int(match[1]) if match else U64
    return value if value < U64 else None


def pax_records(payload):
    """
    Yield (key, value) of each line up to the first empty one; None for a line
    with a wrong length.
    """
    for line in payload.split(b"\n"):
        if not line:
            return
        length, space, rest = line.partition(b" ")
        key, equals, value = rest.partition(b"=")
        good = space and equals and decimal(length) == len(line) + 1
        yield (key, value) if good else None


def pax_text(payload, wanted):
    """Return the first value of a key; skip invalid lines."""
    for record in pax_records(payload or b""):
        if record and record[0] == wanted:
            return record[1]
    return None


def pax_number(payload, wanted):
    """
    Return the first number of a key; None after an invalid line, or if the
    value is no number.
    """
    for record in pax_records(payload or b""):
        if not record:
            return None
        if record[0] == wanted:
            return decimal(record[1])
    return None


# ---- members ----

class Member:
    """A header together with the records before it."""
    def __init__(self, header, pos, size, long_name, long_link, pax):
        self.header = header
        self.pos = pos  # of the header
        self.size = size
        self.long_name = long_name
        self.long_link = long_link
        self.pax = pax

    def owner(self, pax_ids):
        """
        Return (uid, gid) of the header; in later versions of the original, of
        its records if they have any.
        """
        ids = []
        for key, field in ((b"uid", self.header.uid),
                           (b"gid", self.header.gid)):
            value = pax_number(self.pax, key) if pax_ids else None
            if value is None:
                value = or_zero(number, field)
            ids.append(value & 0xffffffff)
        return ids

    def path(self):
        """Return the GNU long name, else the PAX path, else the header's."""
        for name in (self.long_name, pax_text(self.pax, b"path")):
            if name is not None:
                return name
        return self.header.path()

    def target(self):
        """
        Return the GNU long link, else the PAX linkpath, else the header's.
        """
        for name in (self.long_link, pax_text(self.pax, b"linkpath")):
            if name is not None:
                return name
        return self.header.target()


class Archive:
    """The members of a tar, in order."""
    def __init__(self, tar):
        self.tar = tar
        self.next = 0  # offset of the next header

    def raw_header(self, pax):
        """
        Return (header, offset, size of data), or None at the end: the end of
        the file, or the first block of zeros.
        """
        pos = self.next
        if pos > len(self.tar):
            raise Refused("tar ends within the data of a member")
        block = self.tar[pos:pos + HEADER]
        if not block:
            return None
        if len(block) < HEADER:
            raise Refused("tar ends within a header")
        if not any(block):
            return None
        header = Header(block)
        header.check()
        try:
            size = number(header.size)
        except NotANumber:
            raise Refused("size of a member is not a number")
        if size == 0:
            size = pax_number(pax, b"size") or 0
        self.next = pos + HEADER + (size + 511) // 512 * 512
        if size + 511 >= U64 or self.next >= U64:
            raise Refused("size of a member overflows")
        return header, pos, size

    def members(self):
        while True:
            member = self.member()
            if member is None:
                return
            yield member

    def member(self):
        """
        Return the next member, with the L, K and x records before it.  Headers
        of Unix version 7 cannot be such records.
        """
        found = {b"L": None, b"K": None, b"x": None}
        while True:
            raw = self.raw_header(found[b"x"])
            if raw is None:
                if any(v is not None for v in found.values()):
                    raise Refused("records, but no member follows")
                return None
            header, pos, size = raw
            kind = header.type
            if kind not in found or not (header.ustar or header.gnu):
                break
            if found[kind] is not None:
                raise Refused("two records of a kind for one member")
            start = pos + HEADER
            found[kind] = self.tar[start:start + size]
        names = [text if text is None or text[-1:] != b"\0" else text[:-1]
                 for text in (found[b"L"], found[b"K"])]
        if kind == b"S":
            self.check_sparse(header, pos, size)
        return Member(header, pos, size, *names, found[b"x"])

    def check_sparse(self, header, pos, size):
        """
        Validate the map of an old GNU sparse file: 4 pieces in the header, 21
        in each extension block.  Such members are ignored then, but an invalid
        map makes the whole tar fail.
        """
        if not header.gnu:
            raise Refused("sparse file without a GNU header")
        block, table, count, flag = header.block, 386, 4, 482
        end, left, extra = 0, size, pos + HEADER
        while True:
            for i in range(count):
                at = table + 24 * i
                end, left = self.piece(block[at:at + 24], size, end, left)
            if block[flag] != 1:
                break
            block = self.tar[extra:extra + HEADER]
            table, count, flag = 0, 21, 504
            if len(block) < HEADER:
                raise Refused("tar ends within a sparse map")
            extra += HEADER
            self.next += HEADER
        try:
            if octal(header.block[483:495]) != end:
                raise Refused("sparse map and file size differ")
        except NotANumber:
            raise Refused("size of a sparse file is not a number")
        if left:
            raise Refused("sparse map and stored size differ")

    @staticmethod
    def piece(piece, size, end, left):
        """
        Parse a piece of a map; return the file's end so far, and what is left.
        """
        if piece[0] == 0 or piece[12] == 0:
            return end, left
        try:
            offset, length = octal(piece[:12]), octal(piece[12:])
        except NotANumber:
            raise Refused("sparse map has something not a number")
        if length and (size - left) % 512:
            raise Refused("sparse piece is not aligned")
        if offset < end or length > left:
            raise Refused("sparse map is out of order or too long")
        return offset + length, left - length
