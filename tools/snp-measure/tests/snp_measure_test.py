#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
snp-measure computes the published launch digests, and those of a model for
generated firmware; it refuses malformed firmware. Prints TAP.

usage: snp_measure_test.py BIN_DIR [...]

The published digests are those of tests/measurement.rs in the Rust library sev
8.0.0; firmware/README has the origin of the firmware.

Copyright (C) 2026 The tarfs authors
"""
import hashlib
import json
import os
import random
import struct
import subprocess
import sys
import uuid

import tap

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "firmware")
AMDSEV = os.path.join(HERE, "ovmf_AmdSev_suffix.bin")
OVMFX64 = os.path.join(HERE, "ovmf_OvmfX64_suffix.bin")
PAGE = 4096
TEXT = "console=ttyS0 loglevel=7"
CPU = ("--vcpu-type=EPYC-v4",)

# firmware, whether with a kernel, command line, CPUs, features, launch digest
PUBLISHED = (
    (AMDSEV, True, "", 1, 0x1,
     "ddc5224521617a536ee7ce9dd6224d1b58a8d4fda1c741f3"
     "ac99fc4bfa04ba6e9fc98646d4a07a9079397fa3852819b5"),
    (AMDSEV, True, "", 1, 0x21,
     "329c8ce0972ae52343b64d34a434a86f245dfd74f5ed7aae"
     "15d22efc78fb9683632b9b50e4e1d7fa41179ef98a7ef198"),
    (AMDSEV, True, TEXT, 1, 0x1,
     "6d287813eb5222d770f75005c664e34c204f385ce832cc2c"
     "e7d0d6f354454362f390ef83a92046c042e706363b4b08fa"),
    (AMDSEV, True, TEXT, 1, 0x21,
     "803f691094946e42068aaa3a8f9e26a5c89f36f7b73ecfb2"
     "8c653360fe4b3aba7e534442e7e1e17895dfe778d0228977"),
    (AMDSEV, False, None, 1, 0x1,
     "19358ba9a7615534a9a1e2f0dfc29384dcd4dcb7062ff9c6"
     "013b26869a5fc6ecabe033c48dd6f6db5d6d76e7c5df632d"),
    (AMDSEV, False, None, 1, 0x21,
     "e1e1ca029dd7973ab9513295be68198472dcd4fc834bd9af"
     "9b63f6e8a1674dbf281a9278a4a2ebe0eed9f22adbcd0e2b"),
    (AMDSEV, True, "", 4, 0x1,
     "5061fffb019493a903613d56d54b94912a1a2f9e4502385f"
     "5c194616753720a92441310ba6c4933de877c36e23046ad5"),
    (AMDSEV, True, "", 4, 0x21,
     "4953b1fb416fa874980e8442b3706d345926d5f38879134e"
     "00813c5d7abcbe78eafe7b422907be0b4698e2414a631942"),
    (OVMFX64, False, None, 1, 0x1,
     "da0296de8193586a5512078dcd719eccecbd87e2b825ad41"
     "48c44f665dc87df21e5b49e21523a9ad993afdb6a30b4005"),
    (OVMFX64, False, None, 1, 0x21,
     "28797ae0afaba4005a81e629acebfb59e6687949d6be4400"
     "7cd5506823b0dd66f146aaae26ff291eed7b493d8a64c385"),
)

TABLE = "96b582de-1fb2-45f7-baea-a366c55a082d"
RESET = "00f771de-1a7e-4fcb-890e-68c77e2fb44e"
HASHES = "7255371f-3a3b-4b04-927b-1da6efa8d454"
METADATA = "dc886566-984a-4798-a75e-5585a7bf67cc"
NORMAL, VMSA, ZERO, SECRETS, CPUID = 1, 2, 3, 5, 6
SECTIONS = ((0x800000, 0x3000, 1), (0x803000, PAGE, 2), (0x804000, PAGE, 3),
            (0x805000, PAGE, 0x10), (0x806000, 0x2000, 4))


def entry(guid, data, size=None):
    size = len(data) + 18 if size is None else size
    return data + struct.pack("<H", size) + uuid.UUID(guid).bytes_le


def made(pages=3, sections=SECTIONS, hashes=0x805400, reset=0x80b004,
         extra=b"", signature=b"ASEV", version=1, count=None, offset=None,
         total=None, table_size=None):
    """Generate firmware with these tables behind random bytes."""
    metadata = b"".join(struct.pack("<III", *s) for s in sections)
    metadata = signature + struct.pack(
        "<III", len(metadata) + 16 if total is None else total, version,
        len(sections) if count is None else count) + metadata
    behind = 600
    table = (entry(METADATA, struct.pack("<I", behind if offset is None
                                         else offset)) + extra +
             entry(HASHES, struct.pack("<II", hashes, 0x400)) +
             entry(RESET, struct.pack("<I", reset)))
    table += entry(TABLE, b"", len(table) + 18 if table_size is None
                   else table_size)
    image = bytearray(random.Random(pages).randbytes(pages * PAGE))
    image[-32 - len(table):-32] = table
    image[-behind:len(image) - behind + len(metadata)] = metadata
    return bytes(image)


class Chain:
    """A launch digest, by PAGE_INFO of the firmware ABI."""

    def __init__(self):
        self.digest = bytes(48)

    def page(self, kind, gpa, content=None):
        of = hashlib.sha384(content).digest() if content else bytes(48)
        self.digest = hashlib.sha384(
            self.digest + of + struct.pack("<HBBBBBBQ", 0x70, kind, 0, 0, 0, 0,
                                           0, gpa)).digest()

    def pages(self, kind, gpa, content):
        for i in range(0, len(content), PAGE):
            self.page(kind, gpa + i, content[i:i + PAGE])


def hashes_table(kernel, initrd, cmdline):
    def item(guid, data):
        return (uuid.UUID(guid).bytes_le + struct.pack("<H", 50) +
                hashlib.sha256(data).digest())
    return (uuid.UUID("9438d606-4f22-4cc9-b479-a793d411fd21").bytes_le +
            struct.pack("<H", 168) +
            item("97d02dd8-bd20-4c94-aa78-e7714d36ab2a", cmdline + b"\0") +
            item("44baf731-3a2f-4bd7-9af1-41e29169781d", initrd) +
            item("4de79437-abd2-427f-b835-d5b172d2045b", kernel))


def model(image, vmsas, kernel, initrd, cmdline):
    """Return the digest of firmware that made() generates by default."""
    chain = Chain()
    chain.pages(NORMAL, (1 << 32) - len(image), image)
    table = bytes(0x400) + hashes_table(kernel, initrd, cmdline)
    for base, size, kind in SECTIONS:
        if kind == 0x10:
            chain.page(NORMAL, base, table.ljust(PAGE, b"\0"))
        elif kind in (2, 3):
            chain.page({2: SECRETS, 3: CPUID}[kind], base)
        else:
            for i in range(0, size, PAGE):
                chain.page(ZERO, base + i)
    for vmsa in vmsas:
        chain.page(VMSA, 0xfffffffff000, vmsa)
    return chain.digest.hex()


def vmsa(reset, signature):
    """Return a VMSA, by the offsets of registers in the save area."""
    page = bytearray(PAGE)
    for i, attributes in enumerate((0x93, 0x9b, 0x93, 0x93, 0x93, 0x93, 0,
                                    0x82, 0, 0x8b)):
        struct.pack_into("<HHIQ", page, 16 * i, 0xf000 if i == 1 else 0,
                         attributes, 0xffff,
                         reset & 0xffff0000 if i == 1 else 0)
    for offset, value in ((0xd0, 0x1000), (0x148, 0x40), (0x158, 0x10),
                          (0x160, 0x400), (0x168, 0xffff0ff0), (0x170, 2),
                          (0x178, reset & 0xffff), (0x268, 0x7040600070406),
                          (0x310, signature), (0x3b0, 1), (0x3e8, 1)):
        struct.pack_into("<Q", page, offset, value)
    struct.pack_into("<I", page, 0x408, 0x1f80)
    struct.pack_into("<H", page, 0x410, 0x37f)
    return bytes(page)


class Measure:
    """The program, and a directory for its input."""

    def __init__(self, bin_dir, work):
        self.program = tap.program(bin_dir, "snp-measure")
        self.work = work

    def file(self, name, data):
        path = os.path.join(self.work, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], timeout=60,
                              capture_output=True, text=True, check=False)

    def digest(self, *arguments):
        done = self.run(*arguments)
        if done.returncode:
            tap.note(done.stderr)
        return done.stdout.strip()


def published(tool):
    empty = tool.file("empty", b"")
    for ovmf, kernel, cmdline, vcpus, features, want in PUBLISHED:
        options = [f"--ovmf={ovmf}", *CPU, f"--vcpus={vcpus}",
                   f"--guest-features={features:#x}"]
        if kernel:
            options += [f"--kernel={empty}", f"--initrd={empty}"]
        if cmdline:
            options.append(f"--append={cmdline}")
        tap.ok(tool.digest(*options) == want,
               f"published: {os.path.basename(ovmf)}, "
               f"{'a' if kernel else 'no'} kernel, {vcpus} processors, "
               f"features {features:#x}{', a command line' * bool(cmdline)}")


def compare_with_model(tool):
    image = made(pages=5)
    kernel, initrd = os.urandom(3 << 20), os.urandom(70001)
    files = [f"--ovmf={tool.file('ovmf', image)}",
             f"--kernel={tool.file('kernel', kernel)}",
             f"--initrd={tool.file('initrd', initrd)}", f"--append={TEXT}"]
    first, other = vmsa(0xfffffff0, 0xa00f11), vmsa(0x80b004, 0xa00f11)
    for count in (1, 2, 7):
        want = model(image, [first] + [other] * (count - 1), kernel, initrd,
                     TEXT.encode())
        tap.ok(tool.digest(*files, f"--vcpus={count}",
                           "--vcpu-type=EPYC-Milan-v2") == want,
               f"made firmware of five pages, {count} processors")
    for name, signature in (("EPYC", 0x800f12), ("EPYC-IBPB", 0x800f12),
                            ("EPYC-Rome-v2", 0x830f10),
                            ("EPYC-Genoa", 0xa10f10),
                            ("EPYC-Turin-v1", 0xb00f00)):
        want = model(image, [vmsa(0xfffffff0, signature)], kernel, initrd,
                     TEXT.encode())
        tap.ok(tool.digest(*files, f"--vcpu-type={name}") == want and
               tool.digest(*files, f"--vcpu-sig={signature:#x}") == want,
               f"processor {name} is {signature:#x}")


def check_json(tool):
    data = {"kernel": b"a kernel", "initrd": b"an initrd", "ovmf": made()}
    paths = {name: tool.file(name, content) for name, content in data.items()}
    said = json.loads(tool.run(
        "--json", *CPU, f"--append={TEXT}",
        *(f"--{name}={path}" for name, path in paths.items())).stdout)
    data["cmdline"] = TEXT.encode() + b"\0"
    said["ovmf"] = said["sev_snp"]["firmware"]
    for name, content in data.items():
        tap.ok(said[name]["sha256"] == hashlib.sha256(content).hexdigest() and
               said[name]["sha384"] == hashlib.sha384(content).hexdigest(),
               f"JSON: the digests of {name}")
    plain = tool.digest(*CPU, f"--append={TEXT}",
                        *(f"--{n}={p}" for n, p in paths.items()))
    tap.ok(said["sev_snp"]["launch_digest"] == plain and
           said["sev_snp"]["vcpu_sig"] == "0x00800f12" and
           said["cmdline"]["text"] == TEXT, "... and the launch digest")
    alone = json.loads(tool.run("--json", f"--kernel={paths['kernel']}").stdout)
    tap.ok(sorted(alone) == ["initrd", "kernel"],
           "JSON without firmware and command line")


# claim, firmware, a part of the message
REFUSED = (
    ("nothing but noise", os.urandom(PAGE), "no table of GUIDs"),
    ("an empty file", b"", "it has 0 bytes"),
    ("half a page", made()[-2048:], "it has 2048 bytes"),
    ("seventeen MiB", bytes(17 << 20), "at most 16777216 bytes"),
    ("a table of 17 bytes", made(table_size=17), "invalid length of 17 bytes"),
    ("a table that is too long", made(pages=1, table_size=4065),
     "invalid length of 4065 bytes"),
    ("a table that ends within an entry", made(table_size=50), "is corrupt"),
    ("an entry of no bytes", made(extra=entry(str(uuid.UUID(int=7)), b"", 0)),
     "is corrupt"),
    ("an entry beyond the table",
     made(extra=entry(str(uuid.UUID(int=7)), b"", 999)), "is corrupt"),
    ("two reset blocks", made(extra=entry(RESET, bytes(4))),
     "the SEV-ES reset block twice"),
    ("a hash block of three bytes", made(extra=entry(HASHES, bytes(3))),
     "twice"),
    ("no reset address", made(reset=0), "without SEV-ES"),
    ("metadata beyond the file", made(pages=1, offset=4097),
     "4097 bytes before the end"),
    ("metadata without room", made(offset=15), "15 bytes before the end"),
    ("another signature", made(signature=b"ASEX"), "begin with ASEV"),
    ("version 2", made(version=2), "begin with ASEV"),
    ("more sections than bytes", made(count=6), "6 sections in 76 bytes"),
    ("2^31 sections", made(count=1 << 31), "2147483648 sections"),
    ("65 sections", made(sections=SECTIONS[:1] * 30, count=65,
                         total=16 + 65 * 12), "65 sections"),
    ("a section of type 9", made(sections=((0, PAGE, 9),)), "type 9"),
    ("an empty section", made(sections=((0, 0, 1),)), "an invalid section"),
    ("a section of half a page", made(sections=((0, 2048, 1),)),
     "an invalid section"),
    ("a section between pages", made(sections=((2048, PAGE, 1),)),
     "an invalid section"),
    ("a section beyond 4 GiB", made(sections=((0xfffff000, 0x2000, 1),)),
     "an invalid section"),
    ("two pages of secrets", made(sections=((0, 0x2000, 2),)),
     "an invalid section"),
    ("hashes in another page", made(hashes=0x806000), "and not in their page"),
    ("hashes in no page", made(hashes=0), "and not in their page"),
    ("hashes at the end of their page", made(hashes=0x805f51), "does not fit"),
    ("no page for hashes", made(sections=SECTIONS[:3]), "AmdSevX64"),
    ("two pages for hashes", made(sections=SECTIONS + SECTIONS[3:4]),
     "has 2 pages for kernel hashes"),
)


def refuse(tool):
    kernel = tool.file("kernel", b"kernel")
    for what, image, text in REFUSED:
        done = tool.run(f"--ovmf={tool.file('ovmf', image)}", *CPU,
                        f"--kernel={kernel}")
        tap.ok(done.returncode == 1 and text in done.stderr and
               not done.stdout, f"refused: {what}")
    done = tool.run(f"--ovmf={OVMFX64}", *CPU, f"--kernel={kernel}")
    tap.ok(done.returncode == 1 and "a kernel that it starts is not measured"
           in done.stderr, "refused: a kernel for OVMF that does not check it")


def survive(tool):
    """A changed byte of the tables causes no crash, and has an effect."""
    image = made(pages=1)
    good = tool.digest(f"--ovmf={tool.file('ovmf', image)}", *CPU)
    crashed, same = [], []
    for offset in range(PAGE - 610, PAGE):
        bad = bytearray(image)
        bad[offset] ^= random.Random(offset).randrange(1, 256)
        done = tool.run(f"--ovmf={tool.file('ovmf', bytes(bad))}", *CPU)
        if done.returncode not in (0, 1):
            crashed.append(offset)
        if done.stdout.strip() == good:
            same.append(offset)
    if not tap.ok(good and not crashed,
                  "no changed byte of the tables causes a crash"):
        tap.note(f"at the offsets {crashed[:5]}")
    if not tap.ok(good and not same,
                  "each changed byte of the tables changes the result"):
        tap.note(f"not at the offsets {same[:5]}")


# options, a part of the message
WRONG = (
    ([], "without --ovmf"),
    (["--json"], "nothing to measure"),
    ([f"--ovmf={AMDSEV}"], "add --vcpu-type"),
    ([f"--ovmf={AMDSEV}", *CPU, "--append=x"], "with a --kernel only"),
    ([f"--ovmf={AMDSEV}", *CPU, "--guest-features=0x20"], "bit 0"),
    ([f"--ovmf={AMDSEV}", "--vcpu-type=EPYC-v6"], "'EPYC-v6'"),
    ([f"--ovmf={AMDSEV}", "--vcpu-type=EPYC-Milan-"], "'EPYC-Milan-'"),
    ([f"--ovmf={AMDSEV}", "--vcpu-sig=0x100000000"], "0x100000000"),
    ([f"--ovmf={AMDSEV}", *CPU, "--vcpus=0"], "--vcpus must be a number from 1 to 4096, not '0'"),
    ([f"--ovmf={AMDSEV}", *CPU, "--vcpus=4097"], "'4097'"),
    ([f"--ovmf={AMDSEV}", *CPU, "--vcpus=1x"], "'1x'"),
    ([f"--ovmf={AMDSEV}", *CPU, "--vcpus=-1"], "'-1'"),
    ([f"--ovmf={AMDSEV}", *CPU, "more"], "unexpected argument 'more'"),
)


def usage(tool):
    for options, text in WRONG:
        done = tool.run(*options)
        tap.ok(done.returncode == 2 and text in done.stderr,
               f"wrong usage: {' '.join(options[-1:])}")
    for options, text in ((["--ovmf=none", *CPU], "cannot open none"),
                          ([f"--ovmf={AMDSEV}", *CPU, "--kernel=/"],
                           "not a regular file")):
        done = tool.run(*options)
        tap.ok(done.returncode == 1 and text in done.stderr,
               f"a file that cannot be read: {options[-1]}")
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([tool.program, f"--ovmf={AMDSEV}", *CPU],
                              stdout=full, stderr=subprocess.PIPE,
                              check=False)
    tap.ok(done.returncode == 1 and done.stderr, "output that cannot be written")


def main(argv):
    if len(argv) < 2:
        print("usage: snp_measure_test.py BIN_DIR", file=sys.stderr)
        return 2
    with tap.scratch() as work:
        tool = Measure(argv[1], work)
        published(tool)
        compare_with_model(tool)
        check_json(tool)
        refuse(tool)
        survive(tool)
        usage(tool)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
