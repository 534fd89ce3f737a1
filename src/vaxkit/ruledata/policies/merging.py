"""Policies laid over each other (`merge`): which row holds from when to when.

A row is known by where it stands (series, dose, kind of row) and by the name of its rule; one without a name is called
after its place in the file. A later policy that has a row of the same name in the same place replaces it: the older one
ceases the day before. One that says `effective_on: any` judges doses given earlier too, so the older row is gone. `ends`
lets a rule cease without a successor. Rows under `stages` stand on every dose of these stages, whichever policy has the
dose, in the series of the diseases that the policy is about (`home`), or in those it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from vaxkit.faults import Fault, Path, nearest
from vaxkit.ruledata.policies.reading import PolicyFile, day_of
from vaxkit.vocabulary import Text

DOSE_KINDS = (
    "ages", "intervals", "allowable_intervals", "preferable", "allowable", "inadvertent", "prefer", "skips", "recurring",
    "seasons",
)  # fmt: skip
TOP_KINDS = ("gaps", "contraindications", "conflicts")
FIRST_STAGE = "primary"
#: What a file is about that names no disease: the campaign of 2020 to 2023.
USUAL = "COVID-19"
_OF_SERIES = (
    "title", "preference", "default", "antigen", "group", "kind", "genders", "indications", "equivalent_groups",
    "guidance", "effective_on", "effective_until",
)  # fmt: skip
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row in one place. `effective_on` None: also for doses given before; `until` None: no end."""

    policy: PolicyFile
    place: Path
    raw: Mapping[str, Any]
    kind: str
    series: str
    dose: int
    effective_on: date | None
    until: date | None

    @property
    def rule(self) -> str:
        return str(self.raw.get("rule") or self._place_name())

    def _place_name(self) -> str:
        """What a row without a name is called: its policy and where it stands there. Two policies never mean the same row."""
        kind, at = self.place[-2:]
        own = f"{str(kind).replace('_', '-')}-{int(at) + 1}"
        if self.place[0] == "series":
            own = f"{plain_name(self.series)}.dose-{self.dose}.{own}"
        elif self.place[0] == "stages":
            own = f"stages-{int(self.place[1]) + 1}.{own}"
        return f"{self.policy.code}.{own}"

    @property
    def key(self) -> tuple[str, int, str, str]:
        return (self.series, self.dose, self.kind, self.rule)


def plain_name(text: str) -> str:
    """Text as a name of small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "series"


@dataclass(slots=True)
class Merged:
    """All policies together: series with all that is said of them as a whole, the stage of every dose and the policy that
    brought it; entries in order, and by series. `untimed`: doses of which a policy says that they have no interval."""

    series: dict[str, dict[str, Any]] = field(default_factory=dict)
    stages: dict[tuple[str, int], str] = field(default_factory=dict)
    introduced: dict[tuple[str, int], PolicyFile] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    of_series: dict[str, list[Entry]] = field(default_factory=dict)
    untimed: set[tuple[str, int]] = field(default_factory=set)


def merge(policies: Sequence[PolicyFile]) -> Merged:
    """The policies, in order of effect, as one. Faults are collected, not raised."""
    merged = Merged()
    for policy in policies:
        _take_series(merged, policy)
    entries = [entry for policy in policies for entry in _entries(merged, policy)]
    merged.entries = _replaced(entries, merged)
    _retired(merged, policies)
    _ended(merged, policies)
    merged.entries = [
        entry
        for entry in merged.entries
        if entry.until is None or entry.effective_on is None or entry.effective_on <= entry.until
    ]
    for entry in merged.entries:
        if entry.series:
            merged.of_series.setdefault(entry.series, []).append(entry)
    return merged


def home(policy: PolicyFile, merged: Merged) -> tuple[str, ...]:
    """The diseases that a file is about: those it declares, else those of its series, else the usual one."""
    series = [
        merged.series.get(row["code"], {}).get("antigen", USUAL) for row in policy.raw.get("series", ())
    ]
    return tuple(dict.fromkeys(policy.declares or series)) or (USUAL,)


def _take_series(merged: Merged, policy: PolicyFile) -> None:
    for index, raw in enumerate(policy.raw.get("series", ())):
        kept = merged.series.setdefault(raw["code"], {"policy": policy, "place": ("series", index)})
        if policy.declares and kept.get("antigen", policy.declares[0]) not in policy.declares:
            merged.faults.append(_of_another(policy, index, raw["code"], kept["antigen"]))
            continue
        kept.update({name: raw[name] for name in _OF_SERIES if name in raw})
        kept["select"] = {**kept.get("select", {}), **raw.get("select", {})}
        if "antigen" not in kept:
            kept["antigen"] = _antigen(merged, policy, index)
        if "title" not in kept:
            merged.faults.append(
                policy.origin.fault(
                    ("series", index, "code"),
                    Text(f"没有程序 {raw['code']}", f"there is no series {raw['code']} yet"),
                    _new_or_one_of(raw["code"], merged),
                )
            )
        for at, dose in enumerate(raw["doses"]):
            merged.introduced.setdefault((raw["code"], dose["number"]), policy)
            if dose.get("intervals") == []:
                merged.untimed.add((raw["code"], dose["number"]))
            named = dose.get("stage")
            stage = merged.stages.setdefault((raw["code"], dose["number"]), named or FIRST_STAGE)
            if named is not None and stage != named:
                merged.faults.append(
                    policy.origin.fault(
                        ("series", index, "doses", at, "stage"),
                        Text(
                            f"第{dose['number']}剂已属于 {stage}",
                            f"dose {dose['number']} is of stage {stage} already",
                        ),
                        Text(f"写 {stage}，或用另一个剂次。", f"Write {stage}, or take another number."),
                    )
                )


def _of_another(policy: PolicyFile, index: int, code: str, antigen: str) -> Fault:
    return policy.origin.fault(
        ("series", index, "code"),
        Text(f"程序 {code} 属于 {antigen}", f"series {code} is against {antigen}"),
        Text(
            "本文件针对别的疾病：另取一个 code。", "This file is about another disease: choose another code."
        ),
    )


def _antigen(merged: Merged, policy: PolicyFile, index: int) -> str:
    """The disease of a series that does not say it: the one that the file is about."""
    declared = policy.declares
    if len(declared) > 1:
        merged.faults.append(
            policy.origin.fault(
                ("series", index),
                Text("没有说明针对哪种疾病", "the series does not say against which disease it is"),
                Text(
                    f"写上 antigen：{'、'.join(declared)} 之一。",
                    f"Give it antigen: one of {', '.join(declared)}.",
                ),
            )
        )
    return declared[0] if declared else USUAL


def _entries(merged: Merged, policy: PolicyFile) -> Iterator[Entry]:
    for kind in TOP_KINDS:
        for index, row in enumerate(policy.raw.get(kind, ())):
            yield _entry(policy, (kind, index), row, kind, "", 0)
    for index, raw in enumerate(policy.raw.get("series", ())):
        for at, dose in enumerate(raw["doses"]):
            place: Path = ("series", index, "doses", at)
            yield from _rows(policy, place, dose, [(raw["code"], dose["number"])])
    own = home(policy, merged)
    for index, block in enumerate(policy.raw.get("stages", ())):
        named = block.get("series")
        unknown = [code for code in named or () if code not in merged.series]
        targets = [
            key
            for key, stage in merged.stages.items()
            if stage in block["stages"]
            and (key[0] in named if named is not None else merged.series[key[0]]["antigen"] in own)
        ]
        if unknown or not targets:
            merged.faults.append(_no_target(policy, index, unknown, merged))
        yield from _rows(policy, ("stages", index), block, targets)


def _rows(
    policy: PolicyFile, place: Path, holder: Mapping[str, Any], targets: Sequence[tuple[str, int]]
) -> Iterator[Entry]:
    for kind in DOSE_KINDS:
        rows = holder.get(kind, [])
        for index, row in enumerate(rows if isinstance(rows, list) else [{}]):  # recurring: true
            for series, dose in targets:
                yield _entry(policy, (*place, kind, index), row, kind, series, dose)


def _entry(
    policy: PolicyFile, place: Path, row: Mapping[str, Any], kind: str, series: str, dose: int
) -> Entry:
    said = row.get("effective_on")
    effective_on = None if said == "any" else (day_of(said) or policy.rows_from)
    until = day_of(row.get("effective_until")) or policy.effective_until
    return Entry(policy, place, row, kind, series, dose, effective_on, until)


def _replaced(entries: Sequence[Entry], merged: Merged) -> list[Entry]:
    """Each row with its end, where a later policy has a row of the same name in the same place."""
    kept: dict[tuple[str, int, str, str], list[Entry]] = {}
    for entry in entries:
        before = kept.setdefault(entry.key, [])
        if before and before[-1].policy is entry.policy:
            merged.faults.append(
                entry.policy.origin.fault(
                    (*entry.place, "rule"),
                    Text(
                        f"规则名 {entry.rule} 在同一处重复",
                        f"the rule name {entry.rule} stands twice in one place",
                    ),
                    Text("每条规则用不同的名称。", "Give every rule a name of its own."),
                )
            )
        elif entry.effective_on is None:
            before.clear()
        elif before:
            before[-1] = _ceasing(before[-1], entry.effective_on - _DAY)
        before.append(entry)
    return [entry for rows in kept.values() for entry in rows]


def _ceasing(entry: Entry, on: date) -> Entry:
    return replace(entry, until=on if entry.until is None else min(on, entry.until))


def _retired(merged: Merged, policies: Sequence[PolicyFile]) -> None:
    """A later version of the same policy replaces the earlier one whole: what it no longer has ceases."""
    latest: dict[str, list[PolicyFile]] = {}
    for policy in policies:
        latest.setdefault(policy.code, []).append(policy)
    for versions in latest.values():
        for older, newer in pairwise(versions):
            merged.entries = [
                _ceasing(entry, newer.effective_on - _DAY) if entry.policy is older else entry
                for entry in merged.entries
            ]


def _ended(merged: Merged, policies: Sequence[PolicyFile]) -> None:
    for policy in policies:
        for index, raw in enumerate(policy.raw.get("ends", ())):
            hit = [
                entry
                for entry in merged.entries
                if entry.rule == raw["rule"] and entry.policy.order < policy.order
            ]
            if not hit:
                names = sorted({entry.rule for entry in merged.entries})
                merged.faults.append(_no_rule(policy, index, raw["rule"], names))
            merged.entries = [
                _ceasing(entry, policy.effective_on - _DAY) if entry in hit else entry
                for entry in merged.entries
            ]


def _no_rule(policy: PolicyFile, index: int, name: str, names: Sequence[str]) -> Fault:
    return policy.origin.fault(
        ("ends", index, "rule"),
        Text(f"更早的政策中没有规则 {name}", f"no earlier policy has a rule {name}"),
        nearest(name, names),
    )


def _no_target(policy: PolicyFile, index: int, unknown: Sequence[str], merged: Merged) -> Fault:
    if unknown:
        return policy.origin.fault(
            ("stages", index, "series"),
            Text(f"没有程序 {'、'.join(unknown)}", f"there is no series {', '.join(unknown)}"),
            nearest(unknown[0], sorted(merged.series)),
        )
    own = home(policy, merged)
    there = sorted({stage for key, stage in merged.stages.items() if merged.series[key[0]]["antigen"] in own})
    return policy.origin.fault(
        ("stages", index, "stages"),
        Text("没有这一阶段的剂次", "no dose is of this stage"),
        nearest("", there),
    )


def _new_or_one_of(code: str, merged: Merged) -> Text:
    """What to do about a series that has no title: it is new, or its name is not quite right."""
    titled = sorted(name for name, row in merged.series.items() if "title" in row)
    new = Text("新建程序请写上 title", "Give a new series a title")
    if not titled:
        return Text(f"{new.zh}。", f"{new.en}.")
    other = nearest(code, titled)
    return Text(f"{new.zh}；否则：{other.zh}", f"{new.en}; else: {other.en}")
