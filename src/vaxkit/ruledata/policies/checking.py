"""What no schema can see: names that nothing defines, doses that leave gaps, periods that do not grow (`check`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from vaxkit.immunization.periods import add_period
from vaxkit.ruledata.policies.faults import Fault, Place
from vaxkit.ruledata.policies.merging import Entry, Merged
from vaxkit.ruledata.policies.reading import PolicyFile
from vaxkit.vocabulary import Text

_GROWING = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")
_ANY_DAY = date(2021, 1, 1)


def check(policies: Sequence[PolicyFile], merged: Merged) -> Iterator[Fault]:
    """Every fault of meaning, in the order of the files."""
    products = {row["code"] for policy in policies for row in policy.raw.get("vaccines", ())}
    others = {row["code"] for policy in policies for row in policy.raw.get("others", ())}
    observed = {row["code"] for policy in policies for row in policy.raw.get("observations", ())}
    told: set[tuple[str, Place]] = set()
    for entry in merged.entries:
        if (entry.policy.origin.file, entry.place) in told:
            continue
        told.add((entry.policy.origin.file, entry.place))
        yield from _names(entry, products, others, observed)
        yield from _growth(entry)
    yield from _doses(merged)
    yield from _defaults(merged)


def _names(entry: Entry, products: set[str], others: set[str], observed: set[str]) -> Iterator[Fault]:
    known = {"products": products, "given": products, "after": products, "others": others}
    sightings = ("observed", "observations", "observation", "dose_since", "last_event")
    for place, name, value in _walk(entry.raw, entry.place):
        if name in known:
            yield from _unknown(entry, place, value, known[name], Text("产品", "product"))
        elif name in sightings:
            yield from _unknown(entry, place, value, observed, Text("情况", "observation"))


def _walk(raw: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, str, str]]:
    """Every single word in the row with its place and the field it stands in."""
    for name, value in raw.items():
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            here: Place = (*place, name, at) if isinstance(value, list) else (*place, name)
            if isinstance(item, Mapping):
                yield from _walk(item, here)
            elif isinstance(item, str):
                yield here, str(name), item


def _unknown(entry: Entry, place: Place, value: str, known: set[str], kind: Text) -> Iterator[Fault]:
    if value in known:
        return
    near = difflib.get_close_matches(value, known, n=1)
    field = "vaccines" if kind.en == "product" else "observations"
    hint = (
        Text(f"是否应为 {near[0]}", f"Is {near[0]} meant")
        if near
        else Text(
            f"先在本文件或更早政策的 {field} 中登记",
            f"Declare it first under {field}, here or in an earlier policy",
        )
    )
    yield entry.policy.origin.fault(
        place, Text(f"没有{kind.zh} {value}", f"there is no {kind.en} {value}"), hint
    )


def _growth(entry: Entry) -> Iterator[Fault]:
    for names in (_GROWING, ("begin_age", "end_age"), ("age_from", "age_before")):
        for place, raw in _holders(entry.raw, entry.place):
            given = [
                (name, add_period(_ANY_DAY, raw[name])) for name in names if isinstance(raw.get(name), str)
            ]
            for (low, low_day), (high, high_day) in pairwise(given):
                if high_day < low_day:
                    yield entry.policy.origin.fault(
                        (*place, high),
                        Text(f"{high} 短于 {low}", f"{high} is shorter than {low}"),
                        Text("时长应逐项不减", "The periods must not shrink in this order"),
                    )
    until = entry.raw.get("effective_until")
    if (
        until is not None
        and entry.effective_on is not None
        and date.fromisoformat(until) < entry.effective_on
    ):
        yield entry.policy.origin.fault(
            (*entry.place, "effective_until"),
            Text("结束日早于开始日", "the last day is before the first"),
            Text("改正其中一个日期", "Put one of the two right"),
        )


def _holders(raw: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    yield place, raw
    for name, value in raw.items():
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, Mapping):
                yield from _holders(item, (*place, name, at) if isinstance(value, list) else (*place, name))


def _doses(merged: Merged) -> Iterator[Fault]:
    for code, raw in merged.series.items():
        policy: PolicyFile = raw["policy"]
        numbers = sorted(number for series, number in merged.stages if series == code)
        if numbers != list(range(1, len(numbers) + 1)):
            missing = min(set(range(1, numbers[-1])) - set(numbers))
            yield policy.origin.fault(
                (*raw["place"], "doses"),
                Text(f"程序 {code} 缺少第{missing}剂", f"series {code} has no dose {missing}"),
                Text("剂次从1起连续编号", "Number the doses 1, 2, 3 without gaps"),
            )
        for number in numbers:
            yield from _dose(merged, policy, raw["place"], code, number)


def _dose(merged: Merged, policy: PolicyFile, place: Place, code: str, number: int) -> Iterator[Fault]:
    here = [entry for entry in merged.entries if (entry.series, entry.dose) == (code, number)]
    own = next((entry.policy for entry in reversed(here) if entry.place[0] == "series"), policy)
    where = next(
        (entry.place[:4] for entry in reversed(here) if entry.place[0] == "series"), (*place, "doses")
    )
    if not any(entry.kind == "preferable" for entry in here):
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有可用产品", f"dose {number} has no product"),
            Text("写上 preferable", "Give it preferable"),
        )
    timed = [row for row in here if row.kind == "intervals" and "minimum" in row.raw]
    if number > 1 and not timed:
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有最短间隔", f"dose {number} has no minimum interval"),
            Text("写上 intervals，含 minimum", "Give it intervals with a minimum"),
        )


def _defaults(merged: Merged) -> Iterator[Fault]:
    chosen = [(code, raw) for code, raw in merged.series.items() if raw.get("default")]
    for code, raw in chosen[1:]:
        policy: PolicyFile = raw["policy"]
        yield policy.origin.fault(
            (*raw["place"], "default"),
            Text(f"默认程序已是 {chosen[0][0]}", f"{chosen[0][0]} is the default already"),
            Text(f"删去 {code} 的 default", f"Delete the default of {code}"),
        )
