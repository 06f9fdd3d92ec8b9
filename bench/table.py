# SPDX-License-Identifier: GPL-2.0
#
# Prints numbers in columns, and what has been made of a goal.
#
# Copyright (C) 2026 The tarfs authors


def show(number, digits=2):
    return "-" if number is None else f"{number:.{digits}f}"


def print_table(head, lines):
    widths = [max(map(len, column)) for column in zip(head, *lines)]
    for line in [head, *lines]:
        print("  ".join(
            cell.ljust(width) if not i else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths))).rstrip())
    print()


def verdict(what, value, limit, extra=""):
    if value is None:
        return f"unknown    {what}: not measured"
    if value <= limit:
        return f"reached    {what}: {value:.2f} (at most {limit}){extra}"
    return (f"missed     {what}: {value:.2f} (at most {limit}, "
            f"by {100 * (value / limit - 1):.0f} %){extra}")
