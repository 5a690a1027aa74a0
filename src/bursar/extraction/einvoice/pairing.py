"""Which line of the XML is which on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bursar.extraction.einvoice.compare import same_description, same_or_gross
from bursar.facts.invoice import InvoiceLine

_MAX_CELLS = 40_000  # lines times lines; takes a tenth of a second

Lines = Sequence[InvoiceLine]


def pair_lines(mine: Lines, theirs: Lines) -> dict[int, int]:
    """Return for lines of the first list, by index, the line of the second that is the same.

    Lists of one length are paired in order: a difference is then one within a line. Otherwise lines are skipped so that
    the most pairs agree.
    """
    if len(mine) == len(theirs):
        return {index: index for index in range(len(mine))}
    shorter = min(len(mine), len(theirs))
    head = _count(shorter, lambda index: lines_agree(mine[index], theirs[index]))
    tail = _count(shorter - head, lambda index: lines_agree(mine[-1 - index], theirs[-1 - index]))
    middle = _align(mine[head : len(mine) - tail], theirs[head : len(theirs) - tail])
    return {
        **{index: index for index in range(head)},
        **{head + i: head + j for i, j in middle},
        **{len(mine) - 1 - index: len(theirs) - 1 - index for index in range(tail)},
    }


def lines_agree(mine: InvoiceLine, theirs: InvoiceLine) -> bool:
    """Whether two lines have the same amount (net or gross) or, where one has none, are about the same thing."""
    if mine.amount is not None and theirs.amount is not None:
        return same_or_gross(mine.amount, theirs.amount, mine.tax_rate)
    return bool(mine.description and theirs.description and same_description(mine.description, theirs.description))


def _count(limit: int, agrees: Callable[[int], bool]) -> int:
    count = 0
    while count < limit and agrees(count):
        count += 1
    return count


def _align(mine: Lines, theirs: Lines) -> Iterator[tuple[int, int]]:
    """Yield a longest common subsequence; nothing where the lists are too long to look for one."""
    if len(mine) * len(theirs) > _MAX_CELLS:
        return
    best = [[0] * (len(theirs) + 1) for _ in range(len(mine) + 1)]
    for i in reversed(range(len(mine))):
        for j in reversed(range(len(theirs))):
            longest = best[i + 1][j + 1] + 1 if lines_agree(mine[i], theirs[j]) else 0
            best[i][j] = max(longest, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(mine) and j < len(theirs):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1
