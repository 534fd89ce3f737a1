"""Merged policies turned into the engine's model (`build`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vaxkit.immunization.model import (
    AgeRule,
    Antigen,
    Association,
    Basis,
    ConditionalSkip,
    ContraindicatedVaccine,
    Contraindication,
    IntervalRule,
    ObservationKind,
    Season,
    SelectSeries,
    Series,
    SeriesDose,
    SkipContext,
    SkipSet,
    Vaccine,
    VaccineGroup,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.immunization.policy import Gap, PolicySet, PolicyVersion, Preference, Statement
from vaxkit.immunization.when import When
from vaxkit.ruledata.policies.checking import check
from vaxkit.ruledata.policies.faults import PolicyError
from vaxkit.ruledata.policies.merging import Entry, Merged, merge
from vaxkit.ruledata.policies.reading import PolicyFile, day_of, source_of, text_of
from vaxkit.vocabulary import Source, Text

ANTIGEN = "COVID-19"
_TITLE = Text("新冠病毒疫苗", "COVID-19 vaccine")
_PERIODS = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")


@dataclass(slots=True)
class _Sources:
    """The documents and statements behind the rows, collected while rows are built."""

    documents: dict[str, Source] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    targets: dict[str, tuple[str, int]] = field(default_factory=dict)
    merged: Merged = field(default_factory=Merged)
    on: date = date.max

    def holds(self, entry: Entry) -> bool:
        """Whether a row whose days the engine does not ask for has not been replaced or ended by the day of the rule set."""
        return entry.until is None or self.on <= entry.until

    def basis(self, entry: Entry) -> Basis:
        key = f"{entry.policy.code}/{entry.rule}"
        source = source_of(entry.raw.get("source", {}), entry.policy.source)
        self.documents[key] = source
        self.statements.append(
            Statement(
                rule=entry.rule,
                kind=entry.kind,
                text=text_of(entry.raw["text"]),
                source=source,
                policy=entry.policy.code,
                series=entry.series,
                dose=entry.dose,
                stage=self.merged.stages.get((entry.series, entry.dose), ""),
                facts=facts_of(entry.raw),
                effective_on=entry.effective_on,
                effective_until=entry.until,
            )
        )
        return Basis(document=key, clause=entry.raw.get("source", {}).get("clause", ""), mark=source.mark)


def build(policies: Sequence[PolicyFile], on: date) -> PolicySet:
    """The rule set that the policies, all effective by `on`, make together. Raises PolicyError with every fault."""
    merged = merge(policies)
    faults = [*merged.faults, *check(policies, merged)]
    if faults:
        raise PolicyError(faults)
    told = _Sources(merged=merged, on=on)
    bars = [row for entry in _of(merged, "contraindications") for row in _bars(entry, told)]
    series = tuple(_series(code, raw, merged, told) for code, raw in _in_order(merged))
    observed = [row for policy in policies for row in policy.raw.get("observations", ())]
    others = {row["code"]: row for policy in policies for row in policy.raw.get("others", ())}
    gaps = []
    for entry in _of(merged, "gaps"):
        gaps.append(_gap(entry, told))
        bars.extend(_waits(entry, gaps[-1], others))
    preferences = tuple(_preference(entry, told) for entry in _of(merged, "prefer"))
    return PolicySet(
        code="cn-covid",
        version=max((policy.effective_on for policy in policies), default=on).isoformat(),
        title=_TITLE,
        antigens={
            ANTIGEN: Antigen(
                ANTIGEN,
                series,
                contraindications=tuple(row for row in bars if not row.vaccines),
                vaccine_contraindications=tuple(row for row in bars if row.vaccines),
            )
        },
        groups={ANTIGEN: VaccineGroup(ANTIGEN, (ANTIGEN,), title=_TITLE)},
        vaccines={
            row["code"]: Vaccine(
                row["code"], row["title"]["zh"], (Association(ANTIGEN),), text_of(row["title"])
            )
            for policy in policies
            for row in policy.raw.get("vaccines", ())
        },
        observations={
            row["code"]: ObservationKind(
                row["code"], row["title"]["zh"], row["kind"], text=text_of(row["title"])
            )
            for row in observed
        },
        documents=told.documents,
        on=on,
        policies=tuple(policy_version(policy) for policy in policies),
        statements=tuple(told.statements),
        gaps=tuple(gaps),
        preferences=preferences,
        stages=dict(merged.stages),
        targets=told.targets,
        other_vaccines={code: text_of(row["title"]) for code, row in others.items()},
        observation_kinds={row["code"]: row["kind"] for row in observed},
    )


def when_of(raw: Mapping[str, Any] | None) -> When | None:
    """A condition as the YAML writes it; None when there is none."""
    if raw is None:
        return None
    return When(
        age_from=_period(raw, "age_from"),
        age_before=_period(raw, "age_before"),
        observed=frozenset(raw.get("observed", ())),
        given=frozenset(raw.get("given", ())),
        after=frozenset(raw.get("after", ())),
        dose_since=raw.get("dose_since", ""),
        last_event=raw.get("last_event", ""),
        anyone=tuple(part for item in raw.get("any", ()) if (part := when_of(item)) is not None),
        but=when_of(raw.get("not")),
    )


def facts_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a row as text, for tables and for comparing."""
    told = {name: value for name, value in raw.items() if name not in _NOT_FACTS}
    return {name: _shown(value) for name, value in told.items()}


_NOT_FACTS = ("rule", "text", "source", "effective_on", "effective_until")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_shown(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(f"({_shown(item)})" if isinstance(item, Mapping) else str(item) for item in value)
    return str(value)


def policy_version(policy: PolicyFile) -> PolicyVersion:
    """What a policy says of itself."""
    raw = policy.raw
    return PolicyVersion(
        policy.code,
        raw["version"],
        text_of(raw["title"]),
        policy.effective_on,
        policy.source,
        policy.effective_until,
    )


def _in_order(merged: Merged) -> Iterable[tuple[str, dict[str, Any]]]:
    return sorted(merged.series.items(), key=lambda item: (item[1].get("preference", 999), item[0]))


def _of(merged: Merged, kind: str, series: str | None = None, dose: int = 0) -> list[Entry]:
    """Rows of a kind: of one dose, or of the whole set."""
    return [
        row
        for row in merged.entries
        if row.kind == kind and (series is None or (row.series, row.dose) == (series, dose))
    ]


def _series(code: str, raw: Mapping[str, Any], merged: Merged, told: _Sources) -> Series:
    numbers = sorted(number for series, number in merged.stages if series == code)
    return Series(
        name=code,
        antigen=ANTIGEN,
        group=ANTIGEN,
        doses=tuple(_dose(code, number, merged, told) for number in numbers),
        select=SelectSeries(preference=raw.get("preference"), default=bool(raw.get("default"))),
        title=text_of(raw["title"]),
    )


def _dose(code: str, number: int, merged: Merged, told: _Sources) -> SeriesDose:
    def rows(kind: str) -> list[Entry]:
        return _of(merged, kind, code, number)

    brought = merged.introduced[code, number]
    key = f"{brought.code}/{code}.dose-{number}"
    told.documents[key] = brought.source
    told.targets[key] = (code, number)
    return SeriesDose(
        number=number,
        ages=tuple(_age(entry, told) for entry in rows("ages")),
        intervals=tuple(_interval(entry, told) for entry in rows("intervals")),
        preferable=tuple(
            row for entry in rows("preferable") for row in _vaccines(entry, told, forecast=True)
        ),
        allowable=tuple(row for entry in rows("allowable") for row in _vaccines(entry, told, forecast=False)),
        allowable_intervals=tuple(_interval(entry, told) for entry in rows("allowable_intervals")),
        skips=tuple(_skip(entry, told) for entry in rows("skips")),
        recurring=bool([told.basis(entry) for entry in rows("recurring") if told.holds(entry)]),
        season=next((_season(entry, told) for entry in reversed(rows("seasons")) if told.holds(entry)), None),
        title=Text(f"第{number}剂", f"Dose {number}"),
        basis=Basis(document=key),
    )


def _period(raw: Mapping[str, Any], name: str) -> Period | None:
    return Period.parse(raw[name]) if name in raw else None


def _age(entry: Entry, told: _Sources) -> AgeRule:
    ages = {name: _period(entry.raw, name) for name in _PERIODS}
    return AgeRule(**ages, effective_on=entry.effective_on, cessation_on=entry.until, basis=told.basis(entry))


def _interval(entry: Entry, told: _Sources) -> IntervalRule:
    since = entry.raw["from"]
    named = since if isinstance(since, Mapping) else {}
    when = when_of(entry.raw.get("when"))
    if "observation" in named:  # an infection that came after a dose says nothing about that dose
        known = When(observed=frozenset({named["observation"]}))
        when = known if when is None else When(observed=known.observed, anyone=(when,))
    return IntervalRule(
        from_previous=since == "previous",
        from_target_dose=named.get("dose"),
        from_most_recent=frozenset(named.get("products", ())),
        from_observation=named.get("observation"),
        absolute_minimum=_period(entry.raw, "absolute_minimum"),
        minimum=_period(entry.raw, "minimum"),
        earliest_recommended=_period(entry.raw, "earliest_recommended"),
        latest_recommended=_period(entry.raw, "latest_recommended"),
        effective_on=entry.effective_on,
        cessation_on=entry.until,
        basis=told.basis(entry),
        when=when,
    )


def _season(entry: Entry, told: _Sources) -> Season:
    told.basis(entry)
    return Season(day_of(entry.raw["begin_on"]), day_of(entry.raw.get("end_on")))


def _vaccines(entry: Entry, told: _Sources, *, forecast: bool) -> list[VaccineRule]:
    basis = told.basis(entry)
    return [
        VaccineRule(
            vaccine=product,
            begin_age=_period(entry.raw, "begin_age"),
            end_age=_period(entry.raw, "end_age"),
            forecast=forecast,
            effective_on=entry.effective_on,
            cessation_on=entry.until,
            basis=basis,
            when=when_of(entry.raw.get("when")),
        )
        for product in entry.raw["products"]
    ]


def _skip(entry: Entry, told: _Sources) -> ConditionalSkip:
    row = SkipSet(
        conditions=(),
        description=entry.raw["text"]["en"],
        effective_on=entry.effective_on,
        cessation_on=entry.until,
        basis=told.basis(entry),
        when=when_of(entry.raw["when"]),
        completes=bool(entry.raw.get("completes")),
    )
    return ConditionalSkip(SkipContext(entry.raw["context"]), (row,))


def _bars(entry: Entry, told: _Sources) -> list[Contraindication]:
    basis = told.basis(entry)
    begin, end = _period(entry.raw, "begin_age"), _period(entry.raw, "end_age")
    return [
        Contraindication(
            observation=code,
            title=entry.raw["text"]["zh"],
            text=text_of(entry.raw["text"]),
            begin_age=begin,
            end_age=end,
            vaccines=tuple(ContraindicatedVaccine(product) for product in entry.raw.get("products", ())),
            deferral=bool(entry.raw.get("deferral")),
            review_after=_period(entry.raw, "review_after"),
            effective_on=entry.effective_on,
            cessation_on=entry.until,
            basis=basis,
        )
        for code in entry.raw["observations"]
    ]


def _gap(entry: Entry, told: _Sources) -> Gap:
    told.basis(entry)
    return Gap(
        rule=entry.rule,
        others=frozenset(entry.raw["others"]),
        minimum=Period.parse(entry.raw["minimum"]),
        text=text_of(entry.raw["text"]),
        source=told.statements[-1].source,
        begin_age=_period(entry.raw, "begin_age"),
        end_age=_period(entry.raw, "end_age"),
        effective_on=entry.effective_on,
        cessation_on=entry.until,
    )


def _waits(entry: Entry, gap: Gap, others: Mapping[str, Any]) -> Iterable[Contraindication]:
    """A gap as a deferral, for other vaccines that are known as an observation with its day (of the vaccine)."""
    if gap.minimum.months == gap.minimum.days == 0:
        return
    for code in sorted({others[other].get("observation", "") for other in gap.others} - {""}):
        yield Contraindication(
            observation=code,
            title=gap.text.zh,
            text=gap.text,
            begin_age=gap.begin_age,
            end_age=gap.end_age,
            deferral=True,
            review_after=gap.minimum,
            effective_on=gap.effective_on,
            cessation_on=gap.cessation_on,
            basis=Basis(document=f"{entry.policy.code}/{entry.rule}", mark=gap.source.mark),
        )


def _preference(entry: Entry, told: _Sources) -> Preference:
    told.basis(entry)
    return Preference(
        series=entry.series,
        dose=entry.dose,
        rule=entry.rule,
        text=text_of(entry.raw["text"]),
        same_as_dose=entry.raw.get("same_as_dose"),
        products=tuple(entry.raw.get("products", ())),
        effective_on=entry.effective_on,
        cessation_on=entry.until,
    )
