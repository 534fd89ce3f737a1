"""What each finding is worth, as data: rates that were stated, and how much a file may correct them.

For every field there are three rows of rates over its levels (missing left out):

    same      how the field compares when both are the same person
    housemate when the row is somebody else of the person's own household
    stranger  when the row is anybody else

`same` is learnt from each file: pairs with the same sound number are certain whatever else differs, so their
levels are counted and added to the stated rates, which weigh as many pairs as `strength` says. `stranger`
rates marked 0 are replaced by how common the value is in the registry. Where the figures come from: the rates
of errors in hand-made rosters that the roster survey behind this program assumed (identity numbers missing 6 %
and wrong 3 %, names 2 %, phones 17 %, villages 4 %, addresses 12 %), rounded toward caution; a year has 365
days; twins are about 1 % of births; a mistyped number is one digit in about two cases of three.
No figure was fitted to labelled pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

Rates = dict[str, tuple[float, ...]]

# Order of the rates: that of the levels without MISSING.
_SAME: Final[Rates] = {
    #          same   variant one-sign given surname differ misplaced lone-sign untold
    "name": (0.968, 0.012, 0.004, 0.003, 0.002, 0.005, 0.002, 0.002, 0.002),
    #          same   swapped  two-parts year  differ  moon  year-only
    "birth": (0.975, 0.004, 0.008, 0.003, 0.005, 0.003, 0.002),
    "sex": (0.990, 0.010),
    "phone": (0.80, 0.01, 0.19),
    "address": (0.84, 0.08, 0.08),
    "village": (0.95, 0.02, 0.03),
    "home": (0.93, 0.07),
}
_HOUSEMATE: Final[Rates] = {
    "name": (
        0.0,
        0.007,
        0.19,
        0.01,
        0.37,
        0.333,
        0.01,
        0.08,
        0.0012,
    ),  # the first is made from how common the given name is
    "birth": (0.001, 0.00003, 0.004, 0.02, 0.974, 0.0005, 0.0003),
    "sex": (0.5, 0.5),
    "phone": (0.5, 0.0001, 0.5),
    "address": (0.86, 0.07, 0.07),
    "village": (0.97, 0.01, 0.02),
    "home": (0.95, 0.05),
}
_STRANGER: Final[Rates] = {
    "name": (0.0, 0.0004, 0.004, 0.01, 0.07, 0.90, 0.0003, 0.015, 0.00014),
    "birth": (0.0, 0.00003, 0.004, 0.012, 0.98, 0.001, 0.00015),
    "sex": (0.5, 0.5),
    "phone": (0.0, 0.000001, 1.0),
    "address": (0.0, 0.003, 1.0),
    "village": (0.0, 0.05, 0.95),
    "home": (0.00001, 1.0),
}
# One row for all: same, upgraded, one digit, swapped, length, two, differ-unsound, differ, other kind, cut, dragged.
# The first four slips are among numbers of which one side does not pass its check.
_NUMBER: Final[Rates] = {
    "same": (0.99, 0.99, 0.60, 0.25, 0.05, 0.05, 0.05, 0.0005, 1.0, 0.05, 1.0),
    "housemate": (0.001, 0.001, 0.00002, 0.00002, 0.00001, 0.0005, 1.0, 1.0, 1.0, 0.0005, 1.0),
    "stranger": (0.000001, 0.000001, 1e-8, 1e-8, 1e-8, 3e-7, 1.0, 1.0, 1.0, 1e-6, 1.0),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """Rates, and the lines that part certain from doubtful and doubtful from new."""

    same: Rates = field(default_factory=lambda: dict(_SAME))
    housemate: Rates = field(default_factory=lambda: dict(_HOUSEMATE))
    stranger: Rates = field(default_factory=lambda: dict(_STRANGER))
    number: Rates = field(default_factory=lambda: dict(_NUMBER))

    known: float = 0.85
    """Share of a roster's rows whose people are in the registry, before the file itself says otherwise."""
    housemates: float = 0.5
    """Share of the new people who belong to registered households."""
    repeated: float = 0.01
    """Share of rows that are a second row of somebody who is certain already."""
    moved: float = 0.01
    """Share of people whose phone, address and village are all others than in the registry: they married or moved."""
    family_numbers: float = 0.002
    """Share of rows that carry the number of somebody else of their household."""
    family_surname: float = 0.70
    """Share of two members of a household with one family name."""
    generation_sign: float = 0.25
    """Share of two members of one family name who share a character of the given name."""
    household_size: float = 3.0
    telling_births: float = 0.001
    """Birth dates count as written down for themselves, not computed from the numbers, in a file where at least this
    share of them (and three rows) contradicts the row's own number."""
    strength: float = 500.0
    """How many certain pairs weigh as much as the stated rates."""

    usual_people: int = 1_000_000
    """The registry that `compare` imagines around two records, and how common equal values are in it: two of
    1,000 people of a village have one name, and so on."""
    usual: dict[str, float] = field(
        default_factory=lambda: {
            "name": 0.0005, "given": 0.005, "birth": 0.00004, "phone": 0.000003, "address": 0.000004, "village": 0.0016,
        }
    )  # fmt: skip

    certain_at: float = 0.97
    """A link at or above this probability is made without asking."""
    other_name_at: float = 0.99
    """The same under a name that is not quite the person's, where no birth date of its own bears witness."""
    knows_slips_from: int = 1_000
    """A file of fewer certain pairs says too little of how rare a family member's number is: there such rows are asked
    about."""
    doubtful_at: float = 0.10
    """Below this probability the row is a new person."""
    knows_names_from: int = 1_000
    """A registry of fewer people says too little of how common a name is to link by name and village alone."""
    largest_block: int = 12
    """A phone or address that more people share is no clue of its own (a village office's phone)."""


DEFAULT: Final = Weights()
