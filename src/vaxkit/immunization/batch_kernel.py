"""The batch's inner loop, compiled by numba when this module is imported (`run`): the walk through doses and target doses.

The questions that it asks of the rules are in `batch_steps`, the choice among series in `batch_choice`; nothing else imports
numba but the rules written out (`batch_program`). Statuses of a series: OPEN, COMPLETE, NOT_RECOMMENDED, BARRED.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization import batch_choice, batch_steps
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
    ROW,
    SINCE,
    STATUS,
    TRIED,
    WHY,
    choose,
)  # fmt: skip
from vaxkit.immunization.batch_layout import (
    N_SERIES,
    SERIES,
    W_AGE,
    W_OFFER,
    W_SERIES,
    W_SKIP,
    W_TARGET,
    Ints,
)
from vaxkit.immunization.batch_limits import HIGHEST_NUMBER
from vaxkit.immunization.batch_steps import (
    BAR,
    BORN,
    CONTRAINDICATED,
    COUNTED,
    COUNTED_ON,
    DEFERRED,
    DONE,
    EYES,
    KNOWN_FROM,
    LAST_ON,
    MASK,
    NO_DAY,
    ON,
    PRODUCT,
    REFERENCE,
    SICK,
    SIZE,
    SUFFICIENT,
    barring,
    counts,
    day_after,
    finish_of,
    meets,
    next_dates,
    njit,
    passed,
    suits,
)  # fmt: skip

Columns = tuple[Ints, Ints, NDArray[np.int8], NDArray[np.int8], Ints, Ints, Ints, Ints]

IS_NOT_DUE, IS_DUE, IS_OVERDUE, IS_COMPLETE, IS_DEFERRED, IS_BARRED = range(6)


@njit
def _follow(s, days, given, verdicts, numbers, satisfied, found, me, table):
    """evaluation.evaluate_series and forecasting._forecast for series `s`: fills column `s` of `found` and row `s` of
    `verdicts` and `numbers` (of the target doses)."""
    series = table[SERIES] + s * W_SERIES
    target, end = table[series], table[series + 1]
    me[MASK] = me[COUNTED] = 0
    me[COUNTED_ON] = me[LAST_ON] = me[REFERENCE] = NO_DAY
    satisfied[:] = NO_DAY
    for d in range(days.shape[0]):
        day, product = days[d], given[d]
        me[PRODUCT] = 1 << product
        target = passed(target, end, 4, day, day, me, table)
        if target >= end:
            verdicts[s, d], numbers[s, d] = 3, 0
            me[LAST_ON] = day
            continue
        good = counts(target, day, product, satisfied, me, table)
        verdicts[s, d] = 1 if good else 2
        numbers[s, d] = table[target + 9] if good else 0
        me[LAST_ON] = me[REFERENCE] = day
        if good:
            satisfied[table[target + 9]] = me[COUNTED_ON] = day
            me[MASK] |= me[PRODUCT]
            me[COUNTED] += 1
            target += W_TARGET
    me[PRODUCT] = 0
    found[DOSES, s] = me[COUNTED]
    on = me[ON]
    target = passed(target, end, 5, on, on, me, table)
    while target < end:
        if me[BAR] >= 0:
            found[STATUS, s], found[WHY, s], found[PLACE, s] = BARRED, CONTRAINDICATED, target
            return
        earliest, recommended, past_due, why, by, start = next_dates(target, satisfied, me, table)
        later = passed(target, end, 5, on, max(earliest, on), me, table)
        if later == target:
            found[STATUS, s], found[WHY, s], found[PLACE, s] = OPEN, why, target
            found[LEFT, s] = (end - target) // W_TARGET
            found[EARLIEST, s], found[RECOMMENDED, s], found[PAST_DUE, s] = earliest, recommended, past_due
            found[ROW, s], found[SINCE, s] = by, start
            return
        target = later
    found[PLACE, s] = end
    found[STATUS, s] = COMPLETE if me[COUNTED] else NOT_RECOMMENDED
    found[WHY, s] = DONE if me[COUNTED] else SUFFICIENT


@njit
def _answer(row, c, review, found, out, me, table):
    """advice._open and the closed statuses: column `row` of `out` from series `c`."""
    status, on = found[STATUS, c], me[ON]
    out[1, row], out[3, row], out[8, row] = found[DOSES, c], c, found[WHY, c]
    out[14, row], out[15, row] = found[PLACE, c], found[WHY, c]
    if status != OPEN:
        out[0, row] = IS_COMPLETE if status == COMPLETE else (IS_BARRED if status == BARRED else IS_NOT_DUE)
        out[2, row] = out[4, row] = 0
        for column in (5, 6, 7, 9, 10, 11, 12):
            out[column, row] = NO_DAY
        out[13, row] = me[BAR] if status == BARRED else -1
        return
    target, first, past_due = found[PLACE, c], found[EARLIEST, c], found[PAST_DUE, c]
    out[9, row], out[10, row], out[11, row] = first, found[RECOMMENDED, c], past_due
    out[12, row], out[13, row] = found[SINCE, c], found[ROW, c]
    offered = NO_DAY
    for age in range(table[target], table[target + 1], W_AGE):
        if table[age + 3] >= 0:
            day = max(day_after(table[age + 3], me[BORN], table), table[age])
            offered = day if offered == NO_DAY else min(offered, day)
    first = max(first, offered)
    if review != NO_DAY and on < review:
        out[0, row] = IS_NOT_DUE
        if review > max(on, first):
            out[0, row], out[8, row] = IS_DEFERRED, DEFERRED
        first = max(first, review)
    elif first > on:
        out[0, row] = IS_NOT_DUE
    else:
        out[0, row] = IS_OVERDUE if past_due != NO_DAY and on > past_due else IS_DUE
    out[2, row], out[4, row] = found[DOSES, c] + 1, table[target + 9]
    out[5, row], out[6, row] = first, max(first, found[RECOMMENDED, c])
    out[7, row] = max(first, past_due) if past_due != NO_DAY else NO_DAY


@njit
def _offered(target, day, days, given, verdicts, me, table):
    """advice._offered: a bit for each row of products that suits on the day `day`, those of the target dose first, then,
    for who had no dose, those of the other series' first doses."""
    me[PRODUCT] = me[MASK] = 0
    me[COUNTED_ON] = me[LAST_ON] = NO_DAY
    for d in range(days.shape[0]):
        me[LAST_ON] = days[d]
        if verdicts[d] == 1:
            me[COUNTED_ON] = days[d]
            me[MASK] |= 1 << given[d]
    bits, bit = np.int64(0), np.int64(1)
    for offer in range(table[target + 11], table[target + 12], W_OFFER):
        if suits(offer, day, me, table):
            bits |= bit
        bit <<= 1
    if days.shape[0] == 0:
        for offer in range(table[target + 13], table[target + 14], W_OFFER):
            if suits(offer, day, me, table):
                bits |= bit
            bit <<= 1
    return bits


def _made_of(*modules: Any) -> str:
    """The code of the compiled functions of those modules. numba keeps machine code by the file of the outermost function
    and by what it closes over, so `_run` closes over this: a change in a module it calls compiles it anew."""
    found = hashlib.sha256()
    for module in modules:
        for name, function in sorted(vars(module).items()):
            code = getattr(getattr(function, "py_func", None), "__code__", None)
            if code is not None:
                found.update(f"{name} {code.co_code.hex()} {code.co_names} {code.co_consts[1:]}".encode())
    return found.hexdigest()


@njit
def _is_done_without(target, day, me, table):
    """courses._is_done_without."""
    for row in range(table[target + 5], table[target + 6], W_SKIP):
        if (
            table[row + 3] == 1
            and table[row] <= day <= table[row + 1]
            and meets(table[row + 2], day, me, table)
        ):
            return True
    return False


@njit
def _completed(c, days, given, verdicts, numbers, me, table):
    """courses.course_of: the place of the dose that completed the primary course of series `c`, -1 where none did."""
    series = table[SERIES] + c * W_SERIES
    me[PRODUCT] = me[MASK] = 0
    for d in range(days.shape[0]):
        if verdicts[d] != 1:
            continue
        day = days[d]
        me[COUNTED_ON] = me[LAST_ON] = day
        me[MASK] |= 1 << given[d]
        has_course, is_done = False, True
        for target in range(table[series], table[series + 1], W_TARGET):
            if table[target + 15] == 1:
                has_course = True
                if table[target + 9] > numbers[d] and not _is_done_without(target, day, me, table):
                    is_done = False
                    break
        if has_course and is_done:
            return d
    return -1


def _looping(steps: str) -> Callable[..., None]:
    @njit
    def _run(
        birth,
        days,
        given,
        count,
        seen,
        seen_from,
        infected,
        review,
        skip,
        table,
        out,
        offers,
        verdicts_out,
        numbers_out,
        me,
        found,
        verdicts,
        numbers,
        satisfied,
        preference,
    ):
        if steps == "":
            return
        n = table[N_SERIES]
        default = 0
        for s in range(n):
            if table[table[SERIES] + s * W_SERIES + 3] == 1:
                default = s
        for row in range(birth.shape[0]):
            if skip[row]:
                continue
            me[BORN], me[EYES], me[SICK], me[KNOWN_FROM] = (
                birth[row],
                seen[row],
                infected[row],
                seen_from[row],
            )
            me[BAR] = barring(me, table) if seen[row] != 0 else -1
            doses = count[row]
            mine, theirs = days[row, :doses], given[row, :doses]
            products = 0
            for d in range(doses):
                products |= 1 << theirs[d]
            tries, chosen = 0, default
            for s in range(n):
                found[TRIED, s] = me[BAR] >= 0 or (products & table[table[SERIES] + s * W_SERIES + 4]) != 0
                if found[TRIED, s]:
                    tries += 1
                    chosen = s
            for s in range(n):
                if tries > 0 and found[TRIED, s]:
                    _follow(s, mine, theirs, verdicts, numbers, satisfied, found, me, table)
                    if tries > 1 and found[STATUS, s] == OPEN:
                        found[FINISH, s] = finish_of(s, found, me, table)
            if tries > 1 or (tries == 1 and found[DOSES, chosen] == 0):
                chosen = choose(default, found, preference)
            if not found[TRIED, chosen]:
                found[TRIED, chosen] = 1
                _follow(chosen, mine, theirs, verdicts, numbers, satisfied, found, me, table)
            for d in range(doses):
                verdicts_out[row, d] = verdicts[chosen, d]
                numbers_out[row, d] = numbers[chosen, d]
            _answer(row, chosen, review[row], found, out, me, table)
            out[16, row] = _completed(chosen, mine, theirs, verdicts[chosen], numbers[chosen], me, table)
            if found[STATUS, chosen] == OPEN:
                day = max(out[5, row], me[ON])
                offers[row] = _offered(found[PLACE, chosen], day, mine, theirs, verdicts[chosen], me, table)

    return cast(Callable[..., None], _run)


_run = _looping(_made_of(batch_choice, batch_steps))


def run(
    columns: Columns,
    skip: NDArray[np.bool_],
    on: int,
    table: Ints,
    out: Ints,
    offers: NDArray[np.int64],
    verdicts: NDArray[np.int8],
    numbers: NDArray[np.int8],
) -> None:
    """Fill for all rows but those of `skip`.

    `out` is 17 x n: status, counted, next number, series, target, earliest, recommended, past due, reason; then the series'
    own earliest, recommended and past due, since when the deciding row counts, that row, the target dose as a row, the
    series' own reason, which dose completed the primary course. `offers` are bits of rows of products, `verdicts` n x doses
    (1 counts, 2 does not, 3 extra), `numbers` the target doses that they satisfied. `columns` are those of `People`, as
    `batch.by_tables` hands them in.
    """
    n = int(table[N_SERIES])
    me = np.zeros(SIZE, np.int32)
    me[ON] = on
    found = np.zeros((FOUND, n), np.int32)
    own = np.zeros((2, n, max(1, verdicts.shape[1])), np.int8)
    first = int(table[SERIES])
    preference = table[first + 2 : first + n * W_SERIES : W_SERIES].copy()
    room = np.empty(HIGHEST_NUMBER + 1, np.int32)
    _run(*columns, skip, table, out, offers, verdicts, numbers, me, found, own[0], own[1], room, preference)
