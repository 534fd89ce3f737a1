"""What no schema can see: names that nothing defines, doses that leave gaps, periods that do not grow (`check`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from vaxkit.faults import Fault, Path, nearest
from vaxkit.immunization.periods import Period, add_period
from vaxkit.ruledata.policies.diseases import Diseases
from vaxkit.ruledata.policies.merging import Entry, Merged, home
from vaxkit.ruledata.policies.reading import PolicyFile
from vaxkit.vocabulary import Text

_GROWING = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")
_PERIODS = (
    *_GROWING, "begin_age", "end_age", "age_from", "age_before", "review_after", "interval", "begin", "end", "minimum_end",
    "minimum_age_to_start", "maximum_age_to_start",
)  # fmt: skip
_ORDERS = (
    _GROWING, ("begin_age", "end_age"), ("age_from", "age_before"), ("begin", "minimum_end", "end"),
    ("minimum_age_to_start", "maximum_age_to_start"),
)  # fmt: skip
#: The columns that belong to a condition of a skip; of those in the second list one must be there.
_CONDITIONS = {
    "age": (("begin_age", "end_age"), ("begin_age", "end_age")),
    "interval": (("interval",), ("interval",)),
    "vaccine-count": (
        ("begin_age", "end_age", "begin_on", "end_on", "dose_count", "count_logic", "valid_only", "products"),
        ("count_logic",),
    ),
    "completed-series": (("series_groups",), ("series_groups",)),
}
_ANY_DAY = date(2021, 1, 1)
_LONGEST_DAYS = 200 * 365.25
_TOO_LONG = Text("时长超过200年", "the period is longer than 200 years")
_ORDINARY = Text(
    "写一个平常的时长，如 18 years、3 weeks。", "Write an ordinary one, such as 18 years or 3 weeks."
)
#: What is declared where.
_DECLARED = {
    "product": ("产品", "vaccines"),
    "other vaccine": ("其他疫苗", "others"),
    "observation": ("情况", "observations"),
    "disease": ("疾病", "antigens"),
    "vaccine group": ("疫苗组", "groups"),
}


def check(policies: Sequence[PolicyFile], merged: Merged, diseases: Diseases) -> Iterator[Fault]:
    """Every fault of meaning, in the order of the files."""
    known = _Known.of(policies, diseases)
    told: set[tuple[str, Path]] = set()
    for entry in merged.entries:
        if (entry.policy.origin.file, entry.place) in told:
            continue
        told.add((entry.policy.origin.file, entry.place))
        yield from _names(entry.policy, entry.raw, entry.place, known)
        yield from _references(entry)
        yield from _conditions(entry)
        lengths = list(_lengths(entry.policy, entry.raw, entry.place))
        yield from lengths or _growth(entry)
    for policy in policies:
        for kind in ("others", "vaccines", "groups", "antigens"):
            for at, row in enumerate(policy.raw.get(kind, ())):
                yield from _names(policy, row, (kind, at), known)
                yield from _lengths(policy, row, (kind, at))
        for at, raw in enumerate(policy.raw.get("series", ())):
            whole = {name: value for name, value in raw.items() if name != "doses"}
            yield from _names(policy, whole, ("series", at), known)
            lengths = list(_lengths(policy, whole, ("series", at)))
            yield from lengths or _shrinking(policy, whole, ("series", at))
        for at, row in enumerate(policy.raw.get("contraindications", ())):
            yield from _homeless(policy, merged, known, ("contraindications", at), row.get("antigens"))
        for at, row in enumerate(policy.raw.get("vaccines", ())):
            yield from _homeless(policy, merged, known, ("vaccines", at), row.get("holds"))
    yield from _kinds(policies)
    yield from _doses(merged)
    yield from _risks(merged)
    yield from _ages(merged)
    yield from _defaults(merged)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the policies declare, by kind of name."""

    products: set[str]
    others: set[str]
    observed: set[str]
    antigens: set[str]
    groups: set[str]

    @classmethod
    def of(cls, policies: Sequence[PolicyFile], diseases: Diseases) -> _Known:
        def declared(kind: str) -> set[str]:
            return {row["code"] for policy in policies for row in policy.raw.get(kind, ())}

        groups = {*diseases.groups, *(diseases.group_of(name) for name in diseases.found)}
        return cls(
            declared("vaccines"), declared("others"), declared("observations"), set(diseases.found), groups
        )


def _names(policy: PolicyFile, raw: Mapping[str, Any], at: Path, known: _Known) -> Iterator[Fault]:
    """Words that should be declared somewhere."""
    products = (known.products, "product")
    both, observed = (known.products | known.others, "product"), (known.observed, "observation")
    of = {
        **dict.fromkeys(("products", "product", "given", "after"), products),
        **dict.fromkeys(("previous", "current"), both),
        "others": (known.others, "other vaccine"),
        **dict.fromkeys(
            ("observed", "observations", "observation", "dose_since", "last_event", "unless"), observed
        ),
        **dict.fromkeys(("antigen", "antigens", "holds"), (known.antigens, "disease")),
    }
    for place, name, value in _walk(raw, at):
        if name in of:
            names, kind = of[name]
            yield from _unknown(policy, place, value, names, kind)
        elif name == "group" and len(place) == 3 and place[0] == "series":
            yield from _unknown(policy, place, value, known.groups, "vaccine group")


def _homeless(
    policy: PolicyFile, merged: Merged, known: _Known, place: Path, said: object
) -> Iterator[Fault]:
    """A row that says not which disease it is about, in a file that does not either, where there are others."""
    own = home(policy, merged)
    if said is None and not set(own) <= known.antigens:
        names = ", ".join(sorted(known.antigens))
        name = "holds" if place[0] == "vaccines" else "antigens"
        yield policy.origin.fault(
            place,
            Text("没有说明针对哪种疾病", "it is not said which disease this is about"),
            Text(f"写上 {name}，可用的有：{names}。", f"Give it {name}; there are: {names}."),
        )


def _walk(raw: Mapping[str, Any], place: Path) -> Iterator[tuple[Path, str, str]]:
    """Every single word in the row with its place and the field it stands in."""
    for name, value in raw.items():
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            here: Path = (*place, name, at) if isinstance(value, list) else (*place, name)
            if isinstance(item, Mapping):
                yield from _walk(item, here)
            elif isinstance(item, str):
                yield here, str(name), item


def _unknown(policy: PolicyFile, place: Path, value: str, known: set[str], kind: str) -> Iterator[Fault]:
    if value in known:
        return
    near = difflib.get_close_matches(value, known, n=1)
    word, field = _DECLARED[kind]
    hint = (
        Text(f"是否想写 {near[0]}？", f"Did you mean {near[0]}?")
        if near
        else Text(
            f"先在本文件或更早政策的 {field} 中登记。",
            f"Declare it first under {field}, here or in an earlier policy.",
        )
    )
    yield policy.origin.fault(place, Text(f"没有{word} {value}", f"there is no {kind} {value}"), hint)


def _conditions(entry: Entry) -> Iterator[Fault]:
    """Conditions of skips: columns that their kind does not have, and those without which they say nothing."""
    if entry.kind != "skips":
        return
    for place, raw in _holders(entry.raw, entry.place):
        if len(place) < 2 or place[-2] != "conditions":
            continue
        kind = raw["type"]
        has, needs = _CONDITIONS[kind]
        for name in raw:
            if name != "type" and name not in has:
                yield entry.policy.origin.fault(
                    (*place, name),
                    Text(f"{kind} 条件没有 {name} 这一项", f"a condition of type {kind} has no {name}"),
                    nearest(name, has),
                )
        if not any(name in raw for name in needs):
            yield entry.policy.origin.fault(
                place,
                Text(f"{kind} 条件缺少 {needs[0]}", f"a condition of type {kind} lacks {needs[0]}"),
                Text(f"补上 {' 或 '.join(needs)}。", f"Give it {' or '.join(needs)}."),
            )


def _lengths(policy: PolicyFile, row: Mapping[str, Any], at: Path) -> Iterator[Fault]:
    """Periods that run backwards or that no calendar holds."""
    for place, raw in _holders(row, at):
        for name in _PERIODS:
            value = raw.get(name)
            if not isinstance(value, str):
                continue
            length = Period.parse(value)
            days = length.months * 30.44 + length.days
            if not 0 <= days <= _LONGEST_DAYS:
                what = Text("时长不能为负", "a period cannot be negative") if days < 0 else _TOO_LONG
                yield policy.origin.fault((*place, name), what, _ORDINARY)


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
    yield from _shrinking(entry.policy, entry.raw, entry.place)
    for place, raw in _holders(entry.raw, entry.place):
        begin, end = raw.get("begin_on"), raw.get("end_on")
        if begin is not None and end is not None and end < begin:
            yield _backwards(entry, (*place, "end_on"))
    until = entry.raw.get("effective_until")
    if (
        until is not None
        and entry.effective_on is not None
        and date.fromisoformat(until) < entry.effective_on
    ):
        yield _backwards(entry, (*entry.place, "effective_until"))


def _shrinking(policy: PolicyFile, row: Mapping[str, Any], at: Path) -> Iterator[Fault]:
    """Periods that should grow in their order, and do not."""
    for names in _ORDERS:
        for place, raw in _holders(row, at):
            given = [
                (name, add_period(_ANY_DAY, raw[name])) for name in names if isinstance(raw.get(name), str)
            ]
            for (low, low_day), (high, high_day) in pairwise(given):
                if high_day < low_day:
                    yield policy.origin.fault(
                        (*place, high),
                        Text(f"{high} 短于 {low}", f"{high} is shorter than {low}"),
                        Text("时长应逐项不减。", "The periods must not shrink in this order."),
                    )


def _backwards(entry: Entry, place: Path) -> Fault:
    return entry.policy.origin.fault(
        place,
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
            by, place = _beyond(merged, code, missing)
            yield by.origin.fault(
                (*place, "doses"),
                Text(f"程序 {code} 缺少第{missing}剂", f"series {code} has no dose {missing}"),
                Text("剂次从1起连续编号。", "Number the doses 1, 2, 3 without gaps."),
            )
        for number in numbers:
            yield from _dose(merged, policy, raw["place"], code, number)


def _beyond(merged: Merged, code: str, missing: int) -> tuple[PolicyFile, Path]:
    """The policy that brought the first dose beyond a missing one, and its series there."""
    policy = next(
        merged.introduced[key] for key in sorted(merged.introduced) if key[0] == code and key[1] > missing
    )
    at = next(nth for nth, row in enumerate(policy.raw["series"]) if row["code"] == code)
    return policy, ("series", at)


def _dose(merged: Merged, policy: PolicyFile, place: Path, code: str, number: int) -> Iterator[Fault]:
    here = [entry for entry in merged.of_series.get(code, ()) if entry.dose == number]
    own = next((entry.policy for entry in reversed(here) if entry.place[0] == "series"), policy)
    where = next(
        (entry.place[:4] for entry in reversed(here) if entry.place[0] == "series"), (*place, "doses")
    )
    if not any(entry.kind in ("preferable", "allowable") for entry in here):
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有可用产品", f"dose {number} has no product"),
            Text("写上 preferable。", "Give it preferable."),
        )
    timed = [row for row in here if row.kind == "intervals" and "minimum" in row.raw]
    if number > 1 and not timed and (code, number) not in merged.untimed:
        yield own.origin.fault(
            where,
            Text(f"第{number}剂没有最短间隔", f"dose {number} has no minimum interval"),
            Text("写上 intervals，含 minimum；确实没有间隔要求的写 intervals: []。",
                 "Give it intervals with a minimum, or intervals: [] where there is no wait."),
        )  # fmt: skip


def _risks(merged: Merged) -> Iterator[Fault]:
    """A risk series concerns nobody without an indication."""
    for code, raw in merged.series.items():
        policy: PolicyFile = raw["policy"]
        is_risk, has = raw.get("kind") == "risk", bool(raw.get("indications"))
        if is_risk and not has:
            yield policy.origin.fault(
                (*raw["place"], "kind"),
                Text(f"风险程序 {code} 没有适应对象", f"risk series {code} has no indication"),
                Text("写上 indications。", "Give it indications."),
            )
        elif has and not is_risk:
            yield policy.origin.fault(
                (*raw["place"], "indications"),
                Text("只有风险程序才有 indications", "only a risk series has indications"),
                Text(
                    "写上 kind: risk，或删去 indications。", "Give it kind: risk, or delete the indications."
                ),
            )


def _ages(merged: Merged) -> Iterator[Fault]:
    """Two rows of ages that hold on one day say two things about one dose: only one of them would be heard."""
    by_dose: dict[tuple[str, int], list[Entry]] = {}
    for entry in merged.entries:
        if entry.kind == "ages":
            by_dose.setdefault((entry.series, entry.dose), []).append(entry)
    told: set[tuple[str, Path]] = set()
    for later, earlier in ((one, other) for rows in by_dose.values() for one in rows for other in rows):
        where = (later.policy.origin.file, later.place)
        if earlier is later or earlier.policy.order > later.policy.order or where in told:
            continue
        if earlier.policy is later.policy and earlier.place >= later.place:
            continue
        if _overlap(earlier, later):
            told.add(where)
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
            kind = known.setdefault(row["code"], row.get("kind", "health"))
            if kind != row.get("kind", "health"):
                yield policy.origin.fault(
                    ("observations", at, "kind"),
                    Text(f"{row['code']} 已登记为 {kind}", f"{row['code']} is of kind {kind} already"),
                    Text(f"写 {kind}，或用另一个代码。", f"Write {kind}, or choose another code."),
                )


def _defaults(merged: Merged) -> Iterator[Fault]:
    """One default for each series group of a disease and each person."""
    chosen: list[tuple[str, dict[str, Any]]] = []
    for code, raw in merged.series.items():
        if not raw.get("default"):
            continue
        twin = next((other for other, earlier in chosen if _same_people(raw, earlier)), None)
        chosen.append((code, raw))
        if twin is not None:
            policy: PolicyFile = raw["policy"]
            yield policy.origin.fault(
                (*raw["place"], "default"),
                Text(f"默认程序已是 {twin}", f"{twin} is the default already"),
                Text(f"删去 {code} 的 default。", f"Delete the default of {code}."),
            )


def _same_people(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Two series of the same group that may concern one person. With CDSi's columns of selection a group may have several."""
    if one["select"] and other["select"]:
        return False
    group = [(raw["antigen"], raw["select"].get("group", "1")) for raw in (one, other)]
    genders = [set(raw.get("genders", ())) for raw in (one, other)]
    return group[0] == group[1] and (not all(genders) or not genders[0].isdisjoint(genders[1]))
