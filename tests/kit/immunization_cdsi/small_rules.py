"""Small rule sets for tests: one antigen "Pox", vaccines "P" and "Q" that hold it, "X" that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from vaxkit.immunization import Assessment, Forecast, GivenDose, Observation, Patient, assess
from vaxkit.immunization.model import (
    AgeRule,
    Antigen,
    Association,
    Contraindication,
    Immunity,
    Indication,
    IntervalRule,
    RuleSet,
    SelectSeries,
    Series,
    SeriesDose,
    SeriesKind,
    Vaccine,
    VaccineConflict,
    VaccineGroup,
    VaccineRule,
)
from vaxkit.immunization.periods import Period

BORN = date(2020, 1, 31)
TODAY = date(2024, 6, 1)


def span(text: str | None) -> Period | None:
    return Period.parse(text) if text is not None else None


def age(
    absolute: str | None = None,
    minimum: str | None = None,
    earliest: str | None = None,
    latest: str | None = None,
    maximum: str | None = None,
    **more: Any,
) -> AgeRule:
    return AgeRule(span(absolute), span(minimum), span(earliest), span(latest), span(maximum), **more)


def wait(
    absolute: str | None = None,
    minimum: str | None = None,
    earliest: str | None = None,
    latest: str | None = None,
    *,
    previous: bool = True,
    **more: Any,
) -> IntervalRule:
    return IntervalRule(
        from_previous=previous,
        absolute_minimum=span(absolute),
        minimum=span(minimum),
        earliest_recommended=span(earliest),
        latest_recommended=span(latest),
        **more,
    )


def vaccine(code: str = "P", begin: str | None = None, end: str | None = None, **more: Any) -> VaccineRule:
    return VaccineRule(code, begin_age=span(begin), end_age=span(end), **{"forecast": True, **more})


def dose(number: int, **rules: Any) -> SeriesDose:
    return SeriesDose(number, **{"preferable": (vaccine(),), **rules})


def series(*doses: SeriesDose, name: str = "Pox series", antigen: str = "Pox", **more: Any) -> Series:
    return Series(name, antigen, more.pop("group", antigen), doses, **{"select": select(), **more})


def select(**more: Any) -> SelectSeries:
    return SelectSeries(**{"default": True, "preference": 1, **more})


def risk(*doses: SeriesDose, name: str = "Pox risk series", code: str = "R1", **more: Any) -> Series:
    indication = Indication(
        code, begin_age=span(more.pop("begin", None)), end_age=span(more.pop("end", None))
    )
    picked = select(**{"group": "2", "default": False, **more.pop("selected", {})})
    return series(*doses, name=name, kind=SeriesKind.RISK, indications=(indication,), select=picked, **more)


def rule_set(
    *all_series: Series,
    conflicts: Sequence[VaccineConflict] = (),
    bars: Sequence[Contraindication] = (),
    vaccine_bars: Sequence[Contraindication] = (),
    immunity: Immunity | None = None,
) -> RuleSet:
    held = (Association("Pox"),)
    return RuleSet(
        code="small",
        version="1",
        antigens={"Pox": Antigen("Pox", all_series, tuple(bars), tuple(vaccine_bars), immunity)},
        groups={"Pox": VaccineGroup("Pox", ("Pox",))},
        vaccines={
            "P": Vaccine("P", "P vaccine", held),
            "Q": Vaccine("Q", "Q vaccine", held),
            "X": Vaccine("X", "X vaccine", (Association("Other"),)),
        },
        conflicts=tuple(conflicts),
    )


def person(*observations: Observation, born: date = BORN, sex: str = "female") -> Patient:
    return Patient(born, sex, observations)


def given(*days: date | tuple[date, str], **more: Any) -> list[GivenDose]:
    """Doses by day, of vaccine P unless another is named; ids "1", "2", …"""
    pairs = [day if isinstance(day, tuple) else (day, "P") for day in days]
    return [GivenDose(str(place), on, code, **more) for place, (on, code) in enumerate(pairs, start=1)]


def ask(
    rules: RuleSet,
    doses: Sequence[GivenDose] = (),
    *,
    on: date = TODAY,
    patient: Patient | None = None,
) -> Forecast:
    return answer(rules, doses, on=on, patient=patient).groups["Pox"]


def answer(
    rules: RuleSet,
    doses: Sequence[GivenDose] = (),
    *,
    on: date = TODAY,
    patient: Patient | None = None,
) -> Assessment:
    return assess(rules, patient or person(), doses, on, groups=("Pox",))


def verdicts(forecast: Forecast) -> list[tuple[str, str]]:
    """Status and deciding reason of each dose."""
    return [(row.status.value, row.reasons[0].code) for row in forecast.doses]
