"""What no schema can see: names that nothing defines, doses that leave gaps, periods that do not grow (`check`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from vaxkit.faults import Fault, Path, nearest
from vaxkit.immunization.periods import Period, add_period
from vaxkit.ruledata.policies.merging import Entry, Merged
from vaxkit.ruledata.policies.reading import PolicyFile
from vaxkit.vocabulary import Text

_GROWING = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")
_PERIODS = (*_GROWING, "begin_age", "end_age", "age_from", "age_before", "review_after")
_ANY_DAY = date(2021, 1, 1)
_LONGEST_DAYS = 200 * 365.25
_TOO_LONG = Text("时长超过200年", "the period is longer than 200 years")
_ORDINARY = Text(
    "写一个平常的时长，如 18 years、3 weeks。", "Write an ordinary one, such as 18 years or 3 weeks."
)
_DECLARED = {"product": "vaccines", "other vaccine": "others", "observation": "observations"}


def check(policies: Sequence[PolicyFile], merged: Merged) -> Iterator[Fault]:
    """Every fault of meaning, in the order of the files."""
    products = {row["code"] for policy in policies for row in policy.raw.get("vaccines", ())}
    others = {row["code"] for policy in policies for row in policy.raw.get("others", ())}
    observed = {row["code"] for policy in policies for row in policy.raw.get("observations", ())}
    told: set[tuple[str, Path]] = set()
    for entry in merged.entries:
        if (entry.policy.origin.file, entry.place) in told:
            continue
        told.add((entry.policy.origin.file, entry.place))
        yield from _names(entry, products, others, observed)
        yield from _references(entry)
        lengths = list(_lengths(entry))
        yield from lengths or _growth(entry)
    for policy in policies:
        for at, row in enumerate(policy.raw.get("others", ())):
            code = row.get("observation")
            if code is not None and code not in observed:
                yield policy.origin.fault(
                    ("others", at, "observation"),
                    Text(f"没有情况 {code}", f"there is no observation {code}"),
                    nearest(code, sorted(observed)),
                )
    yield from _kinds(policies)
    yield from _doses(merged)
    yield from _ages(merged)
    yield from _defaults(merged)


def _names(entry: Entry, products: set[str], others: set[str], observed: set[str]) -> Iterator[Fault]:
    known = {"products": products, "given": products, "after": products, "others": others}
    sightings = ("observed", "observations", "observation", "dose_since", "last_event")
    for place, name, value in _walk(entry.raw, entry.place):
        if name in known:
            kind = Text("其他疫苗", "other vaccine") if name == "others" else Text("产品", "product")
            yield from _unknown(entry, place, value, known[name], kind)
        elif name in sightings:
            yield from _unknown(entry, place, value, observed, Text("情况", "observation"))


def _walk(raw: Mapping[str, Any], place: Path) -> Iterator[tuple[Path, str, str]]:
    """Every single word in the row with its place and the field it stands in."""
    for name, value in raw.items():
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            here: Path = (*place, name, at) if isinstance(value, list) else (*place, name)
            if isinstance(item, Mapping):
                yield from _walk(item, here)
            elif isinstance(item, str):
                yield here, str(name), item


def _unknown(entry: Entry, place: Path, value: str, known: set[str], kind: Text) -> Iterator[Fault]:
    if value in known:
        return
    near = difflib.get_close_matches(value, known, n=1)
    field = _DECLARED[kind.en]
    hint = (
        Text(f"是否想写 {near[0]}？", f"Did you mean {near[0]}?")
        if near
        else Text(
            f"先在本文件或更早政策的 {field} 中登记。",
            f"Declare it first under {field}, here or in an earlier policy.",
        )
    )
    yield entry.policy.origin.fault(
        place, Text(f"没有{kind.zh} {value}", f"there is no {kind.en} {value}"), hint
    )


def _lengths(entry: Entry) -> Iterator[Fault]:
    """Periods that run backwards or that no calendar holds."""
    for place, raw in _holders(entry.raw, entry.place):
        for name in _PERIODS:
            value = raw.get(name)
            if not isinstance(value, str):
                continue
            length = Period.parse(value)
            days = length.months * 30.44 + length.days
            if not 0 <= days <= _LONGEST_DAYS:
                what = Text("时长不能为负", "a period cannot be negative") if days < 0 else _TOO_LONG
                yield entry.policy.origin.fault((*place, name), what, _ORDINARY)


def _references(entry: Entry) -> Iterator[Fault]:
    """Doses that a row names must come before its own."""
    since = entry.raw.get("from")
    named = [((*entry.place, "same_as_dose"), entry.raw.get("same_as_dose"))]
    if isinstance(since, Mapping):
        named.append(((*entry.place, "from", "dose"), since.get("dose")))
    for place, number in named:
        if isinstance(number, int) and number >= entry.dose:
            yield entry.policy.origin.fault(
                place,
                Text(
                    f"第{number}剂不在第{entry.dose}剂之前", f"dose {number} is not before dose {entry.dose}"
                ),
                Text("写更早的剂次。", "Name an earlier dose."),
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
                        Text("时长应逐项不减。", "The periods must not shrink in this order."),
                    )
    begin, end = entry.raw.get("begin_on"), entry.raw.get("end_on")
    if begin is not None and end is not None and end < begin:
        yield _backwards(entry, "end_on")
    until = entry.raw.get("effective_until")
    if (
        until is not None
        and entry.effective_on is not None
        and date.fromisoformat(until) < entry.effective_on
    ):
        yield _backwards(entry, "effective_until")


def _backwards(entry: Entry, name: str) -> Fault:
    return entry.policy.origin.fault(
        (*entry.place, name),
        Text("结束日早于开始日", "the last day is before the first"),
        Text("改正其中一个日期。", "Put one of the two right."),
    )


def _holders(raw: Mapping[str, Any], place: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
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
                Text("剂次从1起连续编号。", "Number the doses 1, 2, 3 without gaps."),
            )
        for number in numbers:
            yield from _dose(merged, policy, raw["place"], code, number)


def _dose(merged: Merged, policy: PolicyFile, place: Path, code: str, number: int) -> Iterator[Fault]:
    here = [entry for entry in merged.entries if (entry.series, entry.dose) == (code, number)]
    own = next((entry.policy for entry in reversed(here) if entry.place[0] == "series"), policy)
    where = next(
        (entry.place[:4] for entry in reversed(here) if entry.place[0] == "series"), (*place, "doses")
    )
    if not any(entry.kind == "preferable" for entry in here):
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有可用产品", f"dose {number} has no product"),
            Text("写上 preferable。", "Give it preferable."),
        )
    timed = [row for row in here if row.kind == "intervals" and "minimum" in row.raw]
    if number > 1 and not timed:
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有最短间隔", f"dose {number} has no minimum interval"),
            Text("写上 intervals，含 minimum。", "Give it intervals with a minimum."),
        )


def _ages(merged: Merged) -> Iterator[Fault]:
    """Two rows of ages that hold on one day say two things about one dose: only one of them would be heard."""
    rows = [entry for entry in merged.entries if entry.kind == "ages"]
    told: set[Path] = set()
    for later in rows:
        for earlier in rows:
            same = (earlier.series, earlier.dose) == (later.series, later.dose) and earlier is not later
            if not same or earlier.policy.order > later.policy.order or later.place in told:
                continue
            if earlier.policy is later.policy and earlier.place >= later.place:
                continue
            if _overlap(earlier, later):
                told.add(later.place)
                yield later.policy.origin.fault(
                    (*later.place, "rule"),
                    Text(
                        f"第{later.dose}剂同时有两条年龄规则：{earlier.rule}、{later.rule}",
                        f"dose {later.dose} has two rules of age at once: {earlier.rule} and {later.rule}",
                    ),
                    Text(
                        f"改名为 {earlier.rule} 以替换它，或用 ends、effective_until 使其中一条先结束。",
                        f"Call it {earlier.rule} to replace that one, or let one of them end before by ends or effective_until.",
                    ),
                )


def _overlap(one: Entry, other: Entry) -> bool:
    begin = max(one.effective_on or date.min, other.effective_on or date.min)
    return begin <= min(one.until or date.max, other.until or date.max)


def _kinds(policies: Sequence[PolicyFile]) -> Iterator[Fault]:
    """An observation is of one kind: a group, a matter of health or an infection."""
    known: dict[str, str] = {}
    for policy in policies:
        for at, row in enumerate(policy.raw.get("observations", ())):
            kind = known.setdefault(row["code"], row["kind"])
            if kind != row["kind"]:
                yield policy.origin.fault(
                    ("observations", at, "kind"),
                    Text(f"{row['code']} 已登记为 {kind}", f"{row['code']} is of kind {kind} already"),
                    Text(f"写 {kind}，或用另一个代码。", f"Write {kind}, or choose another code."),
                )


def _defaults(merged: Merged) -> Iterator[Fault]:
    chosen = [(code, raw) for code, raw in merged.series.items() if raw.get("default")]
    for code, raw in chosen[1:]:
        policy: PolicyFile = raw["policy"]
        yield policy.origin.fault(
            (*raw["place"], "default"),
            Text(f"默认程序已是 {chosen[0][0]}", f"{chosen[0][0]} is the default already"),
            Text(f"删去 {code} 的 default。", f"Delete the default of {code}."),
        )
