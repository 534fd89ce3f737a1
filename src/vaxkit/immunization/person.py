"""Whose immunization is assessed, and what was given: Patient, Observation, GivenDose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Observation:
    """A condition, exposure, reaction or wish by its code in the rule set; `on` is its day or first day if known,
    `until` the last day on which it applies."""

    code: str
    on: date | None = None
    until: date | None = None

    def applies(self, on: date) -> bool:
        """Whether it holds on the day `on`: not begun later, not over."""
        return (self.on is None or self.on <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Patient:
    """A person as the rules see her. `sex` is "female", "male", "transgender" or "unknown"; `birth_country` "" means
    not known."""

    birth_on: date
    sex: str = "unknown"
    observations: tuple[Observation, ...] = ()
    birth_country: str = ""


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose that was given. `vaccine` is a code of the rule set; `maker`, `trade_name` and `millilitres` None mean
    not known; `substandard` marks a dose that cannot count whatever the rules say (recalled, cold chain broken);
    one given after `expires_on` cannot either."""

    id: str
    on: date
    vaccine: str
    maker: str | None = None
    trade_name: str | None = None
    millilitres: float | None = None
    substandard: bool = False
    expires_on: date | None = None
