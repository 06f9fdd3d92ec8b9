# SPDX-License-Identifier: GPL-2.0
#
# Make the small faults of a C file, each with one change.
#
#   bound    < becomes <=, > becomes >=, and the other way round
#   equal    == becomes !=, and the other way round
#   not      a ! is undone
#   never    a condition is computed and does not hold
#   always   a condition is computed and holds
#   drop     an operand of && or || is computed and decides nothing
#   logic    && becomes ||, and the other way round
#   const    a number is one more, or one less
#   arith    + becomes -, << becomes >>, & becomes |, ...
#   return   a result is discarded: 0, NULL or the opposite is returned
#   jump     a goto, break or continue is omitted
#   call     a call whose result is unused is omitted
#
# A fault is a change of the text, and nearly always has a switch as well: code
# that has the fault when tarfs_at(N) is true, so that one program can have all
# faults.
#
# Copyright (C) 2026 The tarfs authors
import re
from collections import Counter
from dataclasses import dataclass

from mutation.source import KEYWORDS, PRECEDENCE, Source

BOUND = {'<': '<=', '<=': '<', '>': '>=', '>=': '>'}
EQUAL = {'==': '!=', '!=': '=='}
LOGIC = {'&&': '||', '||': '&&'}
BINARY = {'+': '-', '-': '+', '*': '/', '/': '*', '%': '/', '<<': '>>',
          '>>': '<<', '&': '|', '|': '&', '^': '|'}
ASSIGN = {'+=': '-=', '-=': '+=', '|=': '&=', '&=': '|=', '*=': '/=',
          '/=': '*='}
STEP = {'++': '--', '--': '++'}
NUMBER = re.compile(r'(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$')
DEFINE = re.compile(r'[ \t]*#[ \t]*define[ \t]+\w+[ \t]+(\w+)\s*(/\*.*)?$',
                    re.S)
NOTHING = {'0', 'NULL', 'false'}
STATIC = {'_Static_assert', 'static_assert', 'BUILD_BUG_ON'}


@dataclass(frozen=True)
class Switch:
    """
    Code to put around a span of the text, and in the place of its operator, that
    has the fault when tarfs_at(@) is true; @ stands for its number.
    """
    start: int
    end: int
    prefix: str
    suffix: str
    operator: tuple = ()        # (start, end, text)


@dataclass(frozen=True)
class Mutant:
    """A file with one small fault."""
    file: str
    line: int
    kind: str
    number: int         # index among those of its kind on its line
    function: str
    edits: tuple        # of (start, end, text)
    switch: Switch
    before: str         # the lines around it, joined
    after: str

    @property
    def name(self):
        return f'{self.file}:{self.line}:{self.kind}:{self.number}'

    def apply(self, text):
        return apply(text, self.edits)


def apply(text, edits, base=0):
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start - base] + new + text[end - base:]
    return text


def one_line(text):
    return ' '.join(text.split())


class Maker:
    """Collects the faults of a source."""

    def __init__(self, source):
        self.source = source
        self.tokens = source.tokens
        self.found = []         # (kind, function, edits, switch)

    def add(self, kind, i, edits, switch=None):
        if switch and self.source.is_constant(i):
            switch = None
        self.found.append((kind, self.source.function[i], tuple(edits),
                           switch))

    def span(self, first, last):
        return self.tokens[first].start, self.tokens[last].end

    def make(self):
        for i, token in enumerate(self.tokens):
            if self._is_settled(i):
                continue
            if token.kind == 'number' and not self.source.declares_size(i):
                self._numbers(token.text, token.start, i)
            if self.source.function[i]:
                self._token(i, token.text)
        self._defines()
        return sorted(self.found, key=lambda f: (f[2][0][0], f[0]))

    def _is_settled(self, i):
        """Return whether only the compiler uses it: an assertion, an attribute."""
        text = self.tokens[i].text
        while i > 0 and self.source.depth[i]:
            depth = self.source.depth[i]
            while self.source.depth[i] >= depth:
                i -= 1
            if self.tokens[i].text == '(' and (
                    self.tokens[i - 1].text in STATIC or
                    not self.source.function[i]):
                return True
        return text in STATIC

    def _token(self, i, text):
        binary = self.source.is_binary(i)
        if text in BOUND and binary:
            self._swap('bound', i, BOUND[text])
        elif text in EQUAL:
            if not self._alone(i):
                self._swap('equal', i, EQUAL[text])
        elif text == '!':
            if not self._alone(i):
                self._not(i)
        elif text in LOGIC:
            self._logic(i, text)
            self._operands(i, text)
        elif text in BINARY and binary:
            self._swap('arith', i, BINARY[text])
        elif text in ASSIGN:
            self._assign(i, text)
        elif text in STEP:
            self._step(i, text)
        elif text == '?':
            first, _ = self.source.operand_before(i, PRECEDENCE['?'] + 1)
            self._decide('never', first, i - 1)
            self._decide('always', first, i - 1)
        elif text in ('if', 'while', 'for'):
            self._condition(i, text)
        elif text == 'return':
            self._return(i)
        elif text in ('goto', 'break', 'continue'):
            self._jump(i, text)
        elif self.tokens[i].kind == 'name' and \
                self.source.begins_statement(i):
            self._call(i)

    def _operand_spans(self, i):
        level = PRECEDENCE[self.tokens[i].text]
        return (self.span(*self.source.operand_before(i, level)),
                self.span(*self.source.operand_after(i, level + 1)))

    def _swap(self, kind, i, new):
        """Replace a binary operator that evaluates both of its operands."""
        token = self.tokens[i]
        (start, _), (_, end) = self._operand_spans(i)
        self.add(kind, i, [(token.start, token.end, new)], Switch(
            start, end, '({ __auto_type l@ = (',
            f'); tarfs_at(@) ? l@ {new} r@ : l@ {token.text} r@; }})',
            (token.start, token.end, '); __auto_type r@ = (')))

    def _logic(self, i, text):
        token = self.tokens[i]
        (start, stop), (begin, end) = self._operand_spans(i)
        same = '!=' if text == '&&' else '=='
        self.add('logic', i, [
            (start, start, '('), (stop, stop, ')'),
            (token.start, token.end, LOGIC[text]),
            (begin, begin, '('), (end, end, ')')], Switch(
                start, end, '({ int l@ = !!(', ') : l@; })',
                (token.start, token.end,
                 f'); l@ {same} tarfs_at(@) ? !!(')))

    def _assign(self, i, text):
        token, new = self.tokens[i], ASSIGN[text]
        (start, _), (_, end) = self._operand_spans(i)
        self.add('arith', i, [(token.start, token.end, new)], Switch(
            start, end, '({ __auto_type l@ = &(',
            f'); tarfs_at(@) ? (*l@ {new} r@) : (*l@ {text} r@); }})',
            (token.start, token.end, '); __auto_type r@ = (')))

    def _step(self, i, text):
        token, new = self.tokens[i], STEP[text]
        edits = [(token.start, token.end, new)]
        if self.source.ends_operand(i - 1):
            start, _ = self.span(self.source.primary_before(i), i)
            self.add('arith', i, edits, Switch(
                start, token.end, '({ __auto_type l@ = &(', '',
                (token.start, token.end,
                 f'); tarfs_at(@) ? (*l@){new} : (*l@){text}; }})')))
        else:
            _, end = self.span(i, self.source.primary_after(i))
            self.add('arith', i, edits, Switch(
                token.start, end, '',
                f'); tarfs_at(@) ? {new}*l@ : {text}*l@; }})',
                (token.start, token.end, '({ __auto_type l@ = &(')))

    def _not(self, i):
        start, end = self.span(i, self.source.primary_after(i))
        self.add('not', i, [(start, start, '!')],
                 Switch(start, end, '(', ' != tarfs_at(@))'))

    def _alone(self, i):
        """Return whether the expression is all of an if's or loop's condition."""
        opener = i
        while self.source.depth[opener] >= self.source.depth[i]:
            opener -= 1
        return self.tokens[opener].text == '(' and \
            self.tokens[opener - 1].text in ('if', 'while') and \
            not any(self.tokens[j].text in LOGIC
                    for j in range(opener, self.source.partner[opener])
                    if self.source.depth[j] == self.source.depth[i])

    def _decide(self, kind, first, last, how=None):
        """Evaluate the expression of the tokens, but ignore its value."""
        start, end = self.span(first, last)
        how = how or {'never': '&& 0', 'always': '|| 1'}[kind]
        switch = how.replace('0', '!tarfs_at(@)').replace('1', 'tarfs_at(@)')
        self.add(kind, first, [(start, start, '(('), (end, end, f') {how})')],
                 Switch(start, end, '((', f') {switch})'))

    def _operands(self, i, text):
        """Ignore the operand before the operator, and the last one of a chain."""
        how = '|| 1' if text == '&&' else '&& 0'
        level = PRECEDENCE[text]
        first, _ = self.source.operand_before(i, level + 1)
        _, last = self.source.operand_after(i, level + 1)
        self._decide('drop', first, i - 1, how)
        if self.tokens[last + 1].text != text:
            self._decide('drop', i + 1, last, how)

    def _condition(self, i, text):
        if self.tokens[i + 1].text != '(':
            return
        first, last = i + 2, self.source.partner[i + 1] - 1
        if text == 'for':
            ends = [j for j in range(first, last + 1)
                    if self.tokens[j].text == ';' and
                    self.source.depth[j] == self.source.depth[first]]
            if len(ends) != 2 or ends[0] + 1 == ends[1]:
                return
            first, last = ends[0] + 1, ends[1] - 1
        self._decide('never', first, last)
        if text == 'if':
            self._decide('always', first, last)

    def _return(self, i):
        first, last = i + 1, i + 1
        while self.tokens[last].text != ';':
            last += 1
        words = [t.text for t in self.tokens[first:last]]
        if not words or len(words) == 1 and words[0] in NOTHING - {'false'}:
            return
        start, end = self.span(first, last - 1)
        new = {'true': 'false', 'false': 'true'}.get(' '.join(words), '0')
        self.add('return', i, [(start, end, new)],
                 Switch(start, end, f'tarfs_at(@) ? {new} : (', ')'))

    def _leave_out(self, kind, i, semicolon):
        start, end = self.span(i, semicolon)
        self.add(kind, i, [(start, end - 1, '')],
                 Switch(start, end, '{ if (!tarfs_at(@)) ', ' }'))

    def _jump(self, i, text):
        end = i + 2 if text == 'goto' else i + 1
        if self.tokens[end].text == ';':
            self._leave_out('jump', i, end)

    def _call(self, i):
        if self.tokens[i].text in KEYWORDS or \
                self.tokens[i].text.startswith(('DEFINE_', 'DECLARE_')):
            return
        j = i
        while self.tokens[j + 1].text in ('->', '.'):
            j += 2
        if self.tokens[j + 1].text != '(':
            return
        end = self.source.partner[j + 1] + 1
        if self.tokens[end].text == ';':
            self._leave_out('call', i, end)

    def _numbers(self, text, start, i=None):
        found = NUMBER.match(text)
        if not found:
            return
        digits, suffix = found.groups()
        hexadecimal = digits[:2] in ('0x', '0X')
        octal = not hexadecimal and len(digits) > 1 and digits[0] == '0'
        value = int(digits, 16 if hexadecimal else 8 if octal else 10)
        form = '0x{:x}' if hexadecimal else '0{:o}' if octal else '{}'
        end = start + len(text)
        for sign, new in (('+', value + 1), ('-', value - 1)):
            if new < 0:
                continue
            edits = ((start, end, form.format(new) + suffix),)
            if i is not None and self.source.function[i]:
                self.add('const', i, edits, Switch(
                    start, end, '(', f' {sign} tarfs_at(@))'))
            else:
                self.found.append(('const', None, edits, None))

    def _defines(self):
        for start, end in self.source.defines:
            found = DEFINE.match(self.source.text[start:end])
            if found:
                self._numbers(found[1], start + found.start(1))


def mutants(file, text):
    """Return all small faults of a file, in order."""
    source = Source(text)
    count = Counter()
    result = []
    for kind, function, edits, switch in Maker(source).make():
        begin = min(e[0] for e in edits)
        line = source.line(begin)
        count[line, kind] += 1
        begin, end = source.line_span(begin, max(e[1] for e in edits))
        lines = text[begin:end]
        result.append(Mutant(file, line, kind, count[line, kind],
                             function or '', edits, switch, one_line(lines),
                             one_line(apply(lines, edits, begin))))
    return result
