"""Officers at the doors of the demo county, and what they hear.

Each village has an officer for every 120 residents. From the third week on they visit those who have not come, up to three
times; each visit has an outcome and, unless the person agreed, a reason. A part of those who came late had been
persuaded: a first visit with a reason, then one that ends with "agreed", then the dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import NamedTuple

from yingjie.demo.names import NameMaker

FIRST_VISIT_DAY = 14
RESIDENTS_PER_OFFICER = 120
VISITED = 0.62
PERSUADED = 0.13

OUTCOMES = ("agreed", "thinking", "refused", "away", "medical", "not_met")
REASONS = (
    "", "away_for_work", "chronic_illness", "afraid", "sees_no_need", "refuses", "cannot_be_reached", "family_objects",
    "contraindication",
)  # fmt: skip
"""The field's codes: 在外务工 · 慢性病"不能打" · "不敢打" · "不用打" · 拒绝 · 联系不上 · 家人反对 · 禁忌; "" for none."""

# What people of an age say, in percent: (from age, {reason: share}). "" = still thinking it over.
_SAID: tuple[tuple[int, dict[str, int]], ...] = (
    (0, {"family_objects": 30, "afraid": 25, "sees_no_need": 20, "contraindication": 7, "": 18}),
    (18, {"sees_no_need": 25, "afraid": 20, "cannot_be_reached": 17, "contraindication": 9, "refuses": 8,
          "family_objects": 5, "chronic_illness": 4, "": 12}),
    (45, {"sees_no_need": 24, "afraid": 20, "chronic_illness": 20, "cannot_be_reached": 9, "refuses": 7,
          "family_objects": 5, "contraindication": 5, "": 10}),
    (60, {"chronic_illness": 36, "afraid": 19, "sees_no_need": 18, "family_objects": 8, "contraindication": 6,
          "refuses": 4, "cannot_be_reached": 3, "": 6}),
    (75, {"chronic_illness": 41, "sees_no_need": 20, "afraid": 14, "family_objects": 12, "contraindication": 8,
          "refuses": 3, "cannot_be_reached": 1, "": 1}),
)  # fmt: skip
_THEN = {
    "away_for_work": ("away",),
    "chronic_illness": ("medical",),
    "contraindication": ("medical",),
    "afraid": ("thinking", "thinking", "refused"),
    "sees_no_need": ("thinking", "refused"),
    "refuses": ("refused",),
    "cannot_be_reached": ("not_met",),
    "family_objects": ("refused", "thinking"),
    "": ("thinking",),
}


class Attempted(NamedTuple):
    """An officer visited or called: ``outcome`` one of OUTCOMES, ``reason`` one of REASONS ("" when agreed or thinking)."""

    at: datetime
    person: int
    officer_code: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Who visits: code (village code + "-" + number), invented name, the village."""

    code: str
    name: str
    village_code: str


def officers_of(village_code: str, said: str, people: int, rng: Random) -> tuple[Officer, ...]:
    """The village's officers: one for every 120 residents."""
    names = NameMaker(rng, said, rural=True)
    count = max(1, -(-people // RESIDENTS_PER_OFFICER))
    return tuple(
        Officer(
            f"{village_code}-{number}",
            names.surname()
            + names.given(1970 + int(rng.random() * 28), "male" if rng.random() < 0.55 else "female"),
            village_code,
        )
        for number in range(1, count + 1)
    )


def _reason(rng: Random, age: int, whereabouts: str) -> str:
    if whereabouts == "away":
        return "away_for_work"
    said = next(shares for start, shares in reversed(_SAID) if start <= age)
    draw = rng.random() * 100
    for reason, share in said.items():
        draw -= share
        if draw < 0:
            return reason
    return ""


Visit = tuple[int, str, str]
"""Day of the campaign, outcome, reason."""


def visits_to_unvaccinated(rng: Random, age: int, whereabouts: str, today: int) -> list[Visit]:
    """Visits up to today (a day of the campaign) to somebody who has not come."""
    if today < FIRST_VISIT_DAY or rng.random() >= VISITED:
        return []
    reason = _reason(rng, age, whereabouts)
    outcomes = _THEN[reason]
    day = FIRST_VISIT_DAY + int(rng.random() * (today - FIRST_VISIT_DAY + 1))
    found: list[Visit] = []
    for number in range(3):
        if number == 0 and reason and rng.random() < 0.22:
            found.append((day, "not_met", "cannot_be_reached" if reason == "cannot_be_reached" else ""))
        else:
            found.append((day, outcomes[int(rng.random() * len(outcomes))], reason))
        day += 3 + int(rng.random() * 8)
        if day > today or rng.random() < 0.4:
            break
    if found[-1][0] >= today - 4 and reason in ("afraid", "sees_no_need", "") and rng.random() < 0.3:
        found[-1] = (found[-1][0], "agreed", "")
    return found


def visits_before_dose(rng: Random, age: int, dose_day: int) -> list[Visit]:
    """Visits to somebody who came for the first dose on that day: none for most, one or two for the persuaded."""
    if dose_day < FIRST_VISIT_DAY + 2 or rng.random() >= PERSUADED:
        return []
    agreed = dose_day - 1 - int(rng.random() * 2)
    found: list[Visit] = [(agreed, "agreed", "")]
    first = agreed - 2 - int(rng.random() * 6)
    if first >= FIRST_VISIT_DAY and rng.random() < 0.6:
        reason = _reason(rng, age, "here")
        if reason not in ("contraindication", "cannot_be_reached"):
            outcomes = _THEN[reason]
            found.insert(0, (first, outcomes[int(rng.random() * len(outcomes))], reason))
    return found
