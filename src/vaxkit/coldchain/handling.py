"""The rules of handling vaccine, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from vaxkit.vocabulary import Source, Text

ANY_TECHNOLOGY = "*"


@dataclass(frozen=True, slots=True)
class ArrivalRule:
    """What follows where the condition `code` (see arrivals.CONDITIONS) holds of a delivery: `decision` is "accepted",
    "quarantined" or "refused"."""

    code: str
    decision: str
    reason: Text
    next_step: Text
    source: Source


@dataclass(frozen=True, slots=True)
class OpenedRule:
    """How many minutes after opening what is left in a vial is thrown away; technology "*" for every other."""

    technology: str
    minutes: int
    source: Source


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Temperatures are written down `a_day` times, at least `hours_apart`; a logger writes at least every `logger_minutes`."""

    a_day: int
    hours_apart: int
    logger_minutes: int
    source: Source


@dataclass(frozen=True, slots=True)
class Handling:
    """All of it. `freezing_celsius`: at or below this, vaccine counts as frozen."""

    arrival: tuple[ArrivalRule, ...]
    opened: tuple[OpenedRule, ...]
    readings: ReadingRule
    freezing_celsius: Decimal

    def __post_init__(self) -> None:
        if not any(rule.technology == ANY_TECHNOLOGY for rule in self.opened):
            raise ValueError('handling rules need an opened rule for "*"')

    def opened_rule(self, technology: str) -> OpenedRule:
        """The rule for a technology, or the one for every other."""
        by_technology = {rule.technology: rule for rule in self.opened}
        return by_technology.get(technology) or by_technology[ANY_TECHNOLOGY]


def discard_at(rules: Handling, technology: str, opened_at: datetime, expires_at: datetime) -> datetime:
    """The moment from which a vial opened at `opened_at` is not used any more: its time is over, or its lot expires before."""
    return min(opened_at + timedelta(minutes=rules.opened_rule(technology).minutes), expires_at)
