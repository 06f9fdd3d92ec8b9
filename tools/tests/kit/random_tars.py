# SPDX-License-Identifier: GPL-2.0
"""
Odd tars from a seed; the same seed gives the same tar.

Copyright (C) 2026 The tarfs authors

Readers accept most of them: names collide often, links point anywhere, fields
are written in every legal way and in some illegal ones.  About one in six is
damaged on purpose.

Usage: random_tars.py SEED OUT
"""
import random
import sys

BLOCK = 512
USTAR, GNU, V7 = b"ustar\x0000", b"ustar  \0", bytes(8)

# weights of the types of members
TYPES = {b"0": 28, b"\0": 5, b"5": 20, b"2": 13, b"1": 16, b"3": 4, b"4": 2,
         b"6": 3, b"7": 1, b"S": 2, b"g": 2, b"V": 1, b"x": 0}

# weights of the components of a name
PARTS = {b"a": 30, b"b": 22, b"c": 14, b"d": 8, b"aa": 4, b".wh.a": 3,
         b".wh.b": 3, b".wh..wh..opq": 4, b".": 3, b"": 3, b"..": 2,
         b"\xff\xfe": 1, b"\xc3\xa9": 1, b"new\nline": 1, b"a b": 1,
         b".wh.": 1, b".wh..wh.c": 1, b"back\\slash": 1, b"l" * 60: 1,
         b"m" * 99: 1, b"n" * 255: 1, b"o" * 300: 1}

SIZES = {0: 30, 1: 10, 3: 10, 511: 4, 512: 6, 513: 4, 1024: 3, 5000: 2}

# lines of an extended header, most of them malformed
ODD_LINES = (b"\n", b"junk\n", b"5 a=\n", b"6 a=b\n", b"8 path=\n",
             b"12 linkpath=\n", b"8 size=\n", b"9 size=x\n", b"no end")

# values of uid and gid records; some readers accept 64 bits
PAX_IDS = (b"77", b"2097152", b"3000000000", b"4294967295", b"4294967296",
           b"18446744073709551615", b"18446744073709551616", b"+9", b"-1",
           b"x", b"", b"007")

# kinds of damage; format 1 refuses each
DAMAGES = ("cut", "checksum", "checksum text", "size", "huge", "overflow",
           "two L", "two K", "two x", "last L", "last K", "last x", "sparse",
           "old sparse", "cycle")


def octal_field(value, width):
    return b"%0*o\0" % (width - 1, value)


def binary_field(value, width):
    """Return a base-256 field: bit 7 of the first byte marks it."""
    raw = bytearray((value % (1 << 8 * width)).to_bytes(width, "big"))
    raw[0] |= 0x80
    return bytes(raw)


def padded(data):
    """Return the data, padded to whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def header_sum(block):
    """Return the sum of a header, with spaces for its checksum."""
    return sum(block[:148]) + 8 * ord(" ") + sum(block[156:])


def with_checksum(block):
    """Return the header with its checksum in the usual spelling."""
    return bytes(block[:148]) + b"%06o\0 " % header_sum(block) + \
        bytes(block[156:])


def pax_record(key, value):
    """Return a record, whose length includes the length itself."""
    body = b" " + key + b"=" + value + b"\n"
    length = len(body) + 1
    while length != len(body) + len(b"%d" % length):
        length += 1
    return b"%d" % length + body


class Writer:
    """Write one tar; one random generator makes all choices."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.out = []
        self.paths = [b"a"]  # targets of links
        self.names = self.random.choice((1, 2, 2, 3))  # depth of names

    # -- choices --

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def pick(self, weights):
        return self.random.choices(list(weights), weights.values())[0]

    def path(self):
        """Return a name, often an existing one."""
        if self.chance(25):
            return self.random.choice(self.paths)
        parts = [self.pick(PARTS)
                 for _ in range(self.random.randint(1, self.names))]
        path = b"/".join(parts)
        if self.chance(4):
            path = b"/" + path
        if self.chance(6):
            path = b"./" + path
        return path

    def target(self):
        kind = self.random.random()
        if kind < 0.05:
            return b""
        if kind < 0.10:
            return b"t" * self.random.choice((99, 100, 101, 150, 4095, 5000))
        if kind < 0.75:
            return self.random.choice(self.paths)
        return self.path()

    def number_field(self, value, width):
        """Return a number in a random legal spelling."""
        digits = b"%o" % value
        if len(digits) > width or self.chance(3):
            return binary_field(value, width)
        ways = [digits.rjust(width, b"0"), digits.rjust(width),
                digits.ljust(width), digits + b"\0" * (width - len(digits))]
        if len(digits) < width:
            ways += [octal_field(value, width)] * 12
            ways += [(b"+" + digits).ljust(width, b"\0"),
                     (b"\t" + digits + b"\0").ljust(width, b"7"),
                     (digits + b" \0").ljust(width, b"\0")[:width]]
        if len(digits) < width - 1:
            ways.append((b"\xc2\xa0" + digits).ljust(width, b"\0"))
        return self.random.choice(ways)[:width]

    def odd_field(self, value, width):
        """The same; sometimes an invalid or a strange number."""
        if not self.chance(3):
            return self.number_field(value, width)
        return self.random.choice((
            bytes(width), b" " * width, b"9" * (width - 1) + b"\0",
            b"-1".ljust(width, b"\0"), b"0o7".ljust(width, b"\0"),
            b"1_0".ljust(width, b"\0"), b"+".ljust(width, b"\0"),
            b"\xe9".ljust(width, b"\0"), b"\x1c7".ljust(width, b"\0"),
            b"\xff" * width, binary_field(-1 - value, width),
            binary_field(self.random.getrandbits(8 * width - 1), width)))

    # -- blocks --

    def header(self, name=b"", mode=0o644, size=0, kind=b"0", link=b"",
               magic=USTAR, prefix=b"", **raw):
        """Return a header with a valid checksum; @raw are raw fields."""
        block = bytearray(BLOCK)

        def put(at, width, field):
            block[at:at + width] = field[:width].ljust(width, b"\0")
        put(0, 100, name)
        put(100, 8, raw.get("mode_field") or octal_field(mode, 8))
        put(108, 8, raw.get("uid", octal_field(0, 8)))
        put(116, 8, raw.get("gid", octal_field(0, 8)))
        put(124, 12, raw.get("size_field") or octal_field(size, 12))
        put(136, 12, raw.get("mtime", octal_field(0, 12)))
        put(156, 1, kind)
        put(157, 100, link)
        put(257, 8, magic)
        put(329, 8, raw.get("major", octal_field(0, 8)))
        put(337, 8, raw.get("minor", octal_field(0, 8)))
        put(345, 155, prefix)
        if "sparse" in raw:
            put(386, 109, raw["sparse"])
        put(148, 8, b" " * 8)
        put(148, 8, self.checksum(sum(block), raw.get("checksum", 0)))
        return bytes(block)

    def checksum(self, total, off):
        ways = (b"%06o\0 " % (total + off), b"%07o\0" % (total + off),
                b"%7o " % (total + off), b"%08o" % (total + off))
        return self.random.choices(ways, (80, 5, 5, 5))[0]

    def data(self, size):
        body = bytes(self.random.choices(b"tar\n\0\xff", k=min(size, 64)))
        body = (body * (size // 64 + 1))[:size] if size else b""
        return body.ljust((size + BLOCK - 1) // BLOCK * BLOCK, b"\0")

    def record(self, kind, payload, magic=GNU, **fields):
        self.out.append(self.header(b"././@LongLink", size=len(payload),
                                    kind=kind, magic=magic, **fields))
        self.out.append(payload + bytes(-len(payload) % BLOCK))

    def pax_line(self, key, value):
        """
        Return a record of an extended header, sometimes with a '+' or a wrong
        length.
        """
        line = pax_record(key, value)
        length, _, rest = line.partition(b" ")
        if self.chance(1):
            return b"+%d " % (len(line) + 1) + rest
        if self.chance(2):
            length = b"%d" % (len(line) + self.random.choice((-1, 1, 10)))
        return length + b" " + rest

    # -- members --

    def pax_lines(self, name, link, size):
        """
        Return the records of an extended header, if any, and whether the size
        is among them.
        """
        lines = []
        if self.chance(8):
            lines.append(self.pax_line(b"path", name))
        if self.chance(8):
            lines.append(self.pax_line(b"linkpath", link))
        if self.chance(6):
            lines += [self.pax_line(b"mtime", b"1.5"),
                      self.pax_line(b"uid", self.random.choice(PAX_IDS)),
                      self.pax_line(b"gid", self.random.choice(PAX_IDS)),
                      self.pax_line(b"SCHILY.xattr.user.x", b"two\nlines")]
        if self.chance(3):
            lines.append(self.random.choice(ODD_LINES))
        has_size = self.chance(4)
        if has_size:
            lines.append(self.pax_line(b"size", b"%d" % size))
        self.random.shuffle(lines)
        return b"".join(lines), has_size

    def extended(self, name, link, size):
        """Write the records before a member; return its header's size."""
        lines, has_size = self.pax_lines(name, link, size)
        records = []
        if lines:
            records.append((b"x", lines))
        if len(name) > 100 or self.chance(8):
            records.append((b"L", name + self.pick(
                {b"\0": 8, b"": 2, b"\0\0": 1})))
        if len(link) > 100 or self.chance(8):
            records.append((b"K", link + self.pick(
                {b"\0": 8, b"": 2, b"/\0": 1})))
        self.random.shuffle(records)
        for kind, payload in records:
            magic = self.random.choices((GNU, USTAR, V7), (60, 40, 2))[0]
            self.record(kind, payload, magic)
        return 0 if has_size and self.chance(70) else size

    def sparse_member(self, name):
        """Write an old GNU sparse file with a valid map."""
        count = self.random.choice((0, 1, 2, 4, 5, 26))
        pieces, end = [], 0
        for _ in range(count):
            offset = end + 512 * self.random.randint(0, 3)
            pieces.append((offset, 512))
            end = offset + 512
        rows = [b"%011o\0%011o\0" % piece for piece in pieces]
        more = len(rows) > 4
        table = b"".join(rows[:4]).ljust(96, b"\0")
        table += (b"\1" if more else b"\0") + octal_field(end, 12)
        self.out.append(self.header(name, 0o644, 512 * count, b"S", magic=GNU,
                                    sparse=table))
        rows = rows[4:]
        while more:
            more = len(rows) > 21
            block = b"".join(rows[:21]).ljust(504, b"\0")
            self.out.append((block + bytes([more])).ljust(BLOCK, b"\0"))
            rows = rows[21:]
        self.out.append(self.data(512 * count))

    def member(self):
        kind = self.pick(TYPES)
        name, link = self.path(), b""
        if kind == b"S":
            self.sparse_member(name)
            return
        if kind in b"12" or self.chance(2):
            link = self.target()
        size = 0
        if kind in b"0\x007" or self.chance(4):
            size = self.pick(SIZES)
        if kind == b"0" and self.chance(0.1):
            size = 600000
        if kind == b"5" and self.chance(40):
            name += b"/"
        magic = self.random.choices((USTAR, GNU, V7), (6, 4, 2))[0]
        in_header, prefix = name, b""
        if magic == USTAR and (self.chance(8) or len(name) > 100):
            prefix, _, in_header = name.rpartition(b"/")
        elif self.chance(2):
            prefix = b"p"
        header_size = self.extended(name, link, size)
        self.out.append(self.header(
            in_header, kind=kind, link=link if self.chance(95) else b"other",
            magic=magic, prefix=prefix,
            mode_field=self.odd_field(self.random.choice(
                (0o644, 0o755, 0o4755, 0o1777, 0o100600, 0)), 8),
            uid=self.odd_field(self.random.choice((0, 0, 1000, 65534)), 8),
            gid=self.odd_field(self.random.choice((0, 0, 100, 2097151)), 8),
            size_field=self.number_field(header_size, 12),
            mtime=self.odd_field(self.random.choice(
                (0, 1, 1500000000, 0o77777777777)), 12),
            major=self.odd_field(self.random.choice((0, 1, 8, 259)), 8),
            minor=self.odd_field(self.random.choice((0, 3, 300)), 8)))
        self.out.append(self.data(size))
        if len(name) < 90:
            self.paths.append(name)

    # -- damage --

    def damage(self, kind):
        plain = self.header(b"z", size=0)
        if kind == "checksum":
            self.out.append(self.header(b"z", checksum=1))
        elif kind == "checksum text":
            self.out.append(plain[:148] + b"none\0\0\0\0" + plain[156:])
        elif kind == "size":
            self.out.append(self.header(b"z", size_field=b"12x"))
        elif kind == "huge":
            self.out.append(self.header(
                b"z", size_field=binary_field(1 << 62, 12)))
        elif kind == "overflow":
            self.out.append(self.header(
                b"z", size_field=binary_field((1 << 64) - 5, 12)))
        elif kind.startswith("two"):
            for _ in range(2):
                self.record(kind[-1:].encode(), b"8 path=a\n")
        elif kind == "sparse":
            self.out.append(self.header(b"z", size=512, kind=b"S", magic=GNU,
                                        sparse=octal_field(0, 12)))
            self.out.append(self.data(512))
        elif kind == "old sparse":
            self.out.append(self.header(b"z", kind=b"S", magic=USTAR))
        elif kind == "cycle":
            self.out.append(self.header(b"y/z", size=0))
            self.out.append(self.header(b"y/z/y", kind=b"1", link=b"./y//z"))

    def end(self):
        """Return two blocks of zeros, or another end of an archive."""
        return self.random.choices(
            (bytes(1024), bytes(512), b"", bytes(9216), bytes(700),
             bytes(512) + b"junk" * 200, bytes(100)),
            (70, 8, 8, 5, 3, 5, 1))[0]

    def archive(self):
        damage = self.random.choice(DAMAGES) if self.chance(16) else ""
        count = self.random.choice((1, 3, 6, 10, 15, 25, 40))
        at = self.random.randrange(count)
        for i in range(count):
            if i == at and damage:
                self.damage(damage)
            self.member()
        if damage.startswith("last"):
            self.record(damage[-1:].encode(), b"8 path=a\n")
            self.out.append(bytes(1024))
        tar = b"".join(self.out) + self.end()
        if damage == "cut":
            tar = tar[:self.random.randrange(len(tar))]
        return tar


def tar(seed):
    """Return the tar of a seed."""
    return Writer(seed).archive()


def main(argv):
    if len(argv) != 3:
        print("usage: random_tars.py SEED OUT", file=sys.stderr)
        return 2
    with open(argv[2], "wb") as file:
        file.write(tar(int(argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
