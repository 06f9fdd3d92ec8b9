# SPDX-License-Identifier: GPL-2.0
#
# Format tables of the results.
#
# Copyright (C) 2026 The tarfs authors
from collections import Counter

from mutation.record import BROKEN, NOTICED, SAME, SURVIVED

HEAD = ('file', 'made', 'void', 'noticed', 'reason', 'survived', 'share')


def row(name, verdicts, reasons):
    """
    Return the row of a file; verdicts: pairs of a mutant and its verdict. Mutants
    that do not compile, or compile to the same code, are void: they are no faults.
    """
    count = Counter(v.what if v else None for _, v in verdicts)
    void = count[BROKEN] + count[SAME]
    excused = sum(1 for m, v in verdicts
                  if v and v.what == SURVIVED and reasons.of(m))
    judged = count[NOTICED] + count[SURVIVED]
    share = f'{100 * count[NOTICED] / judged:.1f} %' if judged else '-'
    return (name, len(verdicts), void, count[NOTICED], excused,
            count[SURVIVED] - excused, share)


def table(by_file, reasons):
    rows = [HEAD]
    everything = []
    for file, verdicts in by_file.items():
        rows.append(row(file, verdicts, reasons))
        everything += verdicts
    rows.append(row('all', everything, reasons))
    widths = [max(len(str(r[i])) for r in rows) for i in range(len(HEAD))]
    for r in rows:
        yield '  '.join(str(c).ljust(w) if not i else str(c).rjust(w)
                        for i, (c, w) in enumerate(zip(r, widths))).rstrip()


def survivors(by_file, reasons):
    for verdicts in by_file.values():
        for mutant, verdict in verdicts:
            if verdict and verdict.what == SURVIVED and \
                    not reasons.of(mutant):
                yield f'{mutant.name} in {mutant.function or "the file"}()'
                yield f'- {mutant.before}'
                yield f'+ {mutant.after}'
