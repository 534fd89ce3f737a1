"""What the batch asks of the rules, compiled by numba: one person, one question, one function; each says which of the
interpreter's it follows.

`table` is the flat array of `batch_layout.Tables`: rows are known by their place in it, so `table[row + 4]` is column 4 of a
row and the next row lies one width further. `me` is the person while she is worked on, by the places below.
"""

from __future__ import annotations

from typing import Any

import numba as nb

from vaxkit.immunization.batch_choice import EARLIEST, PLACE
from vaxkit.immunization.batch_layout import (
    AFTER,
    AGE_FROM,
    BARS,
    DOSE_SINCE,
    ENDS,
    FIRST,
    GIVEN,
    INFECTED,
    LAST,
    N_BARS,
    NONE,
    PREVIOUS,
    SEEN,
    SERIES,
    TARGET,
    W_AGE,
    W_BAR,
    W_CLAUSE,
    W_INTERVAL,
    W_SERIES,
    W_SKIP,
    W_TARGET,
    W_TEST,
    W_TURNING,
    W_VACCINE,
)  # fmt: skip

NO_DAY = int(NONE)
_BASE = int(FIRST)
_LENGTH = LAST - FIRST + 1
BIRTH, AGE, INTERVAL, LAST_DOSE, AGE_RULE, DONE, SUFFICIENT, CONTRAINDICATED, DEFERRED = range(9)

# me: birthday, observations, day of infection, day asked for, bit of the product judged, bits of products counted, last day
# that counted, last day given, day from which an interval from the previous dose runs, doses counted, row of the bar that
# holds (-1: none), day from which the observations are known
BORN, EYES, SICK, ON, PRODUCT, MASK, COUNTED_ON, LAST_ON, REFERENCE, COUNTED, BAR, KNOWN_FROM, SIZE = range(
    13
)
HOW: dict[str, Any] = {"boundscheck": False, "error_model": "numpy", "_nrt": False}
njit = nb.njit(cache=True, **HOW)


@njit
def day_after(period, day, table):
    """add_period."""
    return table[table[ENDS] + period * _LENGTH + day - _BASE]


@njit
def meets(when, day, me, table):
    """when.holds on the day `day`."""
    if when < 0:
        return True
    for clause in range(table[when], table[when + 1], W_CLAUSE):
        good = True
        for test in range(table[clause], table[clause + 1], W_TEST):
            kind, argument = table[test], table[test + 1]
            if kind == AGE_FROM:
                true = day_after(argument, me[BORN], table) <= day
            elif kind == SEEN:
                true = (me[EYES] & argument) != 0 and me[KNOWN_FROM] <= day
            elif kind == GIVEN:
                true = (me[PRODUCT] & argument) != 0
            elif kind == AFTER:
                true = me[MASK] != 0 and (me[MASK] & ~argument) == 0
            elif me[SICK] == NO_DAY or me[SICK] > day:
                true = False
            elif kind == INFECTED:
                true = True
            elif kind == DOSE_SINCE:
                true = me[COUNTED_ON] > me[SICK]
            else:
                true = me[SICK] >= me[LAST_ON]
            if true != (table[test + 2] == 1):
                good = False
                break
        if good:
            return True
    return False


@njit
def passed(target, end, first, anchor, day, me, table):
    """skipping.can_skip, target dose after target dose: the first that is needed. Column `first` of a target dose is where
    its skips begin; rows in force on `anchor`, conditions on `day`."""
    while target < end:
        skipped = False
        for row in range(table[target + first], table[target + first + 1], W_SKIP):
            if table[row] <= anchor <= table[row + 1] and meets(table[row + 2], day, me, table):
                skipped = True
                break
        if not skipped:
            break
        target += W_TARGET
    return target


@njit
def runs_from(row, satisfied, me, table):
    """waiting.reference_day of a row of intervals."""
    if table[row + 2] == PREVIOUS:
        return me[REFERENCE]
    if table[row + 2] == TARGET:
        return satisfied[table[row + 3]]
    return me[SICK]


@njit
def counts(target, day, product, satisfied, me, table):
    """judging.judge: whether the dose counts for the target dose."""
    for row in range(table[target], table[target + 1], W_AGE):
        if table[row] <= day <= table[row + 1]:
            if table[row + 2] >= 0 and day < day_after(table[row + 2], me[BORN], table):
                return False
            break
    suits = False
    span = table[target + 10] + 2 * product
    for row in range(table[span], table[span + 1], W_VACCINE):
        if (
            table[row] <= day <= table[row + 1]
            and (table[row + 2] < 0 or day_after(table[row + 2], me[BORN], table) <= day)
            and (table[row + 3] < 0 or day < day_after(table[row + 3], me[BORN], table))
            and meets(table[row + 4], day, me, table)
        ):
            suits = True
            break
    if not suits:
        return False
    for row in range(table[target + 2], table[target + 3], W_INTERVAL):
        if table[row + 4] >= 0 and table[row] <= day <= table[row + 1]:
            since = runs_from(row, satisfied, me, table)
            if (
                since != NO_DAY
                and day < day_after(table[row + 4], since, table)
                and meets(table[row + 8], day, me, table)
            ):
                return False
    return True


@njit
def dated(target, at, satisfied, me, table):
    """dating._dates by the rows that hold on the day `at`: earliest, recommended, past due; why earliest, by which row,
    and since when that row counts."""
    earliest, why, by, start = me[BORN], BIRTH, -1, NO_DAY
    recommended = past_due = age_recommended = age_past_due = NO_DAY
    for row in range(table[target], table[target + 1], W_AGE):
        if table[row] <= me[ON] <= table[row + 1]:
            if table[row + 6] >= 0 and day_after(table[row + 6], me[BORN], table) > earliest:
                earliest, why, by = day_after(table[row + 6], me[BORN], table), AGE, row
            if table[row + 4] >= 0:
                age_recommended = day_after(table[row + 4], me[BORN], table)
            if table[row + 5] >= 0:
                age_past_due = day_after(table[row + 5], me[BORN], table) - 1
            break
    for row in range(table[target + 2], table[target + 3], W_INTERVAL):
        if table[row] <= me[ON] <= table[row + 1]:
            since = runs_from(row, satisfied, me, table)
            if since == NO_DAY or not meets(table[row + 8], at, me, table):
                continue
            if table[row + 9] >= 0 and day_after(table[row + 9], since, table) > earliest:
                earliest, why, by, start = day_after(table[row + 9], since, table), INTERVAL, row, since
            if table[row + 6] >= 0:
                recommended = max(recommended, day_after(table[row + 6], since, table))
            if table[row + 7] >= 0:
                past_due = max(past_due, day_after(table[row + 7], since, table) - 1)
    if me[LAST_ON] > earliest:
        earliest, why, by = me[LAST_ON], LAST_DOSE, -1
    if age_recommended != NO_DAY:
        recommended = age_recommended
    if age_past_due != NO_DAY:
        past_due = age_past_due
    if past_due != NO_DAY:
        past_due = max(earliest, past_due)
    return earliest, max(earliest, recommended), past_due, why, by, start


@njit
def next_dates(target, satisfied, me, table):
    """dating.next_dates: the first stretch between birthdays that holds its own earliest day."""
    begin = me[ON]
    while True:
        end = NO_DAY
        for row in range(table[target + 7], table[target + 8], W_TURNING):
            day = day_after(table[row], me[BORN], table)
            if day > begin and (end == NO_DAY or day < end):
                end = day
        earliest, recommended, past_due, why, by, start = dated(target, begin, satisfied, me, table)
        first = earliest if begin == me[ON] else max(earliest, begin)
        if end == NO_DAY or first < end:
            if first != earliest:
                why = AGE_RULE
                if past_due != NO_DAY:
                    past_due = max(first, past_due)
            return first, max(first, recommended), past_due, why, by, start
        begin = end


@njit
def finish_of(s, found, me, table):
    """scoring.forecast_finish: the earliest day and the longest minimum interval of the doses after the next."""
    earliest = finish = found[EARLIEST, s]
    end = table[table[SERIES] + s * W_SERIES + 1]
    for target in range(found[PLACE, s] + W_TARGET, end, W_TARGET):
        for row in range(table[target + 2], table[target + 3], W_INTERVAL):
            if (
                table[row + 5] >= 0
                and table[row] <= me[ON] <= table[row + 1]
                and meets(table[row + 8], me[ON], me, table)
            ):
                finish = max(finish, day_after(table[row + 5], earliest, table))
    return finish


@njit
def barring(me, table):
    """barriers.antigen_barrier: the row of the bar that holds, -1 for none."""
    for row in range(table[BARS], table[BARS] + table[N_BARS] * W_BAR, W_BAR):
        if (
            (me[EYES] & table[row + 2]) != 0
            and table[row] <= me[ON] <= table[row + 1]
            and (table[row + 3] < 0 or day_after(table[row + 3], me[BORN], table) <= me[ON])
            and (table[row + 4] < 0 or me[ON] < day_after(table[row + 4], me[BORN], table))
        ):
            return row
    return -1


@njit
def suits(offer, day, me, table):
    """offers._suits."""
    return (
        (table[offer] < 0 or day_after(table[offer], me[BORN], table) <= day)
        and (table[offer + 1] < 0 or day < day_after(table[offer + 1], me[BORN], table))
        and meets(table[offer + 2], day, me, table)
    )
