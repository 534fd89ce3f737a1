"""The questions before a dose and what their answers come to, read from `data/screening.yaml`, which follows
`vaxkit/ruledata/schemas/screening.schema.json`.

    questions(about)              those to be asked of this person for this product, in order
    judge(about, answers)         Judged: the outcome, until when, and the conditions that go on record; pure

`answers`: code of a question → Answer("no" | "yes" | "unsure", the day where one was asked for).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from vaxkit.immunization import Period, add_period
from vaxkit.ruledata.loader import RuleDataError, read_file
from vaxkit.vocabulary import Text
from yingjie.people.codelists import conditions

_DATA = Path(__file__).parent / "data" / "screening.yaml"
#: The graver goes first.
_ORDER = ("contraindicated", "doctor", "defer")
SAID = ("no", "yes", "unsure")


@dataclass(frozen=True)
class Meaning:
    """What a "yes" means. `period` counted from the day asked, or from the day answered where `from_answer`."""

    outcome: str
    period: Period | None = None
    from_answer: bool = False
    condition: str = ""


@dataclass(frozen=True)
class Question:
    """`sexes`, `technologies`: empty for everybody and every product; ages in full years, the last one not included."""

    code: str
    words: Text
    yes: Meaning
    sex: str = ""
    age_from: int = 0
    age_until: int = 1000
    technologies: tuple[str, ...] = ()

    @property
    def asks_day(self) -> bool:
        return self.yes.from_answer

    def is_for(self, about: About) -> bool:
        return (
            (not self.sex or about.sex in (self.sex, "unknown"))
            and self.age_from <= about.age < self.age_until
            and (not self.technologies or about.technology in self.technologies)
        )


@dataclass(frozen=True)
class About:
    """Whom the questions are for: their sex and age, the technology of the product, the day."""

    sex: str
    age: int
    technology: str
    today: date


@dataclass(frozen=True)
class Answer:
    said: str
    day: date | None = None


@dataclass(frozen=True)
class Found:
    """A condition that an answer puts on record: from a day, until a day (None: it does not end by itself)."""

    code: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Judged:
    """`because`: the questions that decided; `unanswered`: those that should have been."""

    outcome: str
    until: date | None = None
    because: tuple[Question, ...] = ()
    conditions: tuple[Found, ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    version: str
    questions: tuple[Question, ...]
    by_code: Mapping[str, Question] = field(default_factory=dict)


@cache
def questionnaire(file: Path = _DATA) -> Questionnaire:
    """The one that is shipped. Raises RuleDataError, which names the place, where the file does not follow its schema, a code
    stands twice or a condition is none of the ledger's."""
    raw: dict[str, Any] = read_file(file, "screening")
    rows = tuple(_question(row) for row in raw["questions"])
    if len({row.code for row in rows}) != len(rows):
        raise RuleDataError(f"{file.name}: a code stands twice")
    unknown = {row.yes.condition for row in rows if row.yes.condition} - set(conditions())
    if unknown:
        raise RuleDataError(f"{file.name}: no such condition: {', '.join(sorted(unknown))}")
    return Questionnaire(str(raw["version"]), rows, {row.code: row for row in rows})


def questions(about: About) -> tuple[Question, ...]:
    return tuple(row for row in questionnaire().questions if row.is_for(about))


def judge(about: About, answers: Mapping[str, Answer]) -> Judged:
    """What the answers come to. "Unsure" is a matter for the doctor; a deferral that is over already is none."""
    asked = questions(about)
    unanswered = tuple(row.code for row in asked if not _is_answered(row, answers.get(row.code), about.today))
    found: dict[str, list[Question]] = {}
    ends: list[date] = []
    found_out: list[Found] = []
    for row in asked:
        answer = answers.get(row.code, Answer("no"))
        if row.code in unanswered or answer.said == "no":
            continue
        outcome, until = ("doctor", None) if answer.said == "unsure" else _meant(row, answer, about.today)
        if outcome != "go":
            found.setdefault(outcome, []).append(row)
        if until is not None and outcome == "defer":
            ends.append(until)
        if answer.said == "yes" and row.yes.condition:
            found_out.append(_condition(row, answer, about.today, outcome, until))
    outcome = next((word for word in _ORDER if word in found), "go")
    return Judged(
        outcome,
        max(ends) if outcome == "defer" else None,
        tuple(found.get(outcome, ())),
        tuple(found_out),
        unanswered,
    )


def _meant(row: Question, answer: Answer, today: date) -> tuple[str, date | None]:
    if row.yes.outcome != "defer" or row.yes.period is None:
        return row.yes.outcome, None
    start = answer.day if row.yes.from_answer and answer.day else today
    until = add_period(start, row.yes.period)
    return ("defer", until) if until > today else ("go", None)


def _condition(row: Question, answer: Answer, today: date, outcome: str, until: date | None) -> Found:
    """A deferral's condition is over on the day of return; an infection stays on record: intervals count from its day."""
    ends = until if outcome == "defer" and not row.yes.from_answer else None
    return Found(row.yes.condition, answer.day or today, ends)


def _is_answered(row: Question, answer: Answer | None, today: date) -> bool:
    if answer is None or answer.said not in SAID:
        return False
    return not (row.asks_day and answer.said == "yes") or (answer.day is not None and answer.day <= today)


def _question(raw: Mapping[str, Any]) -> Question:
    when, yes = raw.get("when", {}), raw["means"]
    return Question(
        raw["code"],
        Text(raw["zh"], raw["en"]),
        Meaning(
            yes["outcome"],
            Period.parse(yes["for"]) if "for" in yes else None,
            yes.get("from") == "date",
            yes.get("condition", ""),
        ),
        when.get("sex", ""),
        when.get("age_from", 0),
        when.get("age_until", 1000),
        tuple(when.get("technologies", ())),
    )
