"""Chapter 9 (several antigens in one vaccine group), and 4.2 (doses broken into antigens)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.kit.immunization_cdsi.small_rules import (
    BORN,
    TODAY,
    age,
    dose,
    given,
    person,
    series,
    span,
    vaccine,
    wait,
)

from vaxkit.immunization import DoseStatus, Forecast, Observation, SeriesStatus, assess
from vaxkit.immunization.grouping import multiple_antigen_status
from vaxkit.immunization.model import (
    Antigen,
    Association,
    ContraindicatedVaccine,
    Contraindication,
    RuleSet,
    Series,
    Vaccine,
    VaccineGroup,
)

DAY = timedelta(days=1)
FIRST = date(2021, 3, 1)
N, C, IMM, R, A, X = (
    SeriesStatus.NOT_COMPLETE,
    SeriesStatus.COMPLETE,
    SeriesStatus.IMMUNE,
    SeriesStatus.NOT_RECOMMENDED,
    SeriesStatus.AGED_OUT,
    SeriesStatus.CONTRAINDICATED,
)


def pair(one: Series, two: Series, *, full: bool = False, bar: Contraindication | None = None) -> RuleSet:
    """Antigens "One" and "Two" in the group "Both"; vaccine P holds both, "1" and "2" one each."""
    bars = (bar,) if bar is not None else ()
    return RuleSet(
        code="pair",
        version="1",
        antigens={
            "One": Antigen("One", (one,)),
            "Two": Antigen("Two", (two,), vaccine_contraindications=bars),
        },
        groups={"Both": VaccineGroup("Both", ("One", "Two"), full)},
        vaccines={
            "P": Vaccine("P", "both", (Association("One"), Association("Two"))),
            "1": Vaccine("1", "one", (Association("One"),)),
            "2": Vaccine("2", "two", (Association("Two"),)),
        },
    )


def both(rules: RuleSet, *doses: date | tuple[date, str], on: date = TODAY, seen: str = "") -> Forecast:
    patient = person(*((Observation(seen),) if seen else ()))
    return assess(rules, patient, given(*doses), on).groups["Both"]


def of(antigen: str, *doses: object) -> Series:
    return series(*doses, name=f"{antigen} series", antigen=antigen, group="Both")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statuses", "full", "found"),
    [
        ((X, N), True, X),
        ((X, N), False, N),
        ((X, C), False, X),
        ((A, N), False, A),
        ((R, N), False, R),
        ((N, C, IMM), False, N),
        ((IMM, IMM), False, IMM),
        ((C, IMM), False, C),
        ((C, C), True, C),
    ],
)
def test_status_of_the_group(statuses: tuple[SeriesStatus, ...], full: bool, found: SeriesStatus) -> None:
    """Table 9-4, and the one exception: one barred antigen leaves the others."""
    assert multiple_antigen_status(statuses, full) is found


class TestDates:
    later = dose(1, ages=(age("1 year", "1 year", "15 months", "16 months"),))
    sooner = dose(1, ages=(age("6 months", "6 months", "9 months", "2 years", "3 years"),))

    def test_earliest_is_the_latest_of_all(self) -> None:
        """MULTIANTVG-1, FORECASTVG-2 to -4."""
        found = both(pair(of("One", self.later), of("Two", self.sooner)), on=BORN)
        assert found.earliest_on == date(2021, 1, 31)
        assert found.recommended_on == date(
            2021, 1, 31
        )  # the earliest recommendation, not before the earliest day
        assert found.past_due_on == date(2021, 5, 30)
        assert found.latest_on == date(2023, 1, 30)

    def test_an_overriding_interval_brings_it_forward(self) -> None:
        """FORECASTPRIORITY-1: not before the last dose of the group."""
        waiting = dose(2, intervals=(wait("1 year", "1 year"),))
        override = dose(2, intervals=(wait("1 month", "1 month", overrides=True),))
        rules = pair(of("One", dose(1), waiting), of("Two", dose(1), override))
        assert both(rules, FIRST).earliest_on == date(2021, 4, 1)
        single = dose(1, preferable=(vaccine("P"), vaccine("1")))
        late_one = pair(
            of("One", single, dose(2, preferable=(vaccine("1"),)), waiting), of("Two", dose(1), override)
        )
        assert both(late_one, FIRST, (date(2021, 6, 1), "1")).earliest_on == date(2021, 6, 1)

    @pytest.mark.parametrize(("full", "number"), [(True, 1), (False, 2)])
    def test_the_dose_number(self, full: bool, number: int) -> None:
        """FORECASTDN-2."""
        first = dose(1, preferable=(vaccine("P"), vaccine("1")))
        rules = pair(of("One", first, dose(2)), of("Two", dose(1), dose(2)), full=full)
        assert both(rules, (FIRST, "1")).next_dose_number == number


class TestBarredAntigen:
    """Whoever must not have antigen Two is offered the vaccine with One alone."""

    bar = Contraindication("ENC", vaccines=(ContraindicatedVaccine("P"), ContraindicatedVaccine("2")))
    one = of("One", dose(1, preferable=(vaccine("P"), vaccine("1"))))
    two = of("Two", dose(1, preferable=(vaccine("P"), vaccine("2"))))

    def test_the_other_antigen_goes_on(self) -> None:
        found = both(pair(self.one, self.two, bar=self.bar), seen="ENC")
        assert (found.status, found.products_preferred, found.antigens) == (N, ("1",), ("One",))

    def test_a_group_given_in_full_is_closed(self) -> None:
        assert both(pair(self.one, self.two, full=True, bar=self.bar), seen="ENC").status is X


class TestProducts:
    """FORECASTVG-9."""

    one = of("One", dose(1, preferable=(vaccine("P"), vaccine("1"))))
    two = of("Two", dose(1, preferable=(vaccine("P"), vaccine("2"))))

    def test_those_of_every_series_due(self) -> None:
        assert both(pair(self.one, self.two)).products_preferred == ("P", "1", "2")
        assert both(pair(self.one, self.two), (FIRST, "1")).products_preferred == ("P", "2")

    def test_given_in_full_only_what_serves_all(self) -> None:
        assert both(pair(self.one, self.two, full=True)).products_preferred == ("P",)


class TestDosesOfSeveralAntigens:
    def test_one_word_for_a_dose(self) -> None:
        first = dose(1, ages=(age("1 year"),))
        rules = pair(of("One", first), of("Two", dose(1)))
        early = both(rules, date(2021, 1, 30))
        assert [row.status for row in early.doses] == [DoseStatus.NOT_VALID, DoseStatus.VALID]
        assert early.status_of("1") is DoseStatus.NOT_VALID
        extra = both(pair(of("One", dose(1)), of("Two", dose(1), dose(2))), FIRST, FIRST + DAY)
        assert [extra.status_of(key) for key in ("1", "2", "3")] == [DoseStatus.VALID, DoseStatus.VALID, None]

    def test_an_antigen_that_belongs_to_a_vaccine_at_some_ages_only(self) -> None:
        """The end age is the first at which it does not."""
        rules = pair(of("One", dose(1)), of("Two", dose(1)))
        held = (Association("One", end_age=span("1 year")), Association("Two", begin_age=span("1 year")))
        split = RuleSet("split", "1", rules.antigens, rules.groups, {"P": Vaccine("P", "split", held)})
        assert [row.antigen for row in both(split, date(2021, 1, 30)).doses] == ["One"]
        assert [row.antigen for row in both(split, date(2021, 1, 31)).doses] == ["Two"]

    def test_unknown_vaccines_are_told(self) -> None:
        found = assess(pair(of("One", dose(1)), of("Two", dose(1))), person(), given((FIRST, "999")), TODAY)
        assert (found.unknown_vaccines, found.doses) == (("999",), ())
