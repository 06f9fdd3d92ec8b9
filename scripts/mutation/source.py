# SPDX-License-Identifier: GPL-2.0
#
# Parse C source to tokens, with the structure that faults need: matching
# parentheses, statements, and functions.
#
# Copyright (C) 2026 The tarfs authors
import re
from bisect import bisect_right
from dataclasses import dataclass

TOKEN = re.compile(r'''
    (?P<space> \s+ | /\*.*?\*/ | //[^\n]* )
  | (?P<string> (?:u8|[LuU])?"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<number> \.?\d(?:[eEpP][+-]|[\w.])* )
  | (?P<name> [A-Za-z_]\w* )
  | (?P<operator> \.\.\. | <<= | >>= | -> | \+\+ | -- | << | >> | <= | >=
      | == | != | && | \|\| | [-+*/%&|^]= | . )
''', re.X | re.S)
DIRECTIVE = re.compile(r'[ \t]*#(?:[^\n\\]|\\.|/\*.*?\*/)*', re.S)
PAIRS = {'(': ')', '[': ']', '{': '}'}
KEYWORDS = {'if', 'else', 'while', 'for', 'do', 'switch', 'case', 'default',
            'return', 'goto', 'break', 'continue', 'sizeof'}

# an operand ends at an operator of a lower precedence
PRECEDENCE = {
    '(': 0, '[': 0, '{': 0, ')': 0, ']': 0, '}': 0, ';': 0, 'return': 0,
    'case': 0, ',': 1,
    '=': 2, '+=': 2, '-=': 2, '*=': 2, '/=': 2, '%=': 2, '|=': 2, '&=': 2,
    '^=': 2, '<<=': 2, '>>=': 2, '?': 3, ':': 3, '||': 4, '&&': 5, '|': 6,
    '^': 7, '&': 8, '==': 9, '!=': 9, '<': 10, '<=': 10, '>': 10, '>=': 10,
    '<<': 11, '>>': 11, '+': 12, '-': 12, '*': 13, '/': 13, '%': 13,
}
MAYBE_UNARY = {'+', '-', '*', '&'}


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int


class Source:
    """The tokens of a file, without comments and preprocessor lines."""

    def __init__(self, text):
        self.text = text
        self.tokens = []
        self.defines = []       # (start, end) of preprocessor lines
        self._newlines = [m.start() for m in re.finditer('\n', text)]
        self._read()
        self._match()
        self._functions()

    def _read(self):
        pos, at_line_start = 0, True
        while pos < len(self.text):
            directive = at_line_start and DIRECTIVE.match(self.text, pos)
            if directive:
                self.defines.append(directive.span())
                pos = directive.end()
                continue
            found = TOKEN.match(self.text, pos)
            pos = found.end()
            if found.lastgroup == 'space':
                at_line_start = '\n' in found.group() or at_line_start
                continue
            at_line_start = False
            self.tokens.append(Token(found.lastgroup, found.group(),
                                     *found.span()))

    def _match(self):
        """Set self.partner: the index of the matching bracket."""
        self.partner, self.depth = {}, []
        opened = []
        for i, token in enumerate(self.tokens):
            if token.text in PAIRS.values() and opened:
                other = opened.pop()
                self.partner[i], self.partner[other] = other, i
            self.depth.append(len(opened))
            if token.text in PAIRS:
                opened.append(i)

    def _functions(self):
        """Set self.function: for each token the name of its function, or None."""
        self.function = [None] * len(self.tokens)
        for i, token in enumerate(self.tokens):
            if token.text != '{' or self.depth[i] or not i:
                continue
            if self.tokens[i - 1].text != ')':
                continue
            name = self.tokens[self.partner[i - 1] - 1].text
            for j in range(i, self.partner.get(i, i)):
                self.function[j] = name

    def line(self, pos):
        return bisect_right(self._newlines, pos - 1) + 1 if pos else 1

    def line_span(self, start, end):
        """Return begin and end of the whole lines around two positions."""
        begin = self.text.rfind('\n', 0, start) + 1
        stop = self.text.find('\n', end)
        return begin, len(self.text) if stop < 0 else stop

    def begins_statement(self, i):
        """Return whether token i is the first one of a statement."""
        if not i or not self.function[i]:
            return False
        before = self.tokens[i - 1]
        if before.text in ('{', '}', ';', 'else', 'do'):
            return True
        if before.text == ':':
            return self.tokens[i - 2].text == 'default' or \
                self._is_label(i - 1)
        if before.text != ')':
            return False
        return self.tokens[self.partner[i - 1] - 1].text in \
            ('if', 'while', 'for', 'switch')

    def _is_label(self, colon):
        """Return whether a colon belongs to a label or case, not to a ?:."""
        j = colon - 1
        while j >= 0 and self.tokens[j].text not in (';', '{', '}', '?', ':'):
            if self.tokens[j].text == 'case':
                return True
            j -= 1
        return j == colon - 2 and self.tokens[j].text != '?'

    def is_binary(self, i):
        """Return whether an operator is binary, by the spaces around it."""
        token = self.tokens[i]
        before = self.text[token.start - 1:token.start]
        after = self.text[token.end:token.end + 1]
        return before.isspace() and after.isspace()

    def _level(self, i):
        """Return the precedence of token i; 99 if it is no operator."""
        text = self.tokens[i].text
        if text in MAYBE_UNARY and not self.is_binary(i):
            return 99
        return PRECEDENCE.get(text, 99)

    def operand_before(self, i, level):
        """Return the first and last token of the operand before i, which has no
        operator below level.
        """
        first, depth = i, self.depth[i]
        while not (self.depth[first] == depth and
                   self.begins_statement(first)) and (
                self.depth[first - 1] > depth or
                self.depth[first - 1] == depth and
                self._level(first - 1) >= self._inside(first - 1, level)):
            first -= 1
        return first, i - 1

    def operand_after(self, i, level):
        last, depth = i, self.depth[i]
        while self.depth[last + 1] > depth or \
                self.depth[last + 1] == depth and \
                self._level(last + 1) >= self._inside(last + 1, level):
            last += 1
        return i + 1, last

    def _inside(self, i, level):
        """Return the level that token i needs to be inside: brackets always are."""
        if self.tokens[i].text in '()[]':
            return 0
        return level

    def ends_operand(self, i):
        token = self.tokens[i]
        return token.text in (')', ']') or \
            token.kind in ('name', 'number') and token.text not in KEYWORDS

    def primary_before(self, i):
        """Return the first token of the name, call or member that ends before i."""
        j = i - 1
        while True:
            if self.tokens[j].text in (')', ']'):
                j = self.partner[j]
                if self.ends_operand(j - 1):
                    j -= 1
                    continue
            if self.tokens[j - 1].text in ('->', '.'):
                j -= 2
                continue
            return j

    def primary_after(self, i):
        """Return the last token of the operand of the unary operator at i."""
        j = i + 1
        while self.tokens[j].text in ('!', '~', '-', '*', '&', '++', '--'):
            j += 1
        if self.tokens[j].text == '(':
            j = self.partner[j]
            if self.tokens[j + 1].kind in ('name', 'number') or \
                    self.tokens[j + 1].text in ('*', '(') and \
                    not self.is_binary(j + 1):
                return self.primary_after(j)
        while True:
            after = self.tokens[j + 1].text
            if after in ('(', '['):
                j = self.partner[j + 1]
            elif after in ('->', '.'):
                j += 2
            elif after in ('++', '--'):
                j += 1
            else:
                return j

    def is_constant(self, i):
        """Return whether token i must be in a constant expression."""
        j = i
        while j and self.tokens[j - 1].text not in (';', 'case', '}') and \
                (self.tokens[j - 1].text != '{' or
                 self.tokens[j - 2].text in ('=', ',', '{')):
            j -= 1
        if self.tokens[j - 1].text == 'case':
            return ':' not in [t.text for t in self.tokens[j:i]]
        return self.tokens[j].text in ('static', 'enum')

    def declares_size(self, i):
        """Return whether token i is in the brackets of an array's declaration."""
        t = self.tokens
        if t[i - 1].text != '[' or t[i + 1].text != ']' or \
                t[i - 2].kind != 'name':
            return False
        before = t[i - 3]
        return before.text == '*' or \
            before.kind == 'name' and before.text not in KEYWORDS
