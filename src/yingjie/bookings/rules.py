"""The rules of appointments as data (data/rules.yaml): no-shows, shares, limits. Read once."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent / "data" / "rules.yaml"


@dataclass(frozen=True)
class Rules:
    """`late_minutes`: after so long a place of somebody who has not come is given to others. `misses` places not kept within
    `misses_days` close booking ahead for `barred_days`. `offline_percent` of the seats cannot be taken online.
    `extra_percent_most` bounds overbooking, `extra_after` is how many people must have been expected before the rate of
    no-shows means anything. `ahead_days`: how far ahead residents may book. `recount_seconds`: how old the count of doses may
    be when a place is given."""

    late_minutes: int
    misses: int
    misses_days: int
    barred_days: int
    offline_percent: int
    extra_percent_most: int
    extra_after: int
    ahead_days: int
    recount_seconds: int
    list_lines_most: int
    code_minutes: int
    code_tries: int
    knocks_per_address: int
    knocks_per_number: int
    knocks_minutes: int


@lru_cache(maxsize=1)
def rules() -> Rules:
    with _FILE.open(encoding="utf-8") as file:
        return Rules(**yaml.safe_load(file))
