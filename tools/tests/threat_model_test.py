#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Each unauthenticated number has something that binds it, and a suite that shows
it.

Copyright (C) 2026 The tarfs authors

Checks the table in Documentation/threat-model.rst: no cell is empty, and the
last column names existing suites.

Usage: threat_model_test.py [BIN_DIR]
"""
import os
import re
import sys
from pathlib import Path

import tap

TOP = Path(__file__).resolve().parents[2]
TABLE = TOP / "Documentation/threat-model.rst"
SECTION = "Unauthenticated numbers\n==="
CELL = re.compile(r"^   (\*|\s) - (.*)$")


def rows(text):
    """Return the cells of a list-table, without the row of headings."""
    found = []
    for line in text[text.index(SECTION):].splitlines():
        cell = CELL.match(line)
        if cell and cell[1] == "*":
            found.append([])
        if cell:
            found[-1].append(cell[2])
        elif found and line.startswith(" " * 7):
            found[-1][-1] += " " + line.strip()
        elif found and line.strip():
            break
    return found[1:]


def suites():
    """Yield the names of scripts/check, without a kernel, and unit tests."""
    for pattern, prefix in (("tools/**/*.[ps][yh]", ""),
                            ("tools/**/test_*.c", ""),
                            ("guest/**/test_*.c", ""),
                            ("selftests/tarfs/*_test.sh", ""),
                            ("guest/tests/*.[ps][yh]", "guest-")):
        for path in TOP.glob(pattern):
            if path.suffix == ".c" or os.access(path, os.X_OK):
                yield prefix + path.stem


def main():
    known = set(suites())
    table = rows(TABLE.read_text(encoding="utf-8"))
    tap.ok(len(table) > 20, f"the table has {len(table)} rows")
    for row in table:
        shown = row[-1].split(", ") if len(row) == 4 else []
        if not tap.ok(shown and all(row) and set(shown) <= known, row[0]):
            tap.note(f"{len(row)} cells, no such suite: "
                     f"{sorted(set(shown) - known)}")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
