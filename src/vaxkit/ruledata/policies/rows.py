"""Rows of a dose turned into the engine's model, each with the statement it stands for (`Told`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vaxkit.immunization.describing import described
from vaxkit.immunization.model import (
    AgeRule,
    Basis,
    ConditionalSkip,
    CountLogic,
    IntervalRule,
    Season,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.immunization.policy import Statement
from vaxkit.immunization.when import When
from vaxkit.ruledata.policies.merging import Entry, Merged
from vaxkit.ruledata.policies.reading import day_of, source_of, text_of
from vaxkit.vocabulary import Source, Text

_AGES = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended", "maximum")
_KINDS = {
    "age": SkipKind.AGE,
    "interval": SkipKind.INTERVAL,
    "vaccine-count": SkipKind.VACCINE_COUNT,
    "completed-series": SkipKind.COMPLETED_SERIES,
}


@dataclass(slots=True)
class Told:
    """The documents and statements behind the rows, collected while rows are built. `titles` are the words of products."""

    documents: dict[str, Source] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    targets: dict[str, tuple[str, int]] = field(default_factory=dict)
    merged: Merged = field(default_factory=Merged)
    on: date = date.max
    titles: Mapping[str, Text] = field(default_factory=dict)

    def holds(self, entry: Entry) -> bool:
        """Whether a row whose days the engine does not ask for has not been replaced or ended by the day of the rule set."""
        return entry.until is None or self.on <= entry.until

    def basis(self, entry: Entry) -> Basis:
        """The statement of a row, and what names it."""
        key = f"{entry.policy.code}/{entry.rule}"
        source = source_of(entry.raw.get("source", {}), entry.policy.source)
        self.documents[key] = source
        facts = facts_of(entry.raw)
        self.statements.append(
            Statement(
                rule=entry.rule,
                kind=entry.kind,
                text=words(entry) or described(entry.kind, facts, self.titles),
                source=source,
                policy=entry.policy.code,
                series=entry.series,
                dose=entry.dose,
                stage=self.merged.stages.get((entry.series, entry.dose), ""),
                facts=facts,
                effective_on=entry.effective_on,
                effective_until=entry.until,
            )
        )
        return Basis(document=key, clause=entry.raw.get("source", {}).get("clause", ""), mark=source.mark)


def words(entry: Entry) -> Text | None:
    """A row in its document's words."""
    return text_of(entry.raw["text"]) if "text" in entry.raw else None


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


def period(raw: Mapping[str, Any], name: str) -> Period | None:
    """A length of time, None where the row has none of that name."""
    return Period.parse(raw[name]) if name in raw else None


def when_of(raw: Mapping[str, Any] | None) -> When | None:
    """A condition as the YAML writes it; None when there is none."""
    if raw is None:
        return None
    return When(
        age_from=period(raw, "age_from"),
        age_before=period(raw, "age_before"),
        observed=frozenset(raw.get("observed", ())),
        given=frozenset(raw.get("given", ())),
        after=frozenset(raw.get("after", ())),
        dose_since=raw.get("dose_since", ""),
        last_event=raw.get("last_event", ""),
        anyone=tuple(part for item in raw.get("any", ()) if (part := when_of(item)) is not None),
        but=when_of(raw.get("not")),
    )


def age_rule(entry: Entry, told: Told) -> AgeRule:
    ages = {name: period(entry.raw, name) for name in _AGES}
    return AgeRule(**ages, effective_on=entry.effective_on, cessation_on=entry.until, basis=told.basis(entry))


def interval_rule(entry: Entry, told: Told) -> IntervalRule:
    since = entry.raw["from"]
    named = since if isinstance(since, Mapping) else {}
    when = when_of(entry.raw.get("when"))
    if "observation" in named and "earlier_doses" not in named:
        # An infection that came after a dose says nothing about that dose.
        known = When(observed=frozenset({named["observation"]}))
        when = known if when is None else When(observed=known.observed, anyone=(when,))
    return IntervalRule(
        from_previous=since == "previous",
        from_target_dose=named.get("dose"),
        from_most_recent=frozenset(named.get("products", ())),
        from_observation=named.get("observation"),
        absolute_minimum=period(entry.raw, "absolute_minimum"),
        minimum=period(entry.raw, "minimum"),
        earliest_recommended=period(entry.raw, "earliest_recommended"),
        latest_recommended=period(entry.raw, "latest_recommended"),
        overrides="priority" in entry.raw,
        effective_on=entry.effective_on,
        cessation_on=entry.until,
        basis=told.basis(entry),
        when=when,
    )


def season_of(entry: Entry, told: Told) -> Season:
    told.basis(entry)
    return Season(day_of(entry.raw.get("begin_on")), day_of(entry.raw.get("end_on")))


def vaccine_rules(entry: Entry, told: Told, *, offered: bool) -> Iterable[VaccineRule]:
    """A row of products: one rule for each. What a product says of itself goes before what the row says."""
    basis = told.basis(entry)
    for item in entry.raw["products"]:
        own = {**entry.raw, **(item if isinstance(item, Mapping) else {"product": item})}
        yield VaccineRule(
            vaccine=own["product"],
            title=own.get("title", ""),
            begin_age=period(own, "begin_age"),
            end_age=period(own, "end_age"),
            trade_name=own.get("trade_name", ""),
            maker=own.get("maker", ""),
            volume=own.get("volume", ""),
            forecast=offered and is_yes(own.get("offered", True)),
            effective_on=entry.effective_on,
            cessation_on=entry.until,
            basis=basis,
            when=when_of(entry.raw.get("when")),
        )


def is_yes(value: object) -> bool:
    """A yes as YAML gives it here: as a word."""
    return value in (True, "true")


def skip_of(entry: Entry, told: Told) -> ConditionalSkip:
    raw, basis = entry.raw, told.basis(entry)
    text = words(entry)
    told_so = raw.get("description") or (text.en if text is not None else "")
    sets = tuple(
        SkipSet(
            conditions=tuple(condition_of(row) for row in item.get("conditions", ())),
            every=item.get("logic", "all") == "all",
            description=item.get("description", told_so if item is raw else ""),
            effective_on=_later(item, entry) if item is not raw else entry.effective_on,
            cessation_on=_sooner(item, entry) if item is not raw else entry.until,
            basis=basis,
            when=when_of(item.get("when")),
            completes=bool(raw.get("completes")),
        )
        for item in raw.get("sets", (raw,))
    )
    return ConditionalSkip(SkipContext(raw["context"]), sets, every=raw.get("sets_logic") == "all")


def _later(item: Mapping[str, Any], entry: Entry) -> date | None:
    said = item.get("effective_on")
    own = day_of(said) if said not in (None, "any") else None
    return max((day for day in (own, entry.effective_on) if day is not None), default=None)


def _sooner(item: Mapping[str, Any], entry: Entry) -> date | None:
    own = day_of(item.get("effective_until"))
    return min((day for day in (own, entry.until) if day is not None), default=None)


def condition_of(raw: Mapping[str, Any]) -> SkipCondition:
    """A condition of a skip, as in CDSi."""
    return SkipCondition(
        kind=_KINDS[raw["type"]],
        begin_on=day_of(raw.get("begin_on")),
        end_on=day_of(raw.get("end_on")),
        begin_age=period(raw, "begin_age"),
        end_age=period(raw, "end_age"),
        interval=period(raw, "interval"),
        dose_count=raw.get("dose_count"),
        count_logic=CountLogic(raw["count_logic"]) if "count_logic" in raw else None,
        valid_only=bool(raw.get("valid_only")),
        vaccines=frozenset(raw.get("products", ())),
        series_groups=frozenset(raw.get("series_groups", ())),
    )
