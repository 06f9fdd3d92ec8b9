# SPDX-License-Identifier: GPL-2.0
"""
Compressed tars, whole and damaged.

Copyright (C) 2026 The tarfs authors

stream_of(rng, codec) makes one: parts of a tar, each compressed separately,
joined with legal or illegal bytes in between, and perhaps damaged.
"""
import bz2
import lzma
import struct
import subprocess
import zlib

import odd_tars

CODECS = ("gzip", "zstd", "xz", "bzip2")

# bits of the flag byte of a gzip member
FTEXT, FHCRC, FEXTRA, FNAME, FCOMMENT = 1, 2, 4, 8, 16


def gzip_header(rng, flags):
    head = b"\x1f\x8b\x08" + bytes([flags]) + rng.randbytes(5) + b"\x03"
    if flags & FEXTRA:
        extra = rng.randbytes(rng.choice((0, 1, 30, 65535)))
        head += struct.pack("<H", len(extra)) + extra
    for flag in (FNAME, FCOMMENT):
        if flags & flag:
            head += b"n" * rng.choice((0, 1, 300)) + b"\0"
    if flags & FHCRC:
        crc = zlib.crc32(head) & 0xffff
        if rng.random() < 0.2:
            crc ^= 1 << rng.randrange(16)
        head += struct.pack("<H", crc)
    return head


def gzip_member(rng, data):
    """Return a gzip member with any header, some of them illegal."""
    flags = 0
    if rng.random() < 0.5:
        flags = rng.randrange(32)
    if rng.random() < 0.1:
        flags |= 1 << rng.randrange(5, 8)
    engine = zlib.compressobj(rng.randrange(10), zlib.DEFLATED, -15, 9,
                              rng.choice((zlib.Z_DEFAULT_STRATEGY,
                                          zlib.Z_HUFFMAN_ONLY, zlib.Z_FIXED)))
    body = engine.compress(data) + engine.flush()
    return gzip_header(rng, flags) + body + struct.pack(
        "<II", zlib.crc32(data), len(data))


def zstd_frame(rng, data):
    options = [f"-{rng.randrange(1, 10)}"]
    if rng.random() < 0.3:
        options.append("--no-check")
    return subprocess.run(["zstd", "-qc", *options], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def xz_stream(rng, data):
    check = rng.choice((lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64,
                        lzma.CHECK_SHA256))
    return lzma.compress(data, check=check, preset=rng.randrange(3))


def bzip2_stream(rng, data):
    return bz2.compress(data, rng.randrange(1, 10))


WRITERS = {"gzip": gzip_member, "zstd": zstd_frame, "xz": xz_stream,
           "bzip2": bzip2_stream}


def skippable(rng):
    data = rng.randbytes(rng.choice((0, 1, 100)))
    return struct.pack("<II", 0x184D2A50 + rng.randrange(16),
                       len(data)) + data


def between(rng, codec):
    """
    Return bytes between two parts: mostly none, else legal or illegal ones.
    """
    kind = rng.random()
    if kind < 0.75:
        return b""
    if kind < 0.85:
        return bytes(rng.choice((1, 2, 3, 4, 8, 512)))
    if kind < 0.9:
        return rng.randbytes(rng.choice((1, 2, 5, 512)))
    if codec == "zstd":
        return skippable(rng)
    return WRITERS[codec](rng, b"")


def flip(rng, stream):
    at = rng.randrange(len(stream))
    stream[at] ^= 1 << rng.randrange(8)


def cut(rng, stream):
    del stream[rng.randrange(1, len(stream)):]   # no bytes are an empty tar


def drop_byte(rng, stream):
    del stream[rng.randrange(len(stream))]


def insert_byte(rng, stream):
    stream.insert(rng.randrange(len(stream)), rng.randrange(256))


def overwrite(rng, stream):
    at = rng.randrange(len(stream))
    stream[at:at + 8] = rng.randbytes(len(stream[at:at + 8]))


def append_zeros(rng, stream):
    stream += bytes(rng.choice((1, 3, 4, 512, 70000)))


def append_junk(rng, stream):
    stream += bytes(rng.choice((0, 0, 5))) + rng.randbytes(
        rng.choice((1, 2, 3, 600)))


def nothing(rng, stream):
    pass


DAMAGE = (flip, flip, cut, drop_byte, insert_byte, overwrite, append_zeros,
          append_junk, nothing, nothing, nothing)


def tar(rng):
    """Return a small tar of words and noise, mostly with an end."""
    parts = [odd_tars.file(b"a", b"word " * rng.randrange(300)),
             odd_tars.file(b"b", rng.randbytes(rng.randrange(2000))),
             odd_tars.folder(b"c"), odd_tars.file(b"c/d", b"x")]
    end = odd_tars.END if rng.random() < 0.85 else b""
    return b"".join(parts) + end


def cut_into_parts(rng, data):
    cuts = sorted(rng.randrange(len(data) + 1)
                  for _ in range(rng.choice((0, 0, 1, 2, 4))))
    if rng.random() < 0.3:   # let members of the tar begin with a stream
        cuts = sorted({at // 512 * 512 for at in cuts})
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]


def stream_of(rng, codec):
    """Return the bytes, and the name of the damage."""
    stream = bytearray()
    if codec == "zstd" and rng.random() < 0.1:
        stream += skippable(rng)
    parts = cut_into_parts(rng, tar(rng))
    if rng.random() < 0.1:   # append an archive to the first one's end
        parts.append(tar(rng))
    for i, part in enumerate(parts):
        stream += between(rng, codec) if i else b""
        stream += WRITERS[codec](rng, part)
    damage = rng.choice(DAMAGE)
    damage(rng, stream)
    return bytes(stream), damage.__name__
