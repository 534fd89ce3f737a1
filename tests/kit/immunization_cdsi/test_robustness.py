"""Odd people, odd histories, odd rows: always an answer or a clear line, never an exception."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kit.immunization_cdsi.tiny_data import case, write_rules

from vaxkit.immunization import Assessment, Forecast, GivenDose, Observation, Patient, assess
from vaxkit.immunization.conformance.__main__ import main
from vaxkit.ruledata import read_shipped_cdsi

RULES = read_shipped_cdsi()
LEAP = date(2024, 2, 29)
TODAY = date(2025, 11, 10)

births = st.one_of(
    st.sampled_from([LEAP, date(2000, 2, 29), date(2020, 8, 31), date(1900, 1, 1), TODAY]),
    st.dates(date(1900, 1, 1), date(2026, 6, 1)),
)
#: Days after birth, some before it and some after the day of assessment.
ages = st.one_of(st.sampled_from([-300, -1, 0, 0, 42, 365, 366]), st.integers(-100, 30_000))
observations = st.builds(
    Observation,
    st.sampled_from([*sorted(RULES.observations), "999", ""]),
    st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
)
patients = st.builds(
    Patient,
    births,
    st.sampled_from(["female", "male", "transgender", "unknown", "U", "", "None"]),
    st.lists(observations, max_size=4).map(tuple),
    st.sampled_from(["", "U.S.", "China"]),
)
injections = st.tuples(
    ages,
    st.sampled_from([*sorted(RULES.vaccines), "9999", ""]),
    st.sampled_from([None, "MSD", "???", ""]),
    st.sampled_from([None, 0.0, 0.5]),
    st.booleans(),
)


def history(patient: Patient, rows: list[tuple[int, str, str | None, float | None, bool]]) -> list[GivenDose]:
    return [
        GivenDose(
            f"{place:03}",
            patient.birth_on + timedelta(days=days),
            code,
            maker,
            millilitres=volume,
            substandard=poor and not place % 5,
            expires_on=TODAY if poor else None,
        )
        for place, (days, code, maker, volume, poor) in enumerate(rows)
    ]


def check(found: Assessment, doses: list[GivenDose]) -> None:
    for forecast in found.groups.values():
        for row in (forecast, *forecast.others):
            check_forecast(row)
    known = {dose.id for dose in doses}
    assert {verdict.dose_id for verdict in found.doses} <= known


def check_forecast(row: Forecast) -> None:
    due = row.status.value == "not complete"
    told = (row.next_dose_number is not None, row.earliest_on is not None, row.recommended_on is not None)
    assert told == (due, due, due)
    if row.earliest_on is not None and row.recommended_on is not None:
        assert row.earliest_on <= row.recommended_on
        assert row.past_due_on is None or row.earliest_on <= row.past_due_on


@settings(max_examples=60, deadline=None)
@given(patients, st.lists(injections, max_size=12), ages)
@example(Patient(LEAP), [(0, "08", None, None, False)] * 40, 0)
@example(Patient(LEAP, "U"), [(30 * place, "107", None, None, False) for place in range(40)], 400)
@example(Patient(TODAY), [(-10, "08", "", 0.0, True), (4_000, "21", None, None, False)], -10)
def test_every_history_has_an_answer(
    patient: Patient, rows: list[tuple[int, str, str | None, float | None, bool]], asked_after: int
) -> None:
    doses = history(patient, rows)
    on = patient.birth_on + timedelta(days=asked_after)
    check(assess(RULES, patient, doses, on, trail=bool(len(rows) % 2)), doses)


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 99_999_999),
    st.floats(allow_nan=False),
    st.sampled_from(["", "-", "n/a", "Valid", "2024-05-01", "2024-02-30", "0001-01-01", "9999-12-31", "POX"]),
    st.text(max_size=5),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["code", "date", "cvx"]), st.none() | st.text(max_size=3), max_size=2),
)
PLACES: list[tuple[str | int, ...]] = [
    *((field,) for field in case()),
    *(("expected", field) for field in case()["expected"]),
    *(("doses", 0, field) for field in case()["doses"][0]),
    ("doses", 0),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd") / "data"
    write_rules(folder / "rules")
    return folder


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), value=odd)
def test_every_row_is_run_or_told(data: Path, place: tuple[str | int, ...], value: Any) -> None:
    row: Any = case()
    inner = row
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    file = data.parent / "odd.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert main([str(file), "--data", str(data), "--json"]) in (0, 1, 2)
