# SPDX-License-Identifier: GPL-2.0
#
# Documentation/filesystems/tarfs.rst as a kernel tree has it: without the section
# on building outside of one, and without any parenthesis, sentence or row of a
# table that refers to a file of this repository alone.
#
# Copyright (C) 2026 The tarfs authors
import re
import textwrap

SECTION = 'Building'
PRIVATE = re.compile(r'\b(?:threat-model|odd-tars|bench|testing|architecture)\.rst'
                     r'|\bREADME\b|\bcompat\.h\b')
TITLE = re.compile(r'^(\S.*)\n(=+|-+|~+)\n', re.M)
WIDTH = 79


def without_section(text, title):
    """Up to the next title of the same rank, or the end."""
    found = [m for m in TITLE.finditer(text)]
    begin = next(m for m in found if m[1] == title)
    after = [m.start() for m in found
             if m.start() > begin.start() and m[2][0] == begin[2][0]]
    return text[:begin.start()] + (text[after[0]:] if after else '')


def without_sentences(words):
    words = re.sub(r' \([^()]*\)', lambda m: '' if PRIVATE.search(m[0]) else m[0],
                   words)
    sentences = re.split(r'(?<=\.) (?=[A-Z`*]|[\w-]+\.rst\b)', words)
    return ' '.join(s for s in sentences if not PRIVATE.search(s))


def rewritten(item):
    """A paragraph, or an item of a list, with its own indentation."""
    begin = re.match(r' *(?:[*-] )?', item)[0]
    words = without_sentences(' '.join(item[len(begin):].split()))
    if not words:
        return ''
    return textwrap.fill(words, WIDTH, initial_indent=begin,
                         subsequent_indent=' ' * len(begin),
                         break_long_words=False, break_on_hyphens=False) + '\n'


def block(text):
    """What stands between two empty lines."""
    if not PRIVATE.search(text):
        return text
    if re.match(r'=+ ', text):
        return ''.join(line for line in text.splitlines(True)
                       if not PRIVATE.search(line))
    items = re.split(r'(?m)^(?= *[*-] )', text)
    return ''.join(rewritten(i) if PRIVATE.search(i) else i for i in items)


def for_tree(text):
    text = without_section(text, SECTION)
    parts = re.split(r'(\n\n+)', text.rstrip('\n') + '\n')
    text = ''.join(block(p.rstrip('\n') + '\n').rstrip('\n') if i % 2 == 0 else p
                   for i, p in enumerate(parts))
    return re.sub(r'\n{3,}', '\n\n', text).rstrip('\n') + '\n'
