#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
All programs understand --help, --version, numbers and wrong command lines alike,
say so if what they print cannot be written, and write into no file by mistake; each
option is in the help and in the manual page.

Copyright (C) 2026 The tarfs authors

Usage: cli_test.py BIN_DIR
"""
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import tap

TOP = Path(__file__).resolve().parents[2]
VERSION = (TOP / "VERSION").read_text(encoding="ascii").strip()
# name: exit status of a failure and of wrong usage
PROGRAMS = {
    "mktarfs": (1, 2), "verity-setup": (1, 2), "tarfs-image": (1, 2),
    "fsck.tarfs": (8, 16), "dump.tarfs": (1, 2), "snp-measure": (1, 2),
    "mount.tar": (32, 1), "kata-overlay": (32, 1),
    "tarfs-snapshotter": (1, 2),
}
COMMANDS = {
    "verity-setup": ("format", "verify", "dump", "table", "open", "close"),
    "tarfs-image": ("convert", "list", "verify"),
}
# program and command, an option with a number, its bounds
NUMBERS = (
    ("mktarfs", "--format", 1, 2), ("mktarfs", "--threads", 0, 1024),
    ("mktarfs", "--data-block-size", 512, 4096),
    ("verity-setup format", "--fec-roots", 2, 24),
    ("verity-setup format", "--hash-block-size", 512, 4096),
    ("tarfs-image convert", "--jobs", 1, 256),
    ("tarfs-image verify", "--format", 1, 2),
    ("snp-measure", "--vcpus", 1, 4096),
    ("snp-measure", "--vcpu-sig", 1, 2**32 - 1),
    ("snp-measure", "--guest-features", 0, 2**64 - 1),
)
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-zA-Z](?![\w-]))")


def run(*args, stdout=subprocess.PIPE):
    return subprocess.run(args, stdout=stdout, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, check=False)


def check_words(path, name, failed, usage):
    done = run(path, "--help")
    tap.ok(done.returncode == 0 and name in done.stdout and not done.stderr,
           f"{name} --help is on standard output")
    done = run(path, "--version")
    tap.ok((done.returncode, done.stdout, done.stderr) ==
           (0, f"{name} (tarfs) {VERSION}\n", ""), f"{name} --version")
    for text in ("--no-such-option", "--help=x"):
        done = run(path, text)
        tap.ok(done.returncode == usage and not done.stdout and done.stderr,
               f"{name} {text}: exits {usage}, with words on standard error")
    for text in ("--help", "--version"):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = run(path, text, stdout=full)
        tap.ok(done.returncode == failed and done.stderr.startswith(
            f"{name}: cannot write to standard output"),
               f"{name} {text} to a full device: exits {failed}")


def options_of_help(text):
    """What stands before the help of each option."""
    labels = "\n".join(re.split(r" {2,}", line.strip())[0]
                       for line in text.splitlines()
                       if re.match(r" {2}-| {6}--", line))
    return set(OPTION.findall(labels))


def options_of_page(name):
    """What stands before the paragraphs of the section OPTIONS."""
    page = next((TOP / "Documentation/man").glob(name + ".[18]"))
    text = page.read_text(encoding="utf-8").replace("\\-", "-")
    section = text.split(".SH OPTIONS\n")[1].split("\n.SH ")[0]
    heads = re.findall(r"^\.TP\n(.*)$", section, re.M)
    return set(OPTION.findall(re.sub(r"\\f.", "", "\n".join(heads))))


def check_options(path, name):
    text = run(path, "--help").stdout
    known = options_of_help(text)
    standard = {"-h", "--help", "-V", "--version"}
    page = options_of_page(name)
    tap.ok(standard < known, f"{name} has the options of all programs")
    if not tap.ok(known == page, f"{name}: help and manual page have the same"):
        tap.note(sorted(known ^ page))
    tap.ok(all(len(line) < 80 for line in text.splitlines()),
           f"{name} --help fits into 80 columns")
    of_commands = set(standard)
    for command in COMMANDS.get(name, ()):
        text = run(path, command, "--help").stdout
        tap.ok(text.startswith(f"Usage: {name} {command} [OPTION]..."),
               f"{name} {command} --help")
        of_commands |= options_of_help(text)
    if name in COMMANDS:
        tap.ok(of_commands == known, f"{name}: each option is of a command")


def check_wrong(path, name, usage):
    """Wrong lines have a message and a hint, whatever is wrong."""
    for command in COMMANDS.get(name, ("",)):
        words = [command] if command else []
        hint = " ".join([name] + words)
        for more in (["--no-such-option"], ["-Z"], ["--version=x"], ["a"] * 9):
            done = run(path, *words, *more)
            lines = done.stderr.splitlines()
            tap.ok(done.returncode == usage and len(lines) == 2 and
                   lines[0].startswith(f"{name}: ") and lines[1] ==
                   f"Try '{hint} --help' for more information.",
                   f"{hint} {more[0]}: exits {usage}, a message and a hint")


def check_number(bin_dir, line, option, least, most):
    """Decimal, or hexadecimal with 0x; the same for all programs."""
    name, *command = line.split()
    path = tap.program(bin_dir, name)

    def accepted(value):
        done = run(path, *command, f"{option}={value}", "--no-such-option")
        return "no-such-option" in done.stderr

    tap.ok(all(map(accepted, (least, most, hex(least), hex(most),
                              f"0{least}", f"0x0{most:X}"))),
           f"{line} {option}: {least} to {most}, decimal or with 0x")
    wrong = [most + 1, hex(most + 1), "", "0x", "+1", "-1", " 1", "1 ", "1k",
             "0X1", "1.0", "x"] + ([least - 1] if least else [])
    tap.ok(not any(map(accepted, wrong)), f"{line} {option}: nothing else")


def check_repeated(bin_dir, work):
    """The last one counts."""
    tar = os.path.join(work, "twice.tar")
    with tarfile.open(tar, "w") as out:
        out.add(__file__, arcname="file")
    done = run(tap.program(bin_dir, "mktarfs"), "--format=1", "-q", "--json",
               "--max-size=1", "--format=2", "--max-size=1M", tar, tar + ".img")
    tap.ok(done.returncode == 0 and '"format": 2' in done.stdout,
           "mktarfs: of options that are given twice, the last one counts")
    dump = tap.program(bin_dir, "dump.tarfs")
    once, twice = (run(dump, *words, tar + ".img")
                   for words in (["-l"], ["-l", "--list"]))
    tap.ok(once.returncode == 0 and once.stdout == twice.stdout,
           "dump.tarfs: twice the same is the same")


def closed(path, args, streams):
    """Return the exit status of a program started with streams closed."""
    redirect = " ".join(f"{fd}>&-" for fd in streams)
    return subprocess.run(["sh", "-c", f'exec "$@" {redirect}', "sh", path,
                           *args], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode


def check_closed(bin_dir, work):
    """Files opened with standard streams closed would take their numbers."""
    tar = os.path.join(work, "layer.tar")
    with tarfile.open(tar, "w") as out:
        out.add(__file__, arcname="file")
    makers = {
        "mktarfs": lambda to: ["--threads=1", tar, to],
        "verity-setup": lambda to: ["format", to],
    }
    for name, args in makers.items():
        path = os.path.join(bin_dir, name)
        whole, other = (os.path.join(work, f"{name}{i}") for i in (1, 2))
        for image in (whole, other):
            if name == "verity-setup":
                Path(image).write_bytes(bytes(range(256)) * 64)
        run(path, *args(whole))
        wanted = Path(whole).read_bytes()
        for streams in ((0, 1, 2), (1,), (2,), (0,)):
            before = Path(other).read_bytes() if os.path.exists(other) else b""
            status = closed(path, args(other), streams)
            after = Path(other).read_bytes() if os.path.exists(other) else b""
            tap.ok(status in (0, 1) and
                   after in ((before, wanted) if status else (wanted,)),
                   f"{name}, streams {streams} closed: exits {status}, and the "
                   "file is as it was or as it should be")
            if os.path.exists(other):
                os.unlink(other)
            if name == "verity-setup":
                Path(other).write_bytes(bytes(range(256)) * 64)


def main(argv):
    if len(argv) < 2:
        print("usage: cli_test.py BIN_DIR", file=sys.stderr)
        return 2
    for name, (failed, usage) in PROGRAMS.items():
        path = tap.program(argv[1], name)
        check_words(path, name, failed, usage)
        check_options(path, name)
        check_wrong(path, name, usage)
    for row in NUMBERS:
        check_number(argv[1], *row)
    with tap.scratch() as work:
        check_repeated(argv[1], work)
        check_closed(argv[1], work)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
