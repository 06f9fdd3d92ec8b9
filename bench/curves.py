# SPDX-License-Identifier: GPL-2.0
#
# Draw how costs grow (SVG): a panel for each row, with logarithmic scales; a
# constant cost is a level line.
#
# Copyright (C) 2026 The tarfs authors

import math

from chart import COLOURS, legend, text

SYSTEMS = (("tarfs", COLOURS[0]), ("erofs", "#d1495b"),
           ("erofs-inline", "#888888"))
# row, unit of time, units in a millisecond
PANELS = (
    ("mount", "ms", 1),
    ("a path alone", "ms", 1),
    ("paths warm", "\xb5s", 1000),
    ("walk cold", "\xb5s", 1000),
    ("read in order", "\xb5s", 1000),
    ("read at random", "\xb5s", 1000),
)
ACROSS, WIDE, HIGH = 3, 190, 130
LEFT, TOP, STEP_X, STEP_Y = 75, 85, 290, 200


class Panel:
    """The costs of one row, and their positions."""
    def __init__(self, growth, row, factor):
        self.scales = growth.scales
        self.lines = {fs: [growth.cost("verity", row, fs, n, "time")
                           for n in growth.scales] for fs, _ in SYSTEMS}
        self.lines = {fs: [cost * factor for cost in line]
                      for fs, line in self.lines.items() if None not in line}
        costs = [cost for line in self.lines.values() for cost in line]
        self.low = math.floor(math.log10(min(costs))) if costs else 0
        self.decades = max(1, math.ceil(math.log10(max(costs))) -
                           self.low) if costs else 1

    def x_of(self, left, files):
        first, last = self.scales[0], self.scales[-1]
        span = math.log(last / first) or 1
        return left + WIDE * math.log(files / first) / span

    def y_of(self, bottom, cost):
        return bottom - HIGH * (math.log10(cost) - self.low) / self.decades


def rule(x1, y1, x2, y2):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            'stroke="#dddddd"/>')


def draw_grid(panel, left, bottom, unit):
    for files in panel.scales:
        x = panel.x_of(left, files)
        yield rule(x, bottom - HIGH, x, bottom)
        yield text(x, bottom + 18, f"{files:,}", "middle")
    for i in range(panel.decades + 1):
        y = bottom - HIGH * i / panel.decades
        yield rule(left, y, left + WIDE, y)
        yield text(left - 6, y + 4, f"{10.0 ** (panel.low + i):g} {unit}",
                   "end")


def draw_line(panel, left, bottom, fs, colour):
    points = [(panel.x_of(left, files), panel.y_of(bottom, cost))
              for files, cost in zip(panel.scales, panel.lines[fs])]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield (f'<polyline points="{path}" fill="none" stroke="{colour}" '
           'stroke-width="2"/>')
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def draw_panel(panel, left, top, title, unit):
    bottom = top + HIGH
    yield text(left, top - 8, title)
    yield from draw_grid(panel, left, bottom, unit)
    for fs, colour in SYSTEMS:
        if fs in panel.lines:
            yield from draw_line(panel, left, bottom, fs, colour)


def title_of(growth, row):
    unit = growth.unit(row)
    return row if row == unit else f"{row}, per {unit}"


def draw_curves(growth, top):
    """Return the parts to draw below top, and their end."""
    panels = [Panel(growth, row, factor) for row, _, factor in PANELS]
    # equal slopes mean equal growth in all panels
    decades = max(panel.decades for panel in panels)
    parts = [text(8, top + 26, "How it grows: time on dm-verity in trees of so "
                  "many files"), *legend(top + 36, SYSTEMS)]
    for i, (panel, (row, unit, _)) in enumerate(zip(panels, PANELS)):
        panel.decades = decades
        down, across = divmod(i, ACROSS)
        parts += draw_panel(panel, LEFT + STEP_X * across,
                            top + TOP + STEP_Y * down,
                            title_of(growth, row), unit)
    rows = -(-len(PANELS) // ACROSS)
    return parts, top + TOP + STEP_Y * (rows - 1) + HIGH + 30
