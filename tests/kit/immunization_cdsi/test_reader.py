"""CDC's XML as a rule set: every element of a tiny release, and what may be wrong with a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.kit.immunization_cdsi.small_rules import span
from tests.kit.immunization_cdsi.tiny_data import ANTIGEN, SCHEDULE, write_rules

from vaxkit.immunization.model import CountLogic, SeriesKind, SkipContext, SkipKind
from vaxkit.ruledata import CdsiDataError, read_cdsi, read_shipped_cdsi
from vaxkit.ruledata.cdsi import rules_of, vaccine_code


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return read_cdsi(write_rules(tmp_path_factory.mktemp("cdsi") / "supporting-data-0.1"))


def test_the_series(rules) -> None:  # type: ignore[no-untyped-def]
    series = rules.antigens["Pox"].series[0]
    assert (series.name, series.kind, series.group) == ("Pox 2-dose series", SeriesKind.STANDARD, "Pox")
    assert (series.equivalent_groups, series.genders, series.indications) == (
        frozenset({"2", "3"}),
        frozenset(),
        (),
    )
    assert series.guidance == ("Shake well.",)
    assert (series.select.default, series.select.product_path, series.select.preference) == (True, False, 1)
    assert (series.select.minimum_age_to_start, series.select.maximum_age_to_start) == (
        None,
        span("5 years - 4 days"),
    )


def test_the_doses(rules) -> None:  # type: ignore[no-untyped-def]
    first, second = rules.antigens["Pox"].series[0].doses
    assert first.ages[0].absolute_minimum == span("1 year - 4 days") and first.ages[0].maximum is None
    assert [row.vaccine for row in (*first.preferable, *first.allowable, *first.inadvertent)] == [
        "03",
        "03",
        "07",
    ]
    assert first.preferable[0].forecast and first.skips == () and first.season is None
    wait = second.intervals[0]
    assert (wait.from_previous, wait.from_target_dose, wait.from_observation) == (True, None, None)
    assert (wait.overrides, wait.effective_on, wait.cessation_on) == (True, date(2020, 1, 1), None)
    assert second.season is not None and second.season.begin_on == date(2020, 7, 1)
    skip = second.skips[0]
    condition = skip.sets[0].conditions[0]
    assert (skip.context, skip.every, skip.sets[0].every) == (SkipContext.BOTH, False, True)
    assert (condition.kind, condition.count_logic) == (SkipKind.VACCINE_COUNT, CountLogic.GREATER_THAN)
    assert (condition.valid_only, condition.dose_count) == (True, 0)
    assert condition.vaccines == frozenset({"03", "07"})


def test_immunity_contraindications_and_schedule(rules) -> None:  # type: ignore[no-untyped-def]
    antigen = rules.antigens["Pox"]
    assert antigen.immunity.observations == {"018": "Had it"}
    assert antigen.immunity.births[0].born_before == date(1957, 1, 1)
    assert antigen.immunity.births[0].exclusions == frozenset({"055"})
    assert [row.observation for row in antigen.contraindications] == ["007"]
    assert [row.vaccine for row in antigen.vaccine_contraindications[0].vaccines] == ["07"]
    assert (rules.code, rules.version) == ("cdsi", "supporting-data-0.1")
    assert rules.groups["Pox"].administer_full and rules.groups["Pox"].antigens == ("Pox",)
    assert rules.vaccines["03"].associations[0].antigen == "Pox"
    assert (rules.conflicts[0].previous, rules.conflicts[0].end) == ("03", span("28 days"))
    assert rules.observations["007"].coded_values[0].code == "77386006"


@pytest.mark.parametrize(
    ("text", "code"),
    [("3", "03"), ("03", "03"), ("003", "03"), ("062", "62"), (" 110 ", "110"), ("CN-1", "CN-1")],
)
def test_codes_of_vaccines(text: str, code: str) -> None:
    assert vaccine_code(text) == code


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("16 months + 4 weeks", "soon", "not a period: 'soon'"),
        ("<seriesType>Standard", "<seriesType>Special", "special"),
        ("<doseNumber>Dose 1", "<doseNumber>First", "a series dose has no number"),
    ],
)
def test_the_message_names_the_file(right: str, wrong: str, words: str) -> None:
    files = {"Antigen Pox.xml": ANTIGEN.replace(right, wrong).encode(), "Schedule.xml": SCHEDULE.encode()}
    with pytest.raises(CdsiDataError, match=r"Antigen Pox\.xml") as told:
        rules_of(files, name="x")
    assert words in str(told.value)


def test_a_folder_without_rules(tmp_path: Path) -> None:
    with pytest.raises(CdsiDataError, match="no such folder"):
        read_cdsi(tmp_path / "none")
    with pytest.raises(CdsiDataError, match="expected AntigenSupportingData"):
        read_cdsi(tmp_path)


def test_the_shipped_release() -> None:
    found = read_shipped_cdsi()
    assert (found.version, len(found.antigens), len(found.groups)) == ("4.64", 30, 26)
    antigens = {name for group in found.groups.values() for name in group.antigens}
    held = {row.antigen for vaccine in found.vaccines.values() for row in vaccine.associations}
    assert antigens == found.antigens.keys() and held <= antigens
    assert {row.group for antigen in found.antigens.values() for row in antigen.series} == found.groups.keys()
