"""What is worked on while one person is assessed: `Case` (facts and look-ups) and `Progress` (one series so far).

4.2 Organize Immunization History: `open_case` sorts the doses by day and breaks them into antigens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from vaxkit.immunization.answers import Because, DoseStatus, Param, TrailStep
from vaxkit.immunization.compiled import CompiledAntigen, CompiledRules, CompiledSeries
from vaxkit.immunization.model import Basis, Season
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.immunization.when import Facts

_YEAR_BEFORE = Period(months=-12)
_DAY = timedelta(days=1)
BEGINNING = date(1900, 1, 1)
END = date(2999, 12, 31)


@dataclass(slots=True)
class Judged:
    """One antigen administered record after evaluation. `number` is the target dose it satisfied; `inadvertent` marks
    a vaccine never meant for the target dose; `numbered` is whether it counts for the number of the next dose (one of
    an earlier season does not)."""

    dose: GivenDose
    status: DoseStatus
    reasons: tuple[Because, ...]
    number: int | None = None
    inadvertent: bool = False
    numbered: bool = True


@dataclass(slots=True)
class Progress:
    """One patient series while doses are evaluated. `position` is the index of the current target dose; beyond the
    last when the series is exhausted. `satisfied` holds (target dose number, dose), `known` what conditions were last told."""

    series: CompiledSeries
    judged: list[Judged] = field(default_factory=list)
    position: int = 0
    skipped: int = 0
    satisfied: list[tuple[int, Judged]] = field(default_factory=list)
    trail: list[TrailStep] | None = None
    known: tuple[tuple[date, str | None, int, int], Facts] | None = None

    @property
    def exhausted(self) -> bool:
        return self.position >= len(self.series.doses)


@dataclass(slots=True)
class Case:
    """One person on one day under one rule set. `history` is every dose in order of day; `active` are the observations
    that apply on `on`, by code."""

    rules: CompiledRules
    patient: Patient
    on: date
    history: tuple[GivenDose, ...]
    records: dict[str, tuple[GivenDose, ...]]
    active: dict[str, Observation]
    unknown: tuple[str, ...]
    with_trail: bool
    ages: dict[Period, date] = field(default_factory=dict)
    observed: dict[date, dict[str, date | None]] = field(default_factory=dict)

    def age_on(self, age: Period) -> date:
        """The day on which the patient reaches `age` (CALCDTAGE-1 to -5)."""
        found = self.ages.get(age)
        if found is None:
            found = self.ages[age] = add_period(self.patient.birth_on, age)
        return found

    def within(self, begin: Period | None, end: Period | None, on: date) -> bool:
        """Whether `on` lies from the begin age to before the end age; None is without limit."""
        return (begin is None or self.age_on(begin) <= on) and (end is None or on < self.age_on(end))

    def because(self, code: str, basis: Basis | None = None, **params: Param | None) -> Because:
        """An explanation with the document behind it, where the rule names one, and the name of a vaccine beside its
        code."""
        source = self.rules.rules.documents.get(basis.document) if basis is not None else None
        facts: dict[str, Param] = {name: value for name, value in params.items() if value is not None}
        vaccine = self.rules.rules.vaccines.get(str(facts.get("vaccine", "")))
        if vaccine is not None:
            facts["vaccine_zh"] = vaccine.text.zh if vaccine.text is not None else vaccine.title
            facts["vaccine_en"] = vaccine.text.en if vaccine.text is not None else vaccine.title
        return Because(code, facts, source, basis)


@dataclass(slots=True)
class AntigenCase:
    """The part of a case that concerns one antigen. `outcomes` are filled by `forecasting.outcome_of`, `replaced` by
    `selection.best_series`: routine series that would be best if no risk series replaced them."""

    case: Case
    antigen: CompiledAntigen
    records: tuple[GivenDose, ...]
    relevant: tuple[CompiledSeries, ...] = ()
    outcomes: dict[str, object] = field(default_factory=dict)
    in_work: set[str] = field(default_factory=set)
    replaced: tuple[object, ...] = ()


def in_force(effective_on: date | None, cessation_on: date | None, on: date) -> bool:
    """Table 3-5 (RELEVANT-1, RELEVANT-2): whether a rule holds on the day of the dose or of the assessment."""
    return (effective_on is None or effective_on <= on) and (cessation_on is None or on <= cessation_on)


def season_of(season: Season | None, on: date) -> Season | None:
    """The season that matters on a day: that of the rules, or on earlier days the same months of the year asked about. A
    release holds only the season of its own year. One without an end, or that lasts all year, is that of one formula only."""
    if season is None or season.begin_on is None or season.end_on is None:
        return season
    begin, end = season.begin_on, season.end_on
    if add_period(end, _YEAR_BEFORE) + _DAY >= begin:
        return season
    while begin.year > 1900 and (last := add_period(end, _YEAR_BEFORE)) >= on:
        begin, end = add_period(begin, _YEAR_BEFORE), last
    return Season(begin, end)


def open_case(
    rules: CompiledRules, patient: Patient, doses: Iterable[GivenDose], on: date, *, with_trail: bool = False
) -> Case:
    """4.2 Organize Immunization History: doses in order of day, each under the antigens it holds at that age."""
    history = tuple(sorted(doses, key=lambda dose: (dose.on, dose.id, dose.vaccine)))
    case = Case(
        rules=rules,
        patient=patient,
        on=on,
        history=history,
        records={},
        active={row.code: row for row in _latest_last(patient.observations) if row.applies(on)},
        unknown=tuple(sorted({dose.vaccine for dose in history} - rules.rules.vaccines.keys())),
        with_trail=with_trail,
    )
    records: dict[str, list[GivenDose]] = {}
    for dose in history:
        vaccine = rules.rules.vaccines.get(dose.vaccine)
        for held in vaccine.associations if vaccine is not None else ():
            if case.within(held.begin_age, held.end_age, dose.on):
                records.setdefault(held.antigen, []).append(dose)
    case.records = {antigen: tuple(rows) for antigen, rows in records.items()}
    return case


def _latest_last(observations: Iterable[Observation]) -> list[Observation]:
    return sorted(observations, key=lambda row: (row.on or BEGINNING, row.until or END))
