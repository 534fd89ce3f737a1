"""Signs in the records that want a look before the level above finds them (数据质量): too round, too fast, copied, late, far apart.

A signal proves nothing. It names the rows on which it rests, so that whoever knows the place can look at exactly those. The limits
are data (`ruledata/china/data-quality.yaml`).

ROUND    of the figures that a village counted by hand in `days` days, those of 20 and more: `share` of them end in 0, of at least
         `at_least` figures (by chance one in ten does)
COPIED   two villages handed in the same figures on one day, at least `at_least` of them not 0; or one village the same figures on
         `repeats` counts running although doses were recorded there between them
FAST     more than `most` records of one person at one place within `minutes`
LATE     at a place in `days` days at least `at_least` records came more than `late_days` after what they record, and they are
         `share` of all
FAR      two records of one person at two places less than `minutes` apart
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from vaxkit.vocabulary import Source, Text

K = TypeVar("K")
V = TypeVar("V")
ROUND_FROM = 20
"""Smaller figures end in 0 too easily to tell anything."""


class Sign(StrEnum):
    ROUND = "round"
    COPIED = "copied"
    FAST = "fast"
    LATE = "late"
    FAR = "far"


class Kept(StrEnum):
    """What rows a rule looks at: doses at sites, visits at the door, counts by hand."""

    DOSES = "doses"
    VISITS = "visits"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class SignRule:
    """One rule as data; which figures a sign uses stands above."""

    code: str
    sign: Sign
    looks_at: Kept
    title: Text
    source: Source
    days: int
    at_least: int = 1
    share: Fraction = Fraction(1)
    minutes: int = 0
    most: int = 0
    late_days: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A record: who wrote it (`by`), at which place, about which moment, kept when."""

    id: str
    by: str
    place: str
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """What a village counted by hand on a day, by term."""

    id: str
    place: str
    on: date
    figures: Mapping[str, int]

    @property
    def telling(self) -> tuple[tuple[str, int], ...]:
        """The figures that are not 0."""
        return tuple(sorted((term, number) for term, number in self.figures.items() if number))


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule saw: `place` where, `by` whose records (“” of no one person), `rows` the records' ids in the order of time."""

    rule: str
    place: str
    by: str
    because: Text
    rows: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the signal within its rule, the same whenever it is looked for."""
        return self.rows[0]


def in_records(rule: SignRule, rows: Iterable[Row]) -> tuple[Signal, ...]:
    """What a rule of FAST, LATE or FAR sees in records of its days, by place and time. Raises ValueError for another rule."""
    ordered = sorted(rows, key=lambda row: (row.at, row.id))
    match rule.sign:
        case Sign.FAST:
            found = _fast(rule, ordered)
        case Sign.LATE:
            found = _late(rule, ordered)
        case Sign.FAR:
            found = _far(rule, ordered)
        case _:
            raise ValueError(f"{rule.code} does not look at records")
    return tuple(sorted(found, key=lambda signal: (signal.place, signal.by, signal.key)))


def in_counts(
    rule: SignRule, counts: Iterable[Count], doses: Mapping[tuple[str, date], int]
) -> tuple[Signal, ...]:
    """What a rule of ROUND or COPIED sees in counts by hand; `doses` recorded by (place, day). Raises ValueError for another
    rule."""
    ordered = sorted(counts, key=lambda count: (count.on, count.place, count.id))
    match rule.sign:
        case Sign.ROUND:
            found = _round(rule, ordered)
        case Sign.COPIED:
            found = [*_between_villages(rule, ordered), *_from_day_to_day(rule, ordered, doses)]
        case _:
            raise ValueError(f"{rule.code} does not look at counts")
    return tuple(sorted(found, key=lambda signal: (signal.place, signal.key)))


def _fast(rule: SignRule, rows: Sequence[Row]) -> list[Signal]:
    """Stretches in which every window is too full, each told once with all its records."""
    found: list[Signal] = []
    for (by, place), mine in _grouped(rows, lambda row: (row.by, row.place)).items():
        window = timedelta(minutes=rule.minutes)
        taken: list[int] = []
        first = 0
        for last, row in enumerate(mine):
            while row.at - mine[first].at > window:
                first += 1
            if last - first + 1 > rule.most:
                begin = first if not taken or first > taken[-1] else taken[-1] + 1
                if taken and first > taken[-1]:
                    found.append(_told_fast(rule, by, place, [mine[at] for at in taken]))
                    taken = []
                taken += range(begin, last + 1)
        if taken:
            found.append(_told_fast(rule, by, place, [mine[at] for at in taken]))
    return found


def _told_fast(rule: SignRule, by: str, place: str, rows: Sequence[Row]) -> Signal:
    seconds = int((rows[-1].at - rows[0].at).total_seconds())
    because = Text(
        f"{len(rows)}条记录在{max(1, -(-seconds // 60))}分钟内，同一人同一处（上限每{rule.minutes}分钟{rule.most}条）。",
        f"{len(rows)} records within {max(1, -(-seconds // 60))} minutes by one person at one place"
        f" (at most {rule.most} in {rule.minutes} minutes).",
    )
    return Signal(rule.code, place, by, because, tuple(row.id for row in rows))


def _late(rule: SignRule, rows: Sequence[Row]) -> list[Signal]:
    found = []
    for place, all_rows in _grouped(rows, lambda row: row.place).items():
        late = [row for row in all_rows if row.recorded_at - row.at > timedelta(days=rule.late_days)]
        if len(late) >= rule.at_least and len(late) >= rule.share * len(all_rows):
            because = Text(
                f"{len(all_rows)}条记录中{len(late)}条晚于{rule.late_days}天才录入。",
                f"{len(late)} of {len(all_rows)} records were entered more than {rule.late_days} days later.",
            )
            found.append(Signal(rule.code, place, "", because, tuple(row.id for row in late)))
    return found


def _far(rule: SignRule, rows: Sequence[Row]) -> list[Signal]:
    """Per person and first of the two places, all jumps together."""
    found = []
    for by, mine in _grouped(rows, lambda row: row.by).items():
        jumps: defaultdict[str, list[tuple[Row, Row]]] = defaultdict(list)
        for one, other in pairwise(mine):
            if one.place != other.place and other.at - one.at < timedelta(minutes=rule.minutes):
                jumps[min(one.place, other.place)].append((one, other))
        for place, pairs in jumps.items():
            ids = dict.fromkeys(row.id for pair in pairs for row in pair)
            because = Text(
                f"同一人{len(pairs)}次在{rule.minutes}分钟内于两处留下记录。",
                f"One person left records at two places within {rule.minutes} minutes, {len(pairs)} times.",
            )
            found.append(Signal(rule.code, place, by, because, tuple(ids)))
    return found


def _round(rule: SignRule, counts: Sequence[Count]) -> list[Signal]:
    found = []
    for place, mine in _grouped(counts, lambda count: count.place).items():
        figures = [number for count in mine for number in count.figures.values() if number >= ROUND_FROM]
        tens = sum(number % 10 == 0 for number in figures)
        if len(figures) >= rule.at_least and tens >= rule.share * len(figures):
            because = Text(
                f"{len(figures)}个上报数中{tens}个是整十数。",
                f"{tens} of {len(figures)} figures counted by hand end in 0.",
            )
            found.append(Signal(rule.code, place, "", because, tuple(count.id for count in mine)))
    return found


def _between_villages(rule: SignRule, counts: Sequence[Count]) -> list[Signal]:
    found = []
    same = _grouped(
        (count for count in counts if len(count.telling) >= rule.at_least),
        lambda count: (count.on, count.telling),
    )
    for (on, telling), those in same.items():
        if len({count.place for count in those}) > 1:
            because = Text(
                f"{on:%m-%d} 与另{len(those) - 1}个村上报的{len(telling)}个数完全相同。",
                f"On {on:%m-%d} {len(those)} villages handed in the same {len(telling)} figures.",
            )
            ids = tuple(count.id for count in those)
            found.append(Signal(rule.code, those[0].place, "", because, ids))
    return found


def _from_day_to_day(
    rule: SignRule, counts: Sequence[Count], doses: Mapping[tuple[str, date], int]
) -> list[Signal]:
    found = []
    for place, mine in _grouped(counts, lambda count: count.place).items():
        run: list[Count] = []
        for count in [*mine, None]:
            if count is not None and run and count.figures == run[-1].figures:
                run.append(count)
                continue
            if len(run) >= max(2, rule.repeats) and len(run[0].telling) >= rule.at_least:
                between = sum(
                    n for (at, on), n in doses.items() if at == place and run[0].on < on <= run[-1].on
                )
                if between:
                    because = Text(
                        f"{run[0].on:%m-%d}至{run[-1].on:%m-%d}连续{len(run)}次上报数完全相同，其间接种{between}剂。",
                        f"From {run[0].on:%m-%d} to {run[-1].on:%m-%d} {len(run)} counts by hand are the same although"
                        f" {between} doses were recorded meanwhile.",
                    )
                    found.append(Signal(rule.code, place, "", because, tuple(each.id for each in run)))
            run = [count] if count is not None else []
    return found


def _grouped(rows: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
