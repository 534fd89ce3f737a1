"""Choosing among competing series inside compiled loops: selection and scoring (chapter 8) for one series group with one
default series. Used by the batch's tables and by rules written out as a program."""

from __future__ import annotations

from typing import Any

import numba as nb

OPEN, COMPLETE, NOT_RECOMMENDED, BARRED = range(4)

# found: what is known of each series, by these rows
STATUS, DOSES, PLACE, VERDICTS, EARLIEST, RECOMMENDED, PAST_DUE, WHY, FINISH, TRIED, LEFT = range(11)
ROW, SINCE, FOUND = range(11, 14)


_HOW: dict[str, Any] = {"boundscheck": False, "error_model": "numpy", "_nrt": False}
_njit = nb.njit(cache=True, **_HOW)


@_njit
def _measure(which, s, found):
    """What competing series are compared by: valid doses, fewest doses remaining, earliest finish."""
    if which == 0:
        return found[DOSES, s]
    return -found[LEFT, s] if which == 1 else -found[FINISH, s]


@_njit
def _scored(wanted, found, preference):
    """selection._scored with Tables 8-7 and 8-9: the series of that status with the highest score, then preference."""
    best, best_points = -1, -1000
    for s in range(found.shape[1]):
        if not (found[TRIED, s] and found[DOSES, s] > 0 and found[STATUS, s] == wanted):
            continue
        points = 0
        for which in range(1 if wanted == COMPLETE else 3):
            mine, better, shared = _measure(which, s, found), 0, 0
            for o in range(found.shape[1]):
                if o != s and found[TRIED, o] and found[DOSES, o] > 0 and found[STATUS, o] == wanted:
                    other = _measure(which, o, found)
                    better += other > mine
                    shared += other == mine
            award = 1 if wanted == COMPLETE or which == 2 else 2
            if better > 0:
                points -= award
            elif shared == 0:
                points += award
        if points > best_points or (points == best_points and preference[s] < preference[best]):
            best, best_points = s, points
    return best


@_njit
def choose(default, found, preference):
    """selection.prioritized_series for one series group with one default series."""
    all_barred = True
    for s in range(found.shape[1]):
        all_barred = all_barred and found[TRIED, s] == 1 and found[STATUS, s] == BARRED
    scorable = complete = in_process = 0
    one = one_complete = one_in_process = default
    for s in range(found.shape[1]):
        if found[TRIED, s] and found[DOSES, s] > 0 and (all_barred or found[STATUS, s] != BARRED):
            scorable += 1
            one = s
            if found[STATUS, s] == COMPLETE:
                complete += 1
                one_complete = s
            elif found[STATUS, s] == OPEN:
                in_process += 1
                one_in_process = s
    if scorable <= 1:
        return one
    if complete > 1:
        return _scored(COMPLETE, found, preference)
    if complete == 1:
        return one_complete
    if in_process > 1:
        return _scored(OPEN, found, preference)
    return one_in_process if in_process == 1 else default
