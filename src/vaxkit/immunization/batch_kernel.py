"""The batch's inner loop, compiled by numba when this module is imported (`run`); nothing else imports numba.

It follows the interpreter step by step; each function says which. `table` is the flat array of `batch_tables.Tables`: rows
are known by their place in it, so `table[row + 4]` is column 4 of a row and the next row lies one width further.
`me` is the person while she is worked on, by the places below. Statuses of a series: OPEN, COMPLETE,
NOT_RECOMMENDED, BARRED.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.batch_choice import (
    BARRED,
    COMPLETE,
    DOSES,
    EARLIEST,
    FINISH,
    FOUND,
    LEFT,
    NOT_RECOMMENDED,
    OPEN,
    PAST_DUE,
    PLACE,
    RECOMMENDED,
    STATUS,
    TRIED,
    WHY,
    choose,
)
from vaxkit.immunization.batch_tables import (
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
    N_SERIES,
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
    Ints,
)

Columns = tuple[Ints, Ints, NDArray[np.int8], NDArray[np.int8], Ints, Ints, Ints]

_NONE = int(NONE)
_BASE = int(FIRST)
_LENGTH = LAST - FIRST + 1
BIRTH, AGE, INTERVAL, LAST_DOSE, AGE_RULE, DONE, SUFFICIENT, CONTRAINDICATED, DEFERRED = range(9)
IS_NOT_DUE, IS_DUE, IS_OVERDUE, IS_COMPLETE, IS_DEFERRED, IS_BARRED = range(6)

# me: birthday, observations, day of infection, day asked for, bit of the product judged, bits of products counted, last day
# that counted, last day given, day from which an interval from the previous dose runs, doses counted, barred
BORN, EYES, SICK, ON, PRODUCT, MASK, COUNTED_ON, LAST_ON, REFERENCE, COUNTED, IS_BARRED_NOW, _SIZE = range(12)
_HOW: dict[str, Any] = {"boundscheck": False, "error_model": "numpy", "_nrt": False}
_njit = nb.njit(cache=True, **_HOW)


@_njit
def _end(period, day, table):  # type: ignore[no-untyped-def]
    """add_period."""
    return table[table[ENDS] + period * _LENGTH + day - _BASE]


@_njit
def _meets(when, day, me, table):  # type: ignore[no-untyped-def]
    """when.holds on the day `day`."""
    if when < 0:
        return True
    for clause in range(table[when], table[when + 1], W_CLAUSE):
        good = True
        for test in range(table[clause], table[clause + 1], W_TEST):
            kind, argument = table[test], table[test + 1]
            if kind == AGE_FROM:
                true = _end(argument, me[BORN], table) <= day
            elif kind == SEEN:
                true = (me[EYES] & argument) != 0
            elif kind == GIVEN:
                true = (me[PRODUCT] & argument) != 0
            elif kind == AFTER:
                true = me[MASK] != 0 and (me[MASK] & ~argument) == 0
            elif me[SICK] == _NONE or me[SICK] > day:
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


@_njit
def _passed(target, end, first, anchor, day, me, table):  # type: ignore[no-untyped-def]
    """skipping.can_skip, target dose after target dose: the first that is needed. Column `first` of a target dose is where
    its skips begin; rows in force on `anchor`, conditions on `day`."""
    while target < end:
        skipped = False
        for row in range(table[target + first], table[target + first + 1], W_SKIP):
            if table[row] <= anchor <= table[row + 1] and _meets(table[row + 2], day, me, table):
                skipped = True
                break
        if not skipped:
            break
        target += W_TARGET
    return target


@_njit
def _since(row, satisfied, me, table):  # type: ignore[no-untyped-def]
    """waiting.reference_day of a row of intervals."""
    if table[row + 2] == PREVIOUS:
        return me[REFERENCE]
    if table[row + 2] == TARGET:
        return satisfied[table[row + 3]]
    return me[SICK]


@_njit
def _counts(target, day, product, satisfied, me, table):  # type: ignore[no-untyped-def]
    """judging.judge: whether the dose counts for the target dose."""
    for row in range(table[target], table[target + 1], W_AGE):
        if table[row] <= day <= table[row + 1]:
            if table[row + 2] >= 0 and day < _end(table[row + 2], me[BORN], table):
                return False
            break
    suits = False
    span = table[target + 10] + 2 * product
    for row in range(table[span], table[span + 1], W_VACCINE):
        if (
            table[row] <= day <= table[row + 1]
            and (table[row + 2] < 0 or _end(table[row + 2], me[BORN], table) <= day)
            and (table[row + 3] < 0 or day < _end(table[row + 3], me[BORN], table))
            and _meets(table[row + 4], day, me, table)
        ):
            suits = True
            break
    if not suits:
        return False
    for row in range(table[target + 2], table[target + 3], W_INTERVAL):
        if table[row + 4] >= 0 and table[row] <= day <= table[row + 1]:
            since = _since(row, satisfied, me, table)
            if (
                since != _NONE
                and day < _end(table[row + 4], since, table)
                and _meets(table[row + 8], day, me, table)
            ):
                return False
    return True


@_njit
def _dated(target, at, satisfied, me, table):  # type: ignore[no-untyped-def]
    """dating._dates by the rows that hold on the day `at`: earliest, recommended, past due, why earliest."""
    earliest, why = me[BORN], BIRTH
    recommended = past_due = age_recommended = age_past_due = _NONE
    for row in range(table[target], table[target + 1], W_AGE):
        if table[row] <= me[ON] <= table[row + 1]:
            if table[row + 3] >= 0 and _end(table[row + 3], me[BORN], table) > earliest:
                earliest, why = _end(table[row + 3], me[BORN], table), AGE
            if table[row + 4] >= 0:
                age_recommended = _end(table[row + 4], me[BORN], table)
            if table[row + 5] >= 0:
                age_past_due = _end(table[row + 5], me[BORN], table) - 1
            break
    for row in range(table[target + 2], table[target + 3], W_INTERVAL):
        if table[row] <= me[ON] <= table[row + 1]:
            since = _since(row, satisfied, me, table)
            if since == _NONE or not _meets(table[row + 8], at, me, table):
                continue
            if table[row + 5] >= 0 and _end(table[row + 5], since, table) > earliest:
                earliest, why = _end(table[row + 5], since, table), INTERVAL
            if table[row + 6] >= 0:
                recommended = max(recommended, _end(table[row + 6], since, table))
            if table[row + 7] >= 0:
                past_due = max(past_due, _end(table[row + 7], since, table) - 1)
    if me[LAST_ON] > earliest:
        earliest, why = me[LAST_ON], LAST_DOSE
    if age_recommended != _NONE:
        recommended = age_recommended
    if age_past_due != _NONE:
        past_due = age_past_due
    if past_due != _NONE:
        past_due = max(earliest, past_due)
    return earliest, max(earliest, recommended), past_due, why


@_njit
def _next_dates(target, satisfied, me, table):  # type: ignore[no-untyped-def]
    """dating.next_dates: the first stretch between birthdays that holds its own earliest day."""
    begin = me[ON]
    while True:
        end = _NONE
        for row in range(table[target + 7], table[target + 8], W_TURNING):
            day = _end(table[row], me[BORN], table)
            if day > begin and (end == _NONE or day < end):
                end = day
        earliest, recommended, past_due, why = _dated(target, begin, satisfied, me, table)
        first = earliest if begin == me[ON] else max(earliest, begin)
        if end == _NONE or first < end:
            if first != earliest:
                why = AGE_RULE
                if past_due != _NONE:
                    past_due = max(first, past_due)
            return first, max(first, recommended), past_due, why
        begin = end


@_njit
def _follow(s, days, given, verdicts, satisfied, found, me, table):  # type: ignore[no-untyped-def]
    """evaluation.evaluate_series and forecasting._forecast for series `s`: fills column `s` of `found` and row `s` of
    `verdicts`, and leaves what was counted in `me`."""
    series = table[SERIES] + s * W_SERIES
    target, end = table[series], table[series + 1]
    me[MASK] = me[COUNTED] = 0
    me[COUNTED_ON] = me[LAST_ON] = me[REFERENCE] = _NONE
    satisfied[:] = _NONE
    for d in range(days.shape[0]):
        day, product = days[d], given[d]
        me[PRODUCT] = 1 << product
        target = _passed(target, end, 4, day, day, me, table)
        if target >= end:
            verdicts[s, d] = 3
            me[LAST_ON] = day
            continue
        good = _counts(target, day, product, satisfied, me, table)
        verdicts[s, d] = 1 if good else 2
        me[LAST_ON] = me[REFERENCE] = day
        if good:
            satisfied[table[target + 9]] = me[COUNTED_ON] = day
            me[MASK] |= me[PRODUCT]
            me[COUNTED] += 1
            target += W_TARGET
    me[PRODUCT] = 0
    found[DOSES, s] = me[COUNTED]
    on = me[ON]
    target = _passed(target, end, 5, on, on, me, table)
    while target < end:
        if me[IS_BARRED_NOW]:
            found[STATUS, s], found[WHY, s], found[PLACE, s] = BARRED, CONTRAINDICATED, target
            return
        earliest, recommended, past_due, why = _next_dates(target, satisfied, me, table)
        later = _passed(target, end, 5, on, max(earliest, on), me, table)
        if later == target:
            found[STATUS, s], found[WHY, s], found[PLACE, s] = OPEN, why, target
            found[LEFT, s] = (end - target) // W_TARGET
            found[EARLIEST, s], found[RECOMMENDED, s], found[PAST_DUE, s] = earliest, recommended, past_due
            return
        target = later
    found[PLACE, s] = end
    found[STATUS, s] = COMPLETE if me[COUNTED] else NOT_RECOMMENDED
    found[WHY, s] = DONE if me[COUNTED] else SUFFICIENT


@_njit
def _finish(s, found, me, table):  # type: ignore[no-untyped-def]
    """scoring.forecast_finish: the earliest day and the longest minimum interval of the doses after the next."""
    earliest = finish = found[EARLIEST, s]
    end = table[table[SERIES] + s * W_SERIES + 1]
    for target in range(found[PLACE, s] + W_TARGET, end, W_TARGET):
        for row in range(table[target + 2], table[target + 3], W_INTERVAL):
            if (
                table[row + 5] >= 0
                and table[row] <= me[ON] <= table[row + 1]
                and _meets(table[row + 8], me[ON], me, table)
            ):
                finish = max(finish, _end(table[row + 5], earliest, table))
    return finish


@_njit
def _is_barred(me, table):  # type: ignore[no-untyped-def]
    """barriers.antigen_barrier."""
    for row in range(table[BARS], table[BARS] + table[N_BARS] * W_BAR, W_BAR):
        if (
            (me[EYES] & table[row + 2]) != 0
            and table[row] <= me[ON] <= table[row + 1]
            and (table[row + 3] < 0 or _end(table[row + 3], me[BORN], table) <= me[ON])
            and (table[row + 4] < 0 or me[ON] < _end(table[row + 4], me[BORN], table))
        ):
            return True
    return False


@_njit
def _answer(row, c, review, found, out, me, table):  # type: ignore[no-untyped-def]
    """advice._open and the closed statuses: one row of `out` from series `c`."""
    status, on = found[STATUS, c], me[ON]
    out[row, 1], out[row, 3], out[row, 8] = found[DOSES, c], c, found[WHY, c]
    if status != OPEN:
        out[row, 0] = IS_COMPLETE if status == COMPLETE else (IS_BARRED if status == BARRED else IS_NOT_DUE)
        out[row, 2] = out[row, 4] = 0
        out[row, 5] = out[row, 6] = out[row, 7] = _NONE
        return
    target, first, past_due = found[PLACE, c], found[EARLIEST, c], found[PAST_DUE, c]
    offered = _NONE
    for age in range(table[target], table[target + 1], W_AGE):
        if table[age + 3] >= 0:
            day = max(_end(table[age + 3], me[BORN], table), table[age])
            offered = day if offered == _NONE else min(offered, day)
    first = max(first, offered)
    if review != _NONE and on < review:
        out[row, 0] = IS_NOT_DUE
        if review > max(on, first):
            out[row, 0], out[row, 8] = IS_DEFERRED, DEFERRED
        first = max(first, review)
    elif first > on:
        out[row, 0] = IS_NOT_DUE
    else:
        out[row, 0] = IS_OVERDUE if past_due != _NONE and on > past_due else IS_DUE
    out[row, 2], out[row, 4] = found[DOSES, c] + 1, table[target + 9]
    out[row, 5], out[row, 6] = first, max(first, found[RECOMMENDED, c])
    out[row, 7] = max(first, past_due) if past_due != _NONE else _NONE


@_njit
def _run(  # type: ignore[no-untyped-def]
    birth,
    days,
    given,
    count,
    seen,
    infected,
    review,
    skip,
    table,
    out,
    verdicts_out,
    me,
    found,
    verdicts,
    satisfied,
    preference,
):
    n = table[N_SERIES]
    default = 0
    for s in range(n):
        if table[table[SERIES] + s * W_SERIES + 3] == 1:
            default = s
    for row in range(birth.shape[0]):
        if skip[row]:
            continue
        me[BORN], me[EYES], me[SICK] = birth[row], seen[row], infected[row]
        me[IS_BARRED_NOW] = 1 if seen[row] != 0 and _is_barred(me, table) else 0
        doses = count[row]
        products = 0
        for d in range(doses):
            products |= 1 << given[row, d]
        tries, chosen = 0, default
        for s in range(n):
            found[TRIED, s] = me[IS_BARRED_NOW] or (products & table[table[SERIES] + s * W_SERIES + 4]) != 0
            if found[TRIED, s]:
                tries += 1
                chosen = s
        for s in range(n):
            if tries > 0 and found[TRIED, s]:
                _follow(s, days[row, :doses], given[row, :doses], verdicts, satisfied, found, me, table)
                if tries > 1 and found[STATUS, s] == OPEN:
                    found[FINISH, s] = _finish(s, found, me, table)
        if tries > 1 or (tries == 1 and found[DOSES, chosen] == 0):
            chosen = choose(default, found, preference)
        if not found[TRIED, chosen]:
            found[TRIED, chosen] = 1
            _follow(chosen, days[row, :doses], given[row, :doses], verdicts, satisfied, found, me, table)
        for d in range(doses):
            verdicts_out[row, d] = verdicts[chosen, d]
        _answer(row, chosen, review[row], found, out, me, table)


def run(
    columns: Columns, skip: NDArray[np.bool_], on: int, table: Ints, out: Ints, verdicts: NDArray[np.int8]
) -> None:
    """Fill `out` (n x 9: status, counted, next number, series, target, earliest, recommended, past due, reason) and
    `verdicts` (n x doses: 1 counts, 2 does not, 3 extra) for all rows but those of `skip`. `columns` are those of
    `batch.People` in order."""
    n = int(table[N_SERIES])
    me = np.zeros(_SIZE, np.int32)
    me[ON] = on
    found = np.zeros((FOUND, n), np.int32)
    own = np.zeros((n, max(1, verdicts.shape[1])), np.int8)
    first = int(table[SERIES])
    preference = table[first + 2 : first + n * W_SERIES : W_SERIES].copy()
    _run(*columns, skip, table, out, verdicts, me, found, own, np.empty(10, np.int32), preference)
