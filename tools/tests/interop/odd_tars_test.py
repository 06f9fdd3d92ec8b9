#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Odd tars mean what the table of Documentation/odd-tars.rst says.

Copyright (C) 2026 The tarfs authors

A row is a tar of odd_tars.py; its columns are the trees that mktarfs, GNU tar,
bsdtar and containerd make of it.  A program of another version than the
table's is skipped.

Usage: odd_tars_test.py BIN_DIR			TAP on standard output
       odd_tars_test.py --print BIN_DIR		the rows as they should be
"""
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import format1_reader
import format2_model
import odd_tars
import tap
from containerd import Containerd
from extract import GNU_TAR, OWNERS
from format2_compare import directory_tree, file_time, image_tree
from odd_tars_listing import format1_tree, listing

TABLE = Path(__file__).resolve().parents[3] / "Documentation/odd-tars.rst"
COLUMNS = ("format 1", "format 2", "GNU tar", "bsdtar", "containerd")
BSD = ["bsdtar", "-xp", *OWNERS, "--xattrs", "--acls"]


def table_rows():
    """Return {case: (description, {column: cell})}, in the table's order."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 2 + len(COLUMNS):
            case = cells[0].strip("`")
            if case in rows:
                raise ValueError(f"{case} is in the table twice")
            rows[case] = cells[1], dict(zip(COLUMNS, cells[2:]))
    rows.pop("case", None)  # the head of the table
    return rows


def alone(rows):
    """
    Yield the cases in which format 2 differs from what GNU tar and containerd
    agree on.
    """
    for case, (_, cells) in rows.items():
        agreed = cells["GNU tar"]
        if cells["containerd"] == agreed != "error" and \
                cells["format 2"].partition(", warns")[0] != agreed:
            yield case


def explained():
    """Return the cases that the section about differences names."""
    text = TABLE.read_text()
    section = text[text.index("\nWhere format 2 stands alone"):]
    section = section[:section.index("\nLimits\n")]
    return {case for line in re.findall(r"^``.*", section, re.M)
            for case in re.findall(r"``([^`]+)``", line)}


def run(command, tar):
    with open(tar, "rb") as stdin:
        return subprocess.run(command, stdin=stdin, capture_output=True,
                              check=False, timeout=60,
                              env=dict(os.environ, LC_ALL="C"))


class Mktarfs:
    """mktarfs of one format: a cell is the image's tree and the warnings."""

    def __init__(self, path, version):
        self.command = [path, f"--format={version}", "--no-verity", "--json"]
        self.version = version
        self.said = ""

    def missing(self):
        return None

    def cell(self, tar, work):
        image = os.path.join(work, "image")
        made = run([*self.command, "-", image], tar)
        self.said = made.stderr.decode(errors="replace")
        if made.returncode:
            return "refused"
        text = self.read(image)
        kinds = [w["kind"] for w in json.loads(made.stdout)["warnings"]]
        return text + (f", warns: {' '.join(kinds)}" if kinds else "")

    def read(self, image):
        if self.version == 2:
            return listing(image_tree(format2_model.load(image).device))
        device = format1_reader.Device(Path(image).read_bytes())
        if device.root.kind != 0o040000:
            return "an image that cannot be mounted"
        return listing(format1_tree(device), 0o555)


class Extractor:
    """A program that extracts; the cell is "error" if it fails."""

    def __init__(self, command, version):
        self.command, self.version = command, version

    def missing(self):
        if os.geteuid():
            return "extracting needs root"
        if not shutil.which(self.command[0]):
            return f"no {self.command[0]} here"
        said = subprocess.run([self.command[0], "--version"], text=True,
                              capture_output=True, check=False).stdout
        return None if self.version in said else f"not version {self.version}"

    def cell(self, tar, work):
        tree = os.path.join(work, "tree")
        os.mkdir(tree, 0o755)
        began = file_time(work)
        failed = run([*self.command, "-C", tree, "-f", "-"], tar).returncode
        try:
            text = "error" if failed else listing(directory_tree(tree, began))
        except OSError as problem:
            if problem.errno != errno.ENAMETOOLONG:
                raise
            text = "a path that is too long to use"
        shutil.rmtree(tree)
        return text


def check_row(case, cells, programs, work):
    tar = os.path.join(work, "tar")
    Path(tar).write_bytes(odd_tars.CASES[case])
    for column, program in programs.items():
        found = program.cell(tar, work)
        if not tap.ok(found == cells[column], f"{case}: {column}"):
            tap.note(f"the table says {cells[column]}\nit is {found}")
    if cells["format 2"] == "refused":
        said = programs["format 2"].said
        if not tap.ok(re.search(r"\boffset \d+", said),
                      f"{case}: the message of format 2 says where"):
            tap.note(said)


def print_row(case, what, programs, work):
    tar = os.path.join(work, "tar")
    Path(tar).write_bytes(odd_tars.CASES[case])
    cells = [program.cell(tar, work) for program in programs.values()]
    print(" ", " | ".join([f"``{case}``", what, *cells]))


def main(argv):
    if len(argv) < 2 or (argv[1] == "--print" and len(argv) < 3):
        print("usage: odd_tars_test.py [--print] BIN_DIR", file=sys.stderr)
        return 2
    printing = argv[1] == "--print"
    mktarfs = tap.program(argv[1 + printing], "mktarfs")
    rows = table_rows()
    os.umask(0o022)
    with tap.scratch() as work, Containerd(work, "1.6.20") as containerd:
        programs = dict(zip(COLUMNS, (
            Mktarfs(mktarfs, 1), Mktarfs(mktarfs, 2),
            Extractor(GNU_TAR, "(GNU tar) 1.34"), Extractor(BSD, "bsdtar 3.6.2"),
            containerd)))
        if printing:
            for case in odd_tars.CASES:
                print_row(case, rows.get(case, ("?",))[0], programs, work)
            return 0
        tap.ok(rows.keys() == odd_tars.CASES.keys(),
               "every row has a tar, and every tar a row")
        tap.note(" ".join(sorted(rows.keys() ^ odd_tars.CASES.keys())))
        tap.ok(set(alone(rows)) == explained(),
               "where format 2 stands alone, the text says why")
        tap.note(" ".join(sorted(set(alone(rows)) ^ explained())))
        for column in COLUMNS:
            reason = programs[column].missing()
            if reason:
                tap.skip(f"column {column}", reason)
                del programs[column]
        for case in filter(odd_tars.CASES.__contains__, rows):
            check_row(case, rows[case][1], programs, work)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
