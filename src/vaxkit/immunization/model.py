"""The rules of immunization as data, in the shape of CDC's CDSi supporting data.

    RuleSet   antigens, vaccine groups, vaccines, conflicts between vaccines, observations, documents
    Antigen   series, contraindications, evidence of immunity
    Series    one path of doses (standard, risk, evaluation only) with what decides when it is the best path
    SeriesDose  ages, intervals, vaccines, conditional skips, season: everything about one target dose

Read from CDC's XML (`vaxkit.ruledata.cdsi`) or from policies written as YAML (`vaxkit.ruledata`). Vaccines are
code strings: CVX in CDC's data, product codes in ours. Ages and intervals are `Period`s; None means that the
data give no such rule. `effective_on` and `cessation_on` are both the first and the last day on which a rule holds;
None means without limit. `when` limits a row to some people (see `When`; None: everybody). `basis` names the document
behind a rule by its key in `RuleSet.documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vaxkit.immunization.periods import Period
from vaxkit.immunization.when import When
from vaxkit.vocabulary import Source, Text


class SeriesKind(StrEnum):
    STANDARD = "standard"
    RISK = "risk"
    EVALUATION_ONLY = "evaluation only"


class SkipContext(StrEnum):
    """When a conditional skip is asked: while judging doses, while forecasting, or both."""

    EVALUATION = "evaluation"
    FORECAST = "forecast"
    BOTH = "both"


class SkipKind(StrEnum):
    AGE = "age"
    COMPLETED_SERIES = "completed series"
    INTERVAL = "interval"
    VACCINE_COUNT = "vaccine count"


class CountLogic(StrEnum):
    GREATER_THAN = "greater than"
    EQUAL_TO = "equal to"
    LESS_THAN = "less than"


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a rule exists: `document` is a key of `RuleSet.documents`, `clause` its place there, `mark` the
    evidence (V, 2 or M; "" means the mark of the document)."""

    document: str
    clause: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Ages of one target dose. A dose before `absolute_minimum` or from `maximum` on does not count."""

    absolute_minimum: Period | None = None
    minimum: Period | None = None
    earliest_recommended: Period | None = None
    latest_recommended: Period | None = None
    maximum: Period | None = None
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """A wait before a target dose, counted from one of four points: the previous dose given, the dose that
    satisfied target dose `from_target_dose`, the most recent dose of the vaccines `from_most_recent`, or the day
    of the observation `from_observation`. `overrides`: its dates win over those of the other intervals."""

    from_previous: bool = False
    from_target_dose: int | None = None
    from_most_recent: frozenset[str] = frozenset()
    from_observation: str | None = None
    absolute_minimum: Period | None = None
    minimum: Period | None = None
    earliest_recommended: Period | None = None
    latest_recommended: Period | None = None
    overrides: bool = False
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class VaccineRule:
    """A vaccine that suits (preferable, allowable) or never suits (inadvertent) a target dose, from `begin_age` to
    below `end_age`. `maker` "" means any; `forecast`: to be named in a forecast. `volume` is millilitres as text. `is_limited`:
    to some days or some people."""

    vaccine: str
    title: str = ""
    begin_age: Period | None = None
    end_age: Period | None = None
    trade_name: str = ""
    maker: str = ""
    volume: str = ""
    forecast: bool = False
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None
    when: When | None = None

    @property
    def is_limited(self) -> bool:
        return (self.effective_on, self.cessation_on, self.when) != (None, None, None)


@dataclass(frozen=True, slots=True)
class SkipCondition:
    """One condition of a conditional skip. Ages and days bound the doses that are counted (or, for SkipKind.AGE,
    the age reached); `valid_only` counts doses that counted, else all; `vaccines` empty means all vaccines."""

    kind: SkipKind
    begin_on: date | None = None
    end_on: date | None = None
    begin_age: Period | None = None
    end_age: Period | None = None
    interval: Period | None = None
    dose_count: int | None = None
    count_logic: CountLogic | None = None
    valid_only: bool = False
    vaccines: frozenset[str] = frozenset()
    series_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SkipSet:
    """Conditions that together (`every`: all of them, else any of them) make a set met. `completes`: the dose is not
    needed because its course is complete without it (else it is merely not offered)."""

    conditions: tuple[SkipCondition, ...]
    every: bool = True
    description: str = ""
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None
    when: When | None = None
    completes: bool = False


@dataclass(frozen=True, slots=True)
class ConditionalSkip:
    """A target dose is skipped when the sets are met (`every`: all of them, else any of them)."""

    context: SkipContext
    sets: tuple[SkipSet, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Season:
    """The days between which a target dose is recommended; either end may be open."""

    begin_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class SeriesDose:
    """One target dose of a series. `recurring`: the same dose is due again and again."""

    number: int
    ages: tuple[AgeRule, ...] = ()
    intervals: tuple[IntervalRule, ...] = ()
    allowable_intervals: tuple[IntervalRule, ...] = ()
    preferable: tuple[VaccineRule, ...] = ()
    allowable: tuple[VaccineRule, ...] = ()
    inadvertent: tuple[VaccineRule, ...] = ()
    skips: tuple[ConditionalSkip, ...] = ()
    recurring: bool = False
    season: Season | None = None
    title: Text | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Indication:
    """An observation that makes a risk series relevant, from `begin_age` to below `end_age`."""

    observation: str
    title: str = ""
    description: str = ""
    begin_age: Period | None = None
    end_age: Period | None = None
    guidance: str = ""
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class SelectSeries:
    """What decides which series is best (chapter 8). `priority` "A" is first; `preference` 1 is first, None has
    no preference."""

    group: str = "1"
    group_name: str = "Standard"
    priority: str = "A"
    preference: int | None = None
    default: bool = False
    product_path: bool = False
    minimum_age_to_start: Period | None = None
    maximum_age_to_start: Period | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One path of doses for one antigen. `name` is unique within the antigen. `genders` empty means all.
    `equivalent_groups`: groups of series of this antigen whose completion makes this one needless."""

    name: str
    antigen: str
    group: str
    doses: tuple[SeriesDose, ...]
    kind: SeriesKind = SeriesKind.STANDARD
    select: SelectSeries = field(default_factory=SelectSeries)
    genders: frozenset[str] = frozenset()
    equivalent_groups: frozenset[str] = frozenset()
    indications: tuple[Indication, ...] = ()
    guidance: tuple[str, ...] = ()
    title: Text | None = None
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class ContraindicatedVaccine:
    vaccine: str
    title: str = ""
    begin_age: Period | None = None
    end_age: Period | None = None


@dataclass(frozen=True, slots=True)
class Contraindication:
    """An observation that bars the whole antigen (`vaccines` empty) or the vaccines named. `deferral`: it bars for a
    time only, to be looked at again `review_after` the day of the observation."""

    observation: str
    title: str = ""
    text: Text | None = None
    guidance: str = ""
    begin_age: Period | None = None
    end_age: Period | None = None
    vaccines: tuple[ContraindicatedVaccine, ...] = ()
    deferral: bool = False
    review_after: Period | None = None
    effective_on: date | None = None
    cessation_on: date | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class BirthImmunity:
    """Those born before `born_before` (in `country`, "" anywhere) are immune unless an observation in `exclusions`
    applies."""

    born_before: date
    country: str = ""
    exclusions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Immunity:
    """Evidence of immunity: observations (code -> title) or a day of birth."""

    observations: Mapping[str, str]
    births: tuple[BirthImmunity, ...] = ()


@dataclass(frozen=True, slots=True)
class Antigen:
    name: str
    series: tuple[Series, ...]
    contraindications: tuple[Contraindication, ...] = ()
    vaccine_contraindications: tuple[Contraindication, ...] = ()
    immunity: Immunity | None = None


@dataclass(frozen=True, slots=True)
class VaccineGroup:
    """A group that is asked for and forecast as one. `administer_full`: all its antigens are given together even when
    one alone is due."""

    name: str
    antigens: tuple[str, ...]
    administer_full: bool = False
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """A vaccine holds `antigen` for persons from `begin_age` to below `end_age`."""

    antigen: str
    begin_age: Period | None = None
    end_age: Period | None = None


@dataclass(frozen=True, slots=True)
class Vaccine:
    code: str
    title: str
    associations: tuple[Association, ...]
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class VaccineConflict:
    """`current` given from `begin` to before `end` after `previous` does not count; `minimum_end` replaces `end` when
    `previous` did count."""

    previous: str
    current: str
    begin: Period
    minimum_end: Period
    end: Period
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class CodedValue:
    code: str
    system: str
    text: str


@dataclass(frozen=True, slots=True)
class ObservationKind:
    """What can be observed about a person: a condition, an exposure, a reaction, a wish."""

    code: str
    title: str
    group: str = ""
    indication_text: str = ""
    contraindication_text: str = ""
    clarifying_text: str = ""
    coded_values: tuple[CodedValue, ...] = ()
    text: Text | None = None


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Everything one assessment goes by. Compared and hashed by identity, so that what is derived from it can be
    kept. `documents` explains every `Basis`; `code` and `version` name the set on screens and in records."""

    code: str
    version: str
    antigens: Mapping[str, Antigen]
    groups: Mapping[str, VaccineGroup]
    vaccines: Mapping[str, Vaccine]
    conflicts: tuple[VaccineConflict, ...] = ()
    observations: Mapping[str, ObservationKind] = field(default_factory=dict)
    documents: Mapping[str, Source] = field(default_factory=dict)
    title: Text | None = None
