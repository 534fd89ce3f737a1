"""A rule set turned into look-ups, once: `compiled(rules)`.

Nothing is decided here; it only saves the evaluator from searching lists. Kept as long as the rule set lives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from vaxkit.immunization.model import (
    Antigen,
    ConditionalSkip,
    Contraindication,
    RuleSet,
    Series,
    SeriesDose,
    SkipContext,
    VaccineConflict,
    VaccineRule,
)

_KEPT: WeakKeyDictionary[RuleSet, CompiledRules] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class CompiledDose:
    """One target dose with its vaccines by code and its skips by context."""

    rule: SeriesDose
    preferable: dict[str, tuple[VaccineRule, ...]]
    allowable: dict[str, tuple[VaccineRule, ...]]
    inadvertent: frozenset[str]
    evaluation_skips: tuple[ConditionalSkip, ...]
    forecast_skips: tuple[ConditionalSkip, ...]


@dataclass(frozen=True, slots=True)
class CompiledSeries:
    rule: Series
    doses: tuple[CompiledDose, ...]


@dataclass(frozen=True, slots=True)
class CompiledAntigen:
    rule: Antigen
    series: tuple[CompiledSeries, ...]
    barred: dict[str, tuple[Contraindication, ...]]
    barred_vaccines: dict[str, tuple[Contraindication, ...]]


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """`conflicts` by the impacted (later) vaccine, `group_of_antigen` by antigen."""

    rules: RuleSet
    antigens: dict[str, CompiledAntigen]
    group_of_antigen: dict[str, str]
    conflicts: dict[str, tuple[VaccineConflict, ...]]


def compiled(rules: RuleSet) -> CompiledRules:
    """The look-ups of `rules`, made at the first call."""
    kept = _KEPT.get(rules)
    if kept is None:
        kept = _KEPT[rules] = _compile(rules)
    return kept


def _compile(rules: RuleSet) -> CompiledRules:
    conflicts: dict[str, list[VaccineConflict]] = {}
    for conflict in rules.conflicts:
        conflicts.setdefault(conflict.current, []).append(conflict)
    return CompiledRules(
        rules=rules,
        antigens={name: _antigen(antigen) for name, antigen in rules.antigens.items()},
        group_of_antigen={
            antigen: group.name for group in rules.groups.values() for antigen in group.antigens
        },
        conflicts={vaccine: tuple(rows) for vaccine, rows in conflicts.items()},
    )


def _antigen(antigen: Antigen) -> CompiledAntigen:
    return CompiledAntigen(
        rule=antigen,
        series=tuple(_series(series) for series in antigen.series),
        barred=_by_observation(antigen.contraindications),
        barred_vaccines=_by_observation(antigen.vaccine_contraindications),
    )


def _by_observation(rows: Iterable[Contraindication]) -> dict[str, tuple[Contraindication, ...]]:
    found: dict[str, tuple[Contraindication, ...]] = {}
    for row in rows:
        found[row.observation] = (*found.get(row.observation, ()), row)
    return found


def _series(series: Series) -> CompiledSeries:
    return CompiledSeries(series, tuple(_dose(dose) for dose in series.doses))


def _dose(dose: SeriesDose) -> CompiledDose:
    return CompiledDose(
        rule=dose,
        preferable=_by_vaccine(dose.preferable),
        allowable=_by_vaccine(dose.allowable),
        inadvertent=frozenset(row.vaccine for row in dose.inadvertent),
        evaluation_skips=tuple(skip for skip in dose.skips if skip.context is not SkipContext.FORECAST),
        forecast_skips=tuple(skip for skip in dose.skips if skip.context is not SkipContext.EVALUATION),
    )


def _by_vaccine(rows: Iterable[VaccineRule]) -> dict[str, tuple[VaccineRule, ...]]:
    found: dict[str, tuple[VaccineRule, ...]] = {}
    for row in rows:
        found[row.vaccine] = (*found.get(row.vaccine, ()), row)
    return found
