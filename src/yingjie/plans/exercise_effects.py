"""What followed from an exercise, in figures that differ even where no scenario reaches the target in time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

#: The day of the campaign by which plays are compared.
SOON = 30


@dataclass(frozen=True)
class Effect:
    """Of a scenario: doses of the first thirty days; the day on which it has given what the plan has given by the thirtieth (None:
    not within the plan) and by how many days that is later."""

    scenario: str
    soon: float
    there_on: date | None
    behind: int | None


def effects(first_day: str, outlooks: Sequence[Mapping[str, Any]]) -> dict[str, Effect]:
    """By scenario. The first outlook is the plan without the exercise."""
    first = date.fromisoformat(first_day)
    sums = [list(accumulate(each["daily"]["mean"])) for each in outlooks]
    last = min(SOON, len(sums[0])) - 1
    found = {}
    for each, done in zip(outlooks, sums, strict=True):
        step = next((n for n, doses in enumerate(done) if doses >= sums[0][last] - 0.5), None)
        on = None if step is None else first + timedelta(days=step)
        found[each["scenario"]] = Effect(
            each["scenario"], done[last], on, None if step is None else step - last
        )
    return found
