"""Case files: one JSON object a line, checked before anything runs (`read_cases`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vaxkit.immunization.answers import DoseStatus, SeriesStatus
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.ruledata.cdsi import vaccine_code

_SEXES = {
    **dict.fromkeys(("f", "female", "woman", "girl"), "female"),
    **dict.fromkeys(("m", "male", "man", "boy"), "male"),
    **dict.fromkeys(("t", "transgender"), "transgender"),
}
_DOSE_STATUSES = {
    "valid": DoseStatus.VALID,
    "not valid": DoseStatus.NOT_VALID,
    "extraneous": DoseStatus.EXTRANEOUS,
    "sub-standard": DoseStatus.SUBSTANDARD,
    "substandard": DoseStatus.SUBSTANDARD,
}
_BLANK = ("", "-", "n/a")


class CaseError(ValueError):
    """A case file or row that cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class ExpectedDose:
    """What a case says of one dose: its status, None when the cell is blank, and the reason ("" when blank)."""

    dose: GivenDose
    status: DoseStatus | None
    reason: str
    series_kind: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected forecast; None where the cell is blank."""

    status: SeriesStatus | None
    dose_number: int | None
    earliest_on: date | None
    recommended_on: date | None
    past_due_on: date | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. `rules_name` is the folder of rules it was written for."""

    line: int
    suite: str
    suite_version: str
    rules_name: str
    test_id: str
    name: str
    vaccine_group: str
    patient: Patient
    on: date
    doses: tuple[ExpectedDose, ...]
    expected: Expected

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.suite, self.suite_version, self.test_id)


def read_cases(lines: Iterable[str]) -> Iterator[CaseRow]:
    """The cases of a file; blank lines are passed over. Raises CaseError with the number of the line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise CaseError(f"line {number}: not JSON ({error.msg} at column {error.colno})") from error
        if not isinstance(raw, dict):
            raise CaseError(f"line {number}: expected a JSON object, found {type(raw).__name__}")
        try:
            yield _row(number, raw)
        except KeyError as error:
            raise CaseError(f"line {number}: the field {error.args[0]!r} is missing") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise CaseError(f"line {number}: {error}") from error


def _row(line: int, raw: Mapping[str, Any]) -> CaseRow:
    expected = raw["expected"]
    doses, observations = raw.get("doses") or [], raw.get("observations") or []
    if not isinstance(expected, dict) or not isinstance(doses, list) or not isinstance(observations, list):
        raise ValueError("'expected' must be an object, 'doses' and 'observations' lists")
    return CaseRow(
        line=line,
        suite=_text(raw.get("suite")),
        suite_version=_text(raw.get("suite_version")),
        rules_name=_text(raw.get("supporting_data")),
        test_id=_text(raw["test_id"]),
        name=_text(raw.get("name")),
        vaccine_group=_text(raw["vaccine_group"]),
        patient=Patient(
            birth_on=_needed_day(raw, "dob"),
            sex=_SEXES.get(_text(raw.get("gender")).lower(), "unknown"),
            observations=tuple(_observation(row) for row in observations),
        ),
        on=_needed_day(raw, "assessment_date"),
        doses=tuple(_dose(place, row) for place, row in enumerate(doses, start=1)),
        expected=Expected(
            status=_series_status(_text(expected.get("series_status"))),
            dose_number=_number(_text(expected.get("forecast_dose_number")).removesuffix(".0")),
            earliest_on=_day(expected.get("earliest"), "earliest"),
            recommended_on=_day(expected.get("recommended"), "recommended"),
            past_due_on=_day(expected.get("past_due"), "past_due"),
        ),
    )


def _observation(raw: Mapping[str, Any]) -> Observation:
    """Codes have three digits; spreadsheets turn 007 into 7."""
    code = _text(raw["code"])
    return Observation(code.zfill(3) if code.isdigit() else code, _day(raw.get("date"), "observation date"))


def _dose(place: int, raw: Mapping[str, Any]) -> ExpectedDose:
    words = _text(raw.get("expected_status")).lower().replace("_", " ")
    if words and words not in _DOSE_STATUSES:
        raise ValueError(f"dose {place}: unknown status {words!r}")
    return ExpectedDose(
        dose=GivenDose(
            id=f"{place:03}",
            on=_needed_day(raw, "date"),
            vaccine=vaccine_code(_text(raw["cvx"])),
            maker=_text(raw.get("mvx")) or None,
            trade_name=_text(raw.get("vaccine_name")) or None,
        ),
        status=_DOSE_STATUSES[words] if words else None,
        reason=_text(raw.get("expected_reason")),
        series_kind=_text(raw.get("series_type")).lower(),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _needed_day(raw: Mapping[str, Any], field: str) -> date:
    day = _day(raw[field], field)
    if day is None:
        raise ValueError(f"{field!r} is blank")
    return day


def _day(value: object, field: str) -> date | None:
    text = _text(value)
    if text.lower() in _BLANK:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError as error:
        raise ValueError(f"{field!r} is not a day like 2025-11-10: {text!r}") from error


def _number(text: str) -> int | None:
    if text.lower() in _BLANK:
        return None
    if not text.isdigit():
        raise ValueError(f"'forecast_dose_number' is not a number: {text!r}")
    return int(text)


def _series_status(text: str) -> SeriesStatus | None:
    if text.lower() in _BLANK:
        return None
    try:
        return SeriesStatus(" ".join(re.split(r"[\s_-]+", text.lower())))
    except ValueError as error:
        raise ValueError(f"unknown series status {text!r}") from error
