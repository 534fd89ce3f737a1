"""The rules of one day as a program (`compiled`): the text of `batch_source`, compiled by numba.

Around the written rules stands what is the same for every rule set: reading a row, choosing among competing series
(selection and scoring), and writing the answer (advice).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization import batch_choice
from vaxkit.immunization.batch_choice import FOUND, TRIED, choose
from vaxkit.immunization.batch_layout import FIRST, LAST, NONE, Ints, Tables, day_number, shifted
from vaxkit.immunization.batch_source import source_of
from vaxkit.immunization.offers import by_preference
from vaxkit.immunization.policy import PolicySet

# Without counting of references (`_nrt`): the loop makes no arrays, and counting would cost more than the work itself.
_HOW: dict[str, Any] = {"boundscheck": False, "error_model": "numpy", "_nrt": False}
_entry = nb.njit(**_HOW)
_INNER: dict[str, Any] = {
    **_HOW,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "forceinline": True,  # a call hands some twenty numbers over by way of memory: that took as long as the rules
}  # called from compiled code
_inner = nb.njit(**_INNER)


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled rule set: `run` and the tables of days it reads."""

    run: Callable[..., int]
    ends: Ints
    series: int

    def found(self) -> NDArray[np.int64]:
        """Room for what is known of each series while one person is worked on."""
        return np.zeros((FOUND, self.series), np.int64)


def compiled(rules: PolicySet, tables: Tables, on: date, group: str) -> Program:
    """The rules of one day as a program. Takes seconds; keep it."""
    written = source_of(rules, tables, on, group)
    names: dict[str, Any] = {"njit": _inner, "entry": _entry, "choose": choose, "max": max, "min": min}
    exec(compile(written.text + _frame(rules, tables, on, group), "<rules as a program>", "exec"), names)
    ends = np.array([shifted(row.months, row.days) for row in written.periods] or [shifted(0, 0)], np.int32)
    return Program(names["run"], ends, written.series)


def _frame(rules: PolicySet, tables: Tables, on: date, group: str) -> str:
    """The loop over people, with what it needs of the rules in place."""
    series = by_preference(rules.antigens[rules.groups[group].antigens[0]].series)
    default = next(place for place, row in enumerate(series) if row.select.default)
    arguments = "row, days, given, c, B, S, F, I, barred, wanted, E"
    calls = "\n".join(
        f"    if s == {place}: return follow_{place}({arguments})" for place in range(1, len(series))
    )
    tries = "\n".join(
        f"        t{place} = barred or (products & {mask}) != 0\n        if t{place}: tries += 1; s = {place}"
        for place, mask in enumerate(tables.entries)
    )
    marks = "\n".join(f"            found[{TRIED}, {place}] = t{place}" for place in range(len(series)))
    return _FRAME.format(
        calls=calls,
        arguments=arguments,
        tries=tries,
        marks=marks,
        lengths=", ".join(str(len(row.doses)) for row in series),
        default=default,
        n=len(series),
        numbers=", ".join(f"{dose.number}" for row in series for dose in row.doses),
        starts=", ".join(str(sum(len(row.doses) for row in series[:place])) for place in range(len(series))),
        on=day_number(on),
        first=FIRST,
        last=LAST - 366 * 65,
        none=int(NONE),
        deferring=tables.deferral_mask,
        **{
            name: value
            for name, value in vars(batch_choice).items()
            if name.isupper() and isinstance(value, int)
        },
    )


_FRAME = """
@njit
def follow(s, {arguments}):
{calls}
    return follow_0({arguments})

@njit
def keep(found, s, a, doses):
    found[{STATUS}, s] = a[0]; found[{DOSES}, s] = a[1]; found[{PLACE}, s] = a[2]; found[{VERDICTS}, s] = a[3]
    found[{EARLIEST}, s] = a[4]; found[{RECOMMENDED}, s] = a[5]; found[{PAST_DUE}, s] = a[6]
    found[{WHY}, s] = a[7]; found[{FINISH}, s] = a[8]; found[{LEFT}, s] = doses - a[2]

NUMBERS = ({numbers},)
STARTS = ({starts},)
LENGTHS = ({lengths},)

@entry
def run(birth, days, given, count, seen, known, infected, review, E, found, preference, handed, status, counted, number,
        series, target, earliest, recommended, past_due, reason, verdicts):
    width = verdicts.shape[1]
    for row in range(birth.shape[0]):
        B = birth[row]; S = seen[row]; F = known[row]; I = infected[row]; c = count[row]
        products = 0; before = {first}
        bad = B < {first} or B > {on} or (S & {deferring}) != 0 or (I != {none} and (I > {on} or I < {first}))
        for d in range(c):
            day = days[row, d]; g = given[row, d]
            if d > 0 and day < before: return row + 1
            before = day
            if day < {first} or day > {last} or day < B or g < 0: bad = True
            else: products |= 1 << g
        handed[row] = bad
        if bad: continue
        barred = S != 0 and is_barred(B, S, E)
        tries = 0; s = {default}; wanted = False
{tries}
        if tries <= 1:
            while True:
                st, n, p, v, e, r, x, why, f = follow(s, {arguments})
                if n > 0 or s == {default}: break
                s = {default}
        else:
            wanted = True
{marks}
            k = 0; s = -1
            while True:
                if k == {n}:
                    s = choose({default}, found, preference)
                    if found[{TRIED}, s]: break
                    k = s; found[{TRIED}, s] = 1
                if found[{TRIED}, k]: keep(found, k, follow(k, {arguments}), LENGTHS[k])
                if s >= 0: break
                k += 1
            st = found[{STATUS}, s]; n = found[{DOSES}, s]; p = found[{PLACE}, s]; v = found[{VERDICTS}, s]
            e = found[{EARLIEST}, s]; r = found[{RECOMMENDED}, s]; x = found[{PAST_DUE}, s]; why = found[{WHY}, s]
        for d in range(width):
            verdicts[row, d] = (v >> (2 * d)) & 3
        counted[row] = n; series[row] = s
        if st != 0:
            status[row] = 3 if st == 1 else (5 if st == 3 else 0)
            number[row] = 0; target[row] = 0; reason[row] = why
            earliest[row] = {none}; recommended[row] = {none}; past_due[row] = {none}
            continue
        e = max(e, first_offered(s, p, B, E))
        until = review[row]
        if until != {none} and {on} < until:
            if until > max({on}, e): status[row] = 4; why = 8
            else: status[row] = 0
            e = max(e, until)
        elif e > {on}: status[row] = 0
        else: status[row] = 2 if x != {none} and {on} > x else 1
        if not servable(s, p, row, days, given, c, v, max(e, {on}), B, S, F, I, E):
            handed[row] = True
            continue
        number[row] = n + 1; target[row] = NUMBERS[STARTS[s] + p]; reason[row] = why
        earliest[row] = e; recommended[row] = max(e, r)
        past_due[row] = max(e, x) if x != {none} else {none}
    return 0
"""
