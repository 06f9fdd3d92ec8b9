# SPDX-License-Identifier: GPL-2.0
"""
Tars with one number each, in every spelling that some reader may accept.

Copyright (C) 2026 The tarfs authors

A case is a member, or a few, with one numeric field or PAX record of a random
spelling.  Spellings follow the grammar of no reader: they combine bytes that
may precede a number, a number, and bytes that may follow it.
"""
import random
from dataclasses import dataclass
from typing import Callable

import odd_tars
from odd_tars import checksum_field, file, header, pax
from random_tars import BLOCK, GNU, octal_field, padded, with_checksum

# (offset, width) of header fields that header() cannot set to raw bytes
PLACES = {"atime": (345, 12), "ctime": (357, 12), "offset": (386, 12),
          "numbytes": (398, 12), "realsize": (483, 12)}

BEFORE = (b"", b"", b"", b"\0", b"\0", b"\0\0", b" ", b"   ", b"\0 ",
          b"\0  ", b" \0", b"\0 \0", b"\t", b"\0\t", b"\0\0\0\0\0")
BEHIND = (b"", b"", b"\0", b"\0", b" ", b" \0", b"\0 ", b"  ", b"\0x", b" x",
          b" \0x", b"\t", b"x", b"8", b" 7", b"\0\x007", b"-", b"\xff")
FILL = (b"\0", b"\0", b"\0", b" ", b"x")

# spellings to include always, all in octal: too rare among random ones
ALWAYS = (b"", b" " * 12, b"\0" + b" " * 11, b"\0" * 11 + b"5", b"\0x",
          b" \0", b"\0 \0", b"5", b"\x005", b"\0 5", b"\0\x005", b" \x005",
          b"5 ", b"5 \0", b"5 \0 ", b"5 5", b"5\0x", b"5 \0x", b"5 x",
          b"\t5", b"5\t", b"-5", b"+5", b"-B", b"0x5", b"0o5", b"5.", b"8",
          b"\x80", b"\x81", b"\xbf", b"\xc0", b"\xfe", b"\xff", b"\0\x80")


@dataclass
class Case:
    kind: str
    spelling: bytes
    make: Callable[[bytes], bytes]  # the members, given a name

    def __str__(self):
        return f"{self.kind} {self.spelling!r}"


def base256(rng, value, width):
    """
    Return a base-256 field of a number that may be negative or too large,
    sometimes with bits in the first byte that only some readers accept.
    """
    value = rng.choice((value, value, -1, -value, -1 - value, 1 << 32,
                        1 << 63, (1 << 63) - 1, -(1 << 63), -1 - (1 << 63),
                        -(1 << 64), 1 << 64, (1 << 64) + value))
    raw = bytearray((value % (1 << 8 * width)).to_bytes(width, "big"))
    raw[0] = rng.choice((0x80 if value >= 0 else 0xff,) * 6 +
                        (raw[0] | 0x80, 0x81, 0xc0, 0xbf, 0xfe))
    return bytes(raw)


def octal(rng, value, width):
    digits = b"%o" % value
    digits = rng.choice((digits, digits, digits.rjust(width - 1, b"0"),
                         digits.rjust(width, b"0"), digits.rjust(4, b"0")))
    if rng.random() < 0.2:
        digits = rng.choice((b"", b"+" + digits, b"-" + digits, b"0x" + digits,
                             digits + b"8", b"9" + digits, digits + b".0",
                             b"7" * width, b"x"))
    field = rng.choice(BEFORE) + digits + rng.choice(BEHIND)
    return field[:width].ljust(width, rng.choice(FILL))


def field_spellings(rng, values, width, count):
    """Yield spellings of a header field."""
    for text in ALWAYS:
        yield text[:width].ljust(width, b"\0")
    for _ in range(count):
        value = rng.choice(values)
        yield base256(rng, value, width) if rng.random() < 0.2 else \
            octal(rng, value, width)


def decimal_spellings(rng, values, count):
    """Yield spellings of a PAX record."""
    yield from (b"", b"0", b"00", b"-0", b"+0", b"007", b"5 ", b" 5", b"5\0",
                b"5\0x", b"0x5", b"5.0", b"-1", b"1e3", b"5\n", b"5,",
                b"9223372036854775807", b"9223372036854775808",
                b"18446744073709551615", b"18446744073709551616",
                b"4294967294", b"4294967295", b"4294967296", b"-4294967295")
    for _ in range(count):
        text = b"%d" % rng.choice(values)
        if rng.random() < 0.5:
            text = rng.choice((b"+", b"-", b" ", b"0", b"000", b"\0", b"")) + \
                text + rng.choice((b"", b" ", b"\0", b"\0x", b".", b",", b"x"))
        yield text


def time_spellings(rng, count):
    yield from (b"", b"-", b".", b".5", b"-.5", b"1.", b"-1.", b"+1", b"--1",
                b"1.5x", b"1.x", b"1.-5", b"1,5", b"-0", b"-0.5", b"-1.5",
                b"1.0000000019", b"-1.0000000011", b"-1.0000000001",
                b"9223372036854775807", b"9223372036854775808",
                b"-9223372036854775808", b"-9223372036854775808.5",
                b"-9223372036854775809", b"1\0", b"1.5\0", b"1e9")
    for _ in range(count):
        yield (rng.choice((b"", b"-", b"+", b"0")) +
               b"%d" % rng.choice((0, 1, 59, 1500000000, 1 << 33)) +
               rng.choice((b"", b".", b".5", b".000000001", b".999999999",
                           b".1234567891", b".50", b". 5", b".5 ")))


def readings(name):
    """Return data that are members to a reader that reads another size."""
    return b"".join(header(name + b"%d" % i) for i in range(5))


def patched(block, kind, raw):
    """Return the header with a field of PLACES replaced."""
    at, width = PLACES[kind]
    block = bytearray(block)
    block[at:at + width] = raw
    return with_checksum(block)


def checksum_spellings(rng, count):
    """Yield spellings with S for the sum in octal; B is base-256."""
    yield from (b"S", b"\0S", b" S", b"\0 S", b"\0\0S", b" \0S", b"S ", b"S \0",
                b"0S\0", b"S\0x", b"S x", b"S \0x", b"\tS", b"S\t", b"-S", b"+S",
                b"B", b"S8", b"8S", b"")
    for _ in range(count):
        yield rng.choice(BEFORE) + b"S" + rng.choice(BEHIND)


def spell_checksum(block, spelling):
    def field(total):
        text = b"\x80" + total.to_bytes(7, "big") if spelling == b"B" else \
            spelling.replace(b"S", b"%o" % total)
        return text[:8].ljust(8, b"\0")
    return checksum_field(block, field)


def sparse(name, kind, raw):
    """Return an old GNU sparse file: 512 bytes at 512 of 1024."""
    block = header(name, b"S", magic=GNU, size=BLOCK, sparse=(
        octal_field(512, 12) * 2 + octal_field(1024, 12) + octal_field(0, 12)
        ).ljust(96, b"\0") + b"\0" + octal_field(1024, 12))
    return patched(block, kind, raw) + padded(b"one" * 100)


def pax_sparse(name, major, records):
    """The same by PAX records; version 1.0 has its map in the data."""
    records = {b"major": b"1", b"minor": b"0", b"numblocks": b"2",
               b"offset": b"512", b"numbytes": b"512", b"realsize": b"1024",
               **records}
    lines = [(b"GNU.sparse." + key, records[key]) for key in
             (b"major", b"minor", b"name", b"size", b"realsize")
             if key in records]
    numbers = records[b"offset"], records[b"numbytes"], b"1024", b"0"
    data = padded(b"one" * 100)
    if major == 1:
        data = padded(b"\n".join((records[b"numblocks"], *numbers, b""))
                      ) + data
    else:
        lines = lines[2:] + [(b"GNU.sparse.numblocks", records[b"numblocks"]),
                             (b"GNU.sparse.map", b",".join(numbers))]
    return pax(*lines) + header(name, size=len(data)) + data


def header_cases(rng, count):
    owners, sizes = (0, 5, 1000, 0o1777777), (0, 1, 511, 512, 513, 1024, 2048)
    for raw in field_spellings(rng, (0o644, 0o4755, 0o100600, 0), 8, count):
        yield Case("mode", raw, lambda n, raw=raw: header(n, mode_field=raw))
    for kind in ("uid", "gid"):
        for raw in field_spellings(rng, owners, 8, count):
            yield Case(kind, raw,
                       lambda n, k=kind, raw=raw: header(n, **{k: raw}))
    for raw in field_spellings(rng, sizes, 12, count):
        yield Case("size", raw, lambda n, raw=raw: header(
            n, size_field=raw) + readings(n))
    for raw in field_spellings(rng, (0, 1, odd_tars.TIME, 1 << 32), 12, count):
        yield Case("mtime", raw, lambda n, raw=raw: header(n, mtime=raw))
    for kind in ("major", "minor"):
        for raw in field_spellings(rng, (1, 8, 259, 4095), 8, count):
            fields = {"major": octal_field(8, 8), "minor": octal_field(1, 8),
                      kind: raw}
            yield Case("dev" + kind, raw, lambda n, f=fields: header(
                n, b"3", **f))
    for raw in checksum_spellings(rng, count):
        yield Case("checksum", raw,
                   lambda n, raw=raw: spell_checksum(header(n), raw))
    for kind in ("atime", "ctime"):
        for raw in field_spellings(rng, (0, 1, odd_tars.TIME), 12, count):
            yield Case(kind, raw, lambda n, k=kind, raw=raw: patched(
                header(n, magic=GNU), k, raw))


def sparse_cases(rng, count):
    for kind, values in (("offset", (0, 512)), ("numbytes", (512, 512, 0)),
                         ("realsize", (1024, 4096))):
        for raw in field_spellings(rng, values, 12, count):
            yield Case("sparse " + kind, raw,
                       lambda n, k=kind, raw=raw: sparse(n, k, raw))
    for major in (0, 1):
        for key, values in ((b"offset", (0, 512)), (b"numbytes", (512, 512, 5)),
                            (b"numblocks", (2, 2, 1)), (b"realsize", (1024, 4096))):
            for text in decimal_spellings(rng, values, count):
                yield Case(f"GNU.sparse.{key.decode()} of {major}.x", text,
                           lambda n, m=major, k=key, t=text: pax_sparse(
                               n, m, {k: t}))
    for text in decimal_spellings(rng, (1024, 4096), count):
        yield Case("GNU.sparse.size and realsize", text,
                   lambda n, t=text: pax_sparse(n, 0, {b"size": t}))
    for key in (b"major", b"minor"):
        for text in decimal_spellings(rng, (0, 1, 2), count):
            yield Case(f"GNU.sparse.{key.decode()}", text,
                       lambda n, k=key, t=text: pax_sparse(n, 1, {k: t}))


def pax_cases(rng, count):
    for key in (b"uid", b"gid"):
        for text in decimal_spellings(rng, (0, 5, 3000000000), count):
            yield Case("PAX " + key.decode(), text, lambda n, k=key, t=text:
                       pax((k, t)) + header(n, uid=octal_field(7, 8)))
    for text in decimal_spellings(rng, (0, 1, 511, 512, 513, 1024), count):
        yield Case("PAX size", text, lambda n, t=text: pax(
            (b"size", t)) + header(n) + readings(n))
    for text in time_spellings(rng, count):
        yield Case("PAX mtime", text,
                   lambda n, t=text: pax((b"mtime", t)) + header(n))
    for key in (b"uid", b"mtime", b"size"):
        where = {b"size": "size_field"}.get(key, key.decode())
        width = 8 if key == b"uid" else 12
        for raw in field_spellings(rng, (0, 5), width, count // 2):
            yield Case(f"{key.decode()} and a record", raw,
                       lambda n, k=key, w=where, raw=raw: pax(
                           (k, b"3")) + header(n, **{w: raw}) + (
                               padded(b"one") if k == b"size" else b""))


def cases(seed, count):
    """
    Return cases of all kinds: @count random spellings, and the fixed ones.
    """
    rng = random.Random(seed)
    found = [*header_cases(rng, count), *sparse_cases(rng, count),
             *pax_cases(rng, count)]
    seen = set()
    return [case for case in found if not (
        (case.kind, case.spelling) in seen or
        seen.add((case.kind, case.spelling)))]


def tar(case, name=b"a"):
    """Return an archive of one case, followed by a plain file."""
    return case.make(name) + file(name + b"z") + odd_tars.END
