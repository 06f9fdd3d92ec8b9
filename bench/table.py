# SPDX-License-Identifier: GPL-2.0
#
# Print numbers in columns, and whether a goal is reached.
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


def verdict(what, value, limit, extra="", least=False):
    """Return a line for a goal; limit: the most that value may be, or the least."""
    if value is None:
        return f"unknown    {what}: not measured"
    goal = f"{value:.2f} (at {'least' if least else 'most'} {limit}"
    if value >= limit if least else value <= limit:
        return f"reached    {what}: {goal}){extra}"
    off = (limit / value if least else value / limit) - 1
    return f"missed     {what}: {goal}, by {100 * off:.0f} %){extra}"
