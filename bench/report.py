#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Make tables of the results: ratios to EROFS on the same medium.
#
#   report.py FOLDER
#
# FOLDER, build/bench/, has
#
# results.tsv   lines of the guest, see bench/guest/measure.c
# tree.size     bytes of the files that were read: exact, and in whole pages
# images.list, trees/files*   see bench/growth.py
#
# and gets summary.json and a drawing, chart.svg.
#
# Copyright (C) 2026 The tarfs authors

import json
import os
import statistics
import sys

from chart import MOST, draw_bars, drawing
from curves import draw_curves
from growth import Growth, is_scale, judge_growth, print_growth
from table import print_table, show, verdict

BASE = "erofs"
OURS = "tarfs"
KINDS = ("time", "cpu", "requests", "kib", "cache_kib", "slab_kib")

# row, kind, upper limit of the ratio of tarfs to EROFS, both on dm-verity
GOALS = (
    ("read in directory order", "time", 0.6),
    ("read in directory order", "requests", 0.35),
    ("walk cold", "time", 0.5),
    ("walk cold", "requests", 0.1),
    ("walk warm", "time", 1.0),
    ("sequential, aligned", "time", 1.0),
    ("sequential, unaligned", "time", 1.0),
    ("mmap, aligned", "time", 1.0),
    ("mmap, unaligned", "time", 1.0),
    ("mmap random, aligned", "time", 1.1),
    ("mmap random, unaligned", "time", 1.1),
    ("random 4 KiB, aligned", "time", 1.1),
    ("random 4 KiB, unaligned", "time", 1.1),
    ("hit in 10000, cold", "time", 1.0),
    ("hit in 10000, warm", "time", 1.0),
    ("miss in 10000, cold", "time", 1.0),
    ("miss in 10000, warm", "time", 1.0),
    ("mount", "time", 1.0),
)
# row, upper limit of the ratio of unaligned to aligned data
ALIGNMENT = (("sequential", 1.1), ("mmap", 1.1), ("mmap random", 1.1),
             ("random 4 KiB", 1.1))
CACHE_LIMIT = 1.05


def read_results(path):
    """Return {(medium, row, fs): samples}, and the guest's facts about itself."""
    samples, about = {}, {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            kind, *fields = line.rstrip("\n").split("\t")
            if kind == "about":
                about[fields[0]] = fields[1]
                continue
            _, medium, fs, row, *numbers = fields
            ns, cpu, requests, kib, cache, slab, count = map(int, numbers)
            samples.setdefault((medium, row, fs), []).append({
                "time": ns / 1e6, "cpu": cpu / 1e6, "requests": requests,
                "kib": kib, "cache_kib": cache, "slab_kib": slab,
                "memory_kib": cache + slab, "count": count})
    return samples, about


def summarize(samples):
    """Return medians, and for the time also the extremes."""
    summary = {}
    for key, runs in samples.items():
        cell = {kind: statistics.median(run[kind] for run in runs)
                for kind in (*KINDS, "memory_kib")}
        times = [run["time"] for run in runs]
        cell.update(min=min(times), max=max(times), runs=len(runs),
                    most_requests=max(run["requests"] for run in runs),
                    count=runs[0]["count"])
        summary[key] = cell
    return summary


def ratio(cell, base, kind):
    """Return a ratio; times are divided by the count, as slow peers may do less."""
    if not cell or not base:
        return None
    if kind in ("time", "min", "cpu"):
        return cell[kind] / base[kind] * base["count"] / cell["count"]
    return cell[kind] / base[kind] if base[kind] else None


def print_ratios(summary, medium, rows, systems):
    print(f"Ratios to {BASE}, {medium}: time, least time, processor time, "
          "requests")
    head = ["row"]
    for fs in systems:
        head += [fs, "least", "cpu", "req"]
    lines = []
    for row in rows:
        base = summary.get((medium, row, BASE))
        line = [row]
        for fs in systems:
            cell = summary.get((medium, row, fs))
            line += [show(ratio(cell, base, "time")),
                     show(ratio(cell, base, "min")),
                     show(ratio(cell, base, "cpu")),
                     show(ratio(cell, base, "requests"))]
        lines.append(line)
    print_table(head, lines)


def print_absolute(summary, medium, rows, systems):
    print(f"Absolute, {medium}: milliseconds (least-most), processor "
          "time, requests, KiB read, and KiB afterwards of page cache and "
          "the kernel's objects")
    lines = []
    for row in rows:
        for fs in systems:
            cell = summary.get((medium, row, fs))
            if not cell:
                continue
            lines.append([f"{row}: {fs}", show(cell["time"], 3),
                          f"({show(cell['min'], 3)}-{show(cell['max'], 3)})",
                          show(cell["cpu"], 3),
                          *(show(cell[kind], 0) for kind in KINDS[2:]),
                          str(cell["count"])])
    print_table(["row", "ms", "", "cpu", "requests", "KiB", "cache", "slab",
                 "count"], lines)


def judge(summary, sizes):
    """Yield a line for each goal."""
    def at(row, fs):
        return summary.get(("verity", row, fs))

    for row, kind, limit in GOALS:
        ours, base = at(row, OURS), at(row, BASE)
        extra = ""
        if kind == "time" and ours and base:
            extra = (f"; of least times {ratio(ours, base, 'min'):.2f}, "
                     f"of processor times {ratio(ours, base, 'cpu'):.2f}")
        yield verdict(f"{row}, {kind}", ratio(ours, base, kind), limit, extra)
    cell = at("read in directory order", OURS)
    bytes_read, pages = sizes
    cache = cell and cell["cache_kib"] * 1024
    yield verdict("page cache after reading, to pages of the files",
                  cache and cache / pages, CACHE_LIMIT)
    yield verdict("page cache after reading, to bytes of the files",
                  cache and cache / bytes_read, CACHE_LIMIT,
                  f"; their pages alone are {pages / bytes_read:.2f}, and "
                  "nothing with pages of 4 KiB can be below that")
    for work, limit in ALIGNMENT:
        value = ratio(at(f"{work}, unaligned", OURS),
                      at(f"{work}, aligned", OURS), "time")
        yield verdict(f"{work}, unaligned to aligned", value, limit)


def print_bounds(summary, systems):
    """Print the cost of the disk, and of dm-verity alone as a lower bound."""
    cell = summary.get(("raw", "random 4 KiB, aligned", BASE))
    if cell:
        print("A request of 4 KiB to the disk:",
              show(1000 * cell["time"] / cell["requests"], 1), "microseconds")
    print("Reading all files in directory order, to reading the verity "
          "device front to back:")
    for fs in systems:
        files = summary.get(("verity", "read in directory order", fs))
        device = summary.get(("verity", "device", fs))
        if files and device:
            print(f"  {fs}: {show(files['time'] / device['time'])}")
    print()


def print_measured(summary, about):
    order = [key for key in summary if not is_scale(key[1])]
    rows = list(dict.fromkeys(row for _, row, _ in order))
    peers = sorted({fs for medium, _, fs in order
                    if medium != "memory" and fs not in (OURS, BASE)})
    print("SHA-256 of dm-verity:", about.get("hash", "unknown"))
    for medium in dict.fromkeys(medium for medium, _, _ in order):
        systems = [OURS, *peers]
        if medium == "memory":
            systems = ["tmpfs"]
        else:
            print_ratios(summary, medium, rows, systems)
            systems = [BASE, *systems]
        print_absolute(summary, medium, rows, systems)
    print_bounds(summary, [BASE, OURS, *peers])
    return rows, peers


def draw(path, summary, rows, systems, growth):
    bars = [(row, [(fs, ratio(summary.get(("verity", row, fs)),
                              summary.get(("verity", row, BASE)), "time"))
                   for fs in systems])
            for row in rows if ("verity", row, BASE) in summary]
    title = f"Time on dm-verity, {BASE} = 1, cut off at {MOST}"
    parts, bottom = draw_bars(title, bars)
    if growth.scales:
        more, bottom = draw_curves(growth, bottom)
        parts += more
    with open(path, "w", encoding="ascii",
              errors="xmlcharrefreplace") as out:
        out.write(drawing(parts, bottom))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: report.py FOLDER")
    folder = sys.argv[1]
    with open(os.path.join(folder, "tree.size"), encoding="ascii") as text:
        sizes = [int(word) for word in text.read().split()]
    samples, about = read_results(os.path.join(folder, "results.tsv"))
    summary = summarize(samples)
    growth = Growth(summary, folder)

    rows, peers = print_measured(summary, about)
    print_growth(growth)
    for medium in growth.media:
        print_absolute(summary, medium, growth.rows, growth.systems)
    goals = list(judge(summary, sizes))
    print("Goals: tarfs to EROFS, on dm-verity")
    print("\n".join(goals))
    grown = list(judge_growth(growth))
    print("\nGoals: how costs grow")
    print("\n".join(grown or ["unknown    not measured"]))

    path = os.path.join(folder, "summary.json")
    with open(path, "w", encoding="ascii") as out:
        json.dump({"about": about, "goals": goals + grown, "cells": [
            {"medium": medium, "row": row, "fs": fs, **cell}
            for (medium, row, fs), cell in summary.items()]}, out, indent=1)
        out.write("\n")
    draw(os.path.join(folder, "chart.svg"), summary, rows, [OURS, *peers],
         growth)


if __name__ == "__main__":
    main()
