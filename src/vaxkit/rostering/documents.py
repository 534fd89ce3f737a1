"""Rostering problems and rosters as JSON documents, for files and for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from vaxkit.faults import Faulty, schema_faults
from vaxkit.reading import DAY_FORM, NO_DAY, Reader
from vaxkit.rostering.explain import Explanation
from vaxkit.rostering.problem import (
    DAY,
    Ability,
    Demand,
    Duty,
    Problem,
    Rules,
    Shift,
    Span,
    Weights,
    Wish,
    Worker,
)
from vaxkit.rostering.solve import Roster
from vaxkit.ruledata.packaged import packaged_schema, packaged_text
from vaxkit.vocabulary import Text

_MOST_DAYS = 62
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_END = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_NO_TIME = (Text("{given} 不是钟点", "{given} is not a clock time"), Text('写成 "08:30"。', 'Write "08:30".'))
_PATTERNS = {
    DAY_FORM: NO_DAY,
    _CLOCK: _NO_TIME,
    _END: _NO_TIME,
}


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a problem."""
    return packaged_schema("rostering", "roster")


def example_text() -> str:
    """The shipped plan, as YAML."""
    return packaged_text("rostering/examples/week.yaml")


def read(document: Any) -> Problem:
    """A problem from its document. Raises Faulty with every fault found."""
    if faults := schema_faults(schema(), document, _PATTERNS):
        raise Faulty(faults)
    return _Reader(document).problem()


def written(problem: Problem, roster: Roster, explanation: Explanation | None = None) -> dict[str, Any]:
    """The roster as a document."""
    shifts, minutes = Counter(duty.who for duty in roster.duties), Counter[str]()
    nights = Counter(duty.who for duty in roster.duties if problem.shift[duty.shift].is_night)
    for duty in roster.duties:
        minutes[duty.who] += problem.shift[duty.shift].minutes
    people = {
        worker.id: {
            "shifts": shifts[worker.id],
            "nights": nights[worker.id],
            "hours": minutes[worker.id] / 60,
        }
        for worker in problem.workers
    }
    found: dict[str, Any] = {
        "status": "best" if roster.is_best else "good",
        "missing": roster.price.missing,
        "fewest_missing_proven": roster.fewest_missing,
        "price": {
            "changes": roster.price.changes, "wishes_not_met": roster.price.wishes,
            "nights_over_share": roster.price.nights_over, "shifts_over_share": roster.price.shifts_over,
        },
        "duties": [_duty(duty) for duty in roster.duties],
        "gaps": [{"day": str(gap.on), "shift": gap.shift, "role": gap.role, "people": gap.people} for gap in roster.gaps],
        "people": people,
    }  # fmt: skip
    if explanation is not None:
        found["why"] = [{"zh": words.zh, "en": words.en} for words in explanation.words]
        both = explanation.together
        found["together"] = None if both is None else {"rules": list(both.rules), "missing": both.missing}
        found["needed"] = None if explanation.needed is None else dict(explanation.needed)
    return found


def _duty(duty: Duty) -> dict[str, str]:
    return {"day": str(duty.on), "shift": duty.shift, "role": duty.role, "who": duty.who}


class _Reader(Reader):
    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__()
        self._document = document
        self._shifts = {row["id"]: _shift(row) for row in document["shifts"]}
        self._roles = {row["role"]: "" for row in document["demand"]} | dict(document.get("roles", {}))
        self._people = {row["id"] for row in document["people"]}

    def problem(self) -> Problem:
        document = self._document
        self.once((row["id"] for row in document["shifts"]), "shifts")
        self.once((row["id"] for row in document["people"]), "people")
        first, last = (
            self.day(document["first_day"], "first_day"),
            self.day(document["last_day"], "last_day"),
        )
        if not first <= last < first + timedelta(days=_MOST_DAYS):
            what = Text(
                f"应在 first_day 之后，且不超过 {_MOST_DAYS} 天",
                f"must be after first_day, {_MOST_DAYS} days at most",
            )
            self.fault("last_day", what, Text("请核对两个日期。", "Check the two days."))
            raise Faulty(self.faults)
        days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        found = Problem(
            first, last, tuple(self._shifts.values()), tuple(self._roles), tuple(self._demands(days)),
            tuple(self._worker(nth, row) for nth, row in enumerate(document["people"])), _rules(document.get("rules", {})),
            self._duties("pins"), self._duties("former"), Weights(**document.get("weights", {})),
            {role: name for role, name in self._roles.items() if name},
        )  # fmt: skip
        if self.faults:
            raise Faulty(self.faults)
        return found

    def _demands(self, days: list[date]) -> Iterable[Demand]:
        for nth, row in enumerate(self._document["demand"]):
            path = f"demand.{nth}"
            self.known(row["shift"], self._shifts, f"{path}.shift")
            only = self.day(row["day"], f"{path}.day") if "day" in row else None
            weekdays = row.get("weekdays", range(1, 8))
            for on in days:
                if (only is None or on == only) and on.isoweekday() in weekdays:
                    yield Demand(on, row["shift"], row["role"], row["people"])

    def _worker(self, nth: int, row: Mapping[str, Any]) -> Worker:
        path = f"people.{row['id']}"
        abilities = [
            Ability(
                self.known(each["role"], self._roles, f"{path}.roles"),
                self.day(each["from"], f"{path}.roles") if "from" in each else date.min,
                self.day(each["until"], f"{path}.roles") if "until" in each else date.max,
            )
            for each in row["roles"]
        ]
        away = [
            Span(self.day(each["from"], f"{path}.away"), self.day(each["until"], f"{path}.away"))
            for each in row.get("away", ())
        ]
        wishes = [
            Wish(self.day(each["day"], f"{path}.wishes"), each.get("shift", ""), each["wants"])
            for each in row.get("wishes", ())
        ]
        worked = [
            (
                self.day(each["day"], f"{path}.worked"),
                self.known(each["shift"], self._shifts, f"{path}.worked"),
            )
            for each in row.get("worked", ())
        ]
        week = round(row["week_hours"] * 60) if "week_hours" in row else None
        return Worker(
            row["id"], row.get("name", ""), tuple(abilities), tuple(away), tuple(wishes), tuple(worked), week
        )

    def _duties(self, key: str) -> tuple[Duty, ...]:
        found = []
        for nth, row in enumerate(self._document.get(key, ())):
            path = f"{key}.{nth}"
            self.known(row["shift"], self._shifts, f"{path}.shift")
            self.known(row["who"], self._people, f"{path}.who")
            found.append(Duty(self.day(row["day"], f"{path}.day"), row["shift"], row["role"], row["who"]))
        return tuple(found)


def _shift(row: Mapping[str, Any]) -> Shift:
    begins, ends = _minutes(row["begins"]), _minutes(row["ends"])
    return Shift(row["id"], begins, ends if ends > begins else ends + DAY, row.get("name", ""))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _rules(row: Mapping[str, Any]) -> Rules:
    usual = Rules()

    def minutes(key: str, otherwise: int | None) -> int | None:
        if key not in row:
            return otherwise
        return None if row[key] is None else round(row[key] * 60)

    return Rules(
        minutes("rest_hours", usual.rest_minutes), row.get("days_in_row", usual.days_in_row),
        row.get("nights_in_row", usual.nights_in_row), minutes("week_hours", usual.week_minutes),
        row.get("morning_after_night", usual.morning_after_night),
    )  # fmt: skip
