"""China's policies against boundary tables made from the documents: verdicts, status, next dose and days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.policies import policies_in_force

LETTERS = {
    "B": "BIBP-COVID19",
    "W": "WIBP-COVID19",
    "S": "SINOVAC-CORONAVAC",
    "K": "KANGTAI-KCONVAC",
    "I": "IMBCAMS-COVID19",
    "A": "CANSINO-AD5",
    "N": "CANSINO-AD5-INHALED",
    "Z": "ZHIFEI-CHO",
    "L": "LIVZON-V01",
    "V": "WESTVAC-SF9",
    "M": "WANTAI-NASAL",
    "C": "CLOVER-SCB2019",
    "T": "SINOCELLTECH-BIVALENT",
    "X": "WESTVAC-XBB",
}


@dataclass(frozen=True)
class Row:
    section: str
    line: int
    person: str
    answer: str


def rows() -> Iterator[Row]:
    section = ""
    text = (Path(__file__).parent / "boundaries.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("=="):
            section = line[2:].strip()
        elif line.strip() and not line.startswith("#"):
            person, answer = line.split("||")
            yield Row(section, number, person, answer)


@cache
def in_force(on: date) -> PolicySet:
    return policies_in_force(on)


def dose_of(number: int, word: str) -> GivenDose:
    return GivenDose(str(number), date.fromisoformat(word[1:]), LETTERS[word[0]])


def seen_of(word: str) -> Observation:
    code, _, day = word.partition("@")
    return Observation(code, date.fromisoformat(day) if day else None)


def words(field: str) -> list[str]:
    return [] if field.strip() == "-" else field.split()


def advice_for(person: str) -> Advice:
    born, observed, doses, on = (part.strip() for part in person.split("|"))
    patient = Patient(date.fromisoformat(born), observations=tuple(seen_of(word) for word in words(observed)))
    given = [dose_of(number, word) for number, word in enumerate(words(doses))]
    day = date.fromisoformat(on)
    return advise(in_force(day), patient, given, day)


def shown(advice: Advice) -> list[str]:
    """The answer as the table writes it; a dose that counts is shown by its place among those that count."""
    verdicts, count = [], 0
    for verdict in sorted(advice.doses, key=lambda row: (row.on, row.dose_id)):
        count += verdict.status is DoseStatus.VALID
        marks = {DoseStatus.VALID: str(count), DoseStatus.EXTRANEOUS: "e"}
        verdicts.append(marks.get(verdict.status, "x"))
    days = (advice.earliest_on, advice.recommended_on, advice.past_due_on)
    return [
        " ".join(verdicts) or "-",
        advice.status.value,
        str(advice.next_dose_number or "-"),
        *(day.isoformat() if day is not None else "-" for day in days),
    ]


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: f"{row.line}")
def test_boundary(row: Row) -> None:
    expected = [part.strip() for part in row.answer.split("|")]
    found = shown(advice_for(row.person))
    for wanted, answer in zip(expected, found, strict=True):
        assert wanted in ("*", answer), f"{row.section}: {row.person} expected {expected}, found {found}"


def offered(advice: Advice) -> str:
    letters = {code: letter for letter, code in LETTERS.items()}
    first = [letters[code] for code in advice.preferred]
    after = [letters[code] for code in advice.products if code not in advice.preferred]
    return " ".join([*first, *(["/", *after] if after else [])])


def test_products_offered() -> None:
    text = (Path(__file__).parent / "offers.txt").read_text(encoding="utf-8")
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    people = [line.split("||")[0] for line in lines]
    assert [f"{person}|| {offered(advice_for(person))}" for person in people] == lines
