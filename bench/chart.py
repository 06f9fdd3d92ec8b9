# SPDX-License-Identifier: GPL-2.0
#
# Draw ratios as horizontal bars (SVG), on a logarithmic scale with a line at 1.
# curves.py draws the curves below them.
#
# Copyright (C) 2026 The tarfs authors

import math
from xml.sax.saxutils import escape

COLOURS = ("#1b6ca8", "#c9a227", "#b5651d", "#7a9e7e", "#888888")
LEAST, MOST = 1 / 32, 32
LEFT, WIDTH, BAR, GAP, TOP = 230, 640, 9, 8, 60


def x_of(value):
    """Return the horizontal position of a ratio."""
    value = min(max(value, LEAST), MOST)
    share = math.log(value / LEAST) / math.log(MOST / LEAST)
    return LEFT + WIDTH * share


def text(x, y, words, anchor="start"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">'
            f'{escape(words)}</text>')


def bar(y, value, colour):
    left, right = sorted((x_of(1), x_of(value)))
    return (f'<rect x="{left:.1f}" y="{y}" width="{right - left:.1f}" '
            f'height="{BAR - 1}" fill="{colour}"/>')


def grid(bottom):
    exponent = int(math.log2(LEAST))
    while 2 ** exponent <= MOST:
        x = x_of(2 ** exponent)
        colour = "#000000" if exponent == 0 else "#dddddd"
        yield (f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" '
               f'y2="{bottom}" stroke="{colour}"/>')
        yield text(x, TOP - 12, f"{2 ** exponent:g}", "middle")
        exponent += 1


def legend(y, names):
    """Yield a legend; names: (name, colour)."""
    for i, (name, colour) in enumerate(names):
        x = LEFT + 120 * i
        yield (f'<rect x="{x}" y="{y:.0f}" width="10" height="10" '
               f'fill="{colour}"/>')
        yield text(x + 14, y + 9, name)


def draw_bars(title, rows):
    """Return the parts to draw, and their end; rows: (name, [(system, ratio)])."""
    bars, y = [], TOP
    for name, values in rows:
        height = BAR * len(values)
        bars.append(text(LEFT - 8, y + height / 2 + 4, name, "end"))
        for i, (_, value) in enumerate(values):
            if value:
                bars.append(bar(y + i * BAR, value,
                                COLOURS[i % len(COLOURS)]))
        y += height + GAP
    names = [system for system, _ in rows[0][1]] if rows else []
    return [text(8, 16, title), *legend(24, zip(names, COLOURS)), *grid(y),
            *bars], y


def drawing(parts, height):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" '
            f'width="{LEFT + WIDTH + 30}" height="{height + 10:.0f}" '
            'font-family="sans-serif" font-size="11">')
    back = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, back, *parts, "</svg>"]) + "\n"
