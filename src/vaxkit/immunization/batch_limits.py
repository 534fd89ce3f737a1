"""What of a rule set the batch cannot carry out (`uncovered`), read from the data."""

from __future__ import annotations

from collections.abc import Iterator

from vaxkit.immunization.model import Antigen, IntervalRule, RuleSet, Series, SeriesDose, SeriesKind
from vaxkit.immunization.when import When

INFECTION = "infection"
HIGHEST_NUMBER = 15
MOST_OFFERS = 60


def uncovered(rules: RuleSet, group: str) -> tuple[str, ...]:
    """What the rule set holds that the batch cannot carry out; empty when it covers it. People are then assessed one
    by one. Read from the data, so that a policy with a new feature is never computed wrongly."""
    found: dict[str, None] = {}
    names = rules.groups[group].antigens
    if len(names) != 1:
        found["group of several antigens"] = None
    for name in names:
        antigen = rules.antigens[name]
        found.update(dict.fromkeys(_beyond_antigen(antigen, rules)))
        for series in antigen.series:
            found.update(dict.fromkeys(_beyond_series(series)))
            for dose in series.doses:
                found.update(dict.fromkeys(_beyond_dose(dose)))
        firsts = sum(len(dose.preferable) for series in antigen.series for dose in series.doses[:1])
        if any(
            len(dose.preferable) + firsts > MOST_OFFERS for series in antigen.series for dose in series.doses
        ):
            found[f"more than {MOST_OFFERS} rows of products for a dose"] = None
    return tuple(found)


def _beyond_antigen(antigen: Antigen, rules: RuleSet) -> Iterator[str]:
    if antigen.immunity is not None and (antigen.immunity.observations or antigen.immunity.births):
        yield "evidence of immunity"
    if sum(series.select.default for series in antigen.series) != 1:
        yield "not exactly one default series"
    own = vaccines_of(rules, antigen.name)
    if any(conflict.current in own for conflict in rules.conflicts):
        yield "vaccine conflicts"
    if len(own) > 30 or len(observations_of(rules, antigen)) > 30:
        yield "more than 30 vaccines or observations"
    if any(len(rules.vaccines[code].associations) != 1 for code in own):
        yield "vaccines of several antigens"
    held = [row for code in own for row in rules.vaccines[code].associations]
    if any(row.begin_age is not None or row.end_age is not None for row in held):
        yield "vaccines that hold an antigen at some ages"


def _beyond_series(series: Series) -> Iterator[str]:
    select = series.select
    if series.kind is not SeriesKind.STANDARD:
        yield f"{series.kind} series"
    if series.genders or series.effective_on or series.cessation_on or series.indications:
        yield "series for some people or days only"
    ages_to_start = (select.minimum_age_to_start, select.maximum_age_to_start)
    if select.group != "1" or select.product_path or ages_to_start != (None, None):
        yield "series groups, product paths and ages to start"
    if select.priority != "A" or series.equivalent_groups:
        yield "priorities and equivalent series groups"


def _beyond_dose(dose: SeriesDose) -> Iterator[str]:
    if dose.recurring or dose.season is not None:
        yield "recurring or seasonal doses"
    if dose.allowable_intervals or dose.inadvertent:
        yield "allowable intervals or inadvertent vaccines"
    if any(row.maximum is not None for row in dose.ages):
        yield "maximum ages"
    if any(row.from_most_recent or row.overrides for row in dose.intervals):
        yield "intervals from a product or with priority"
    if any(row.from_observation not in (None, INFECTION) for row in dose.intervals):
        yield "intervals from an observation other than the infection"
    if any(row.from_observation and not _is_known(row) for row in dose.intervals):
        yield "intervals from an observation that doses before it do not keep"
    if any(row.maker or row.trade_name or row.volume for row in (*dose.preferable, *dose.allowable)):
        yield "makers, trade names and volumes"
    for skip in dose.skips:
        if skip.every or any(row.conditions or row.when is None for row in skip.sets):
            yield "conditional skips of CDSi"
    if any(row.earliest_recommended and not (row.minimum or row.absolute_minimum) for row in dose.ages):
        yield "recommended ages without a minimum age"
    if dose.number > HIGHEST_NUMBER:
        yield f"doses beyond number {HIGHEST_NUMBER}"
    if any(code not in ("", INFECTION) for when in _whens(dose) for code in _events(when)):
        yield "conditions on events other than the infection"


def _is_known(row: IntervalRule) -> bool:
    """Whether the interval is asked only of doses after the observation."""
    return row.when is not None and row.when.observed == {row.from_observation}


def vaccines_of(rules: RuleSet, antigen: str) -> tuple[str, ...]:
    """The vaccines that hold the antigen, in the order of the rules."""
    return tuple(
        code
        for code, row in rules.vaccines.items()
        if any(part.antigen == antigen for part in row.associations)
    )


def observations_of(rules: RuleSet, antigen: Antigen) -> tuple[str, ...]:
    """The observations that the rules of an antigen ask about, in the order of the rules."""
    bars = (*antigen.contraindications, *antigen.vaccine_contraindications)
    named = {row.observation for row in bars} | conditions_of(antigen) | {INFECTION}
    return tuple(code for code in rules.observations if code in named)


def conditions_of(antigen: Antigen) -> frozenset[str]:
    """The observations that some condition asks about, the infection apart."""
    return frozenset(
        code
        for series in antigen.series
        for dose in series.doses
        for when in _whens(dose)
        for code in _observed(when)
        if code != INFECTION
    )


def _whens(dose: SeriesDose) -> Iterator[When]:
    whens = [row.when for row in dose.intervals]
    whens += [row.when for row in (*dose.preferable, *dose.allowable)]
    whens += [row.when for skip in dose.skips for row in skip.sets]
    yield from (row for row in whens if row is not None)


def _observed(when: When) -> Iterator[str]:
    yield from when.observed
    for part in (*when.anyone, *((when.but,) if when.but is not None else ())):
        yield from _observed(part)


def _events(when: When) -> Iterator[str]:
    yield from (when.dose_since, when.last_event)
    for part in (*when.anyone, *((when.but,) if when.but is not None else ())):
        yield from _events(part)
