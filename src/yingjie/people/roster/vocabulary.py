"""The words that rosters use, from the files in `people/data/`: headings, roles, sexes, and the reasons of fates."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from vaxkit.vocabulary import Text

DATA = Path(__file__).parent.parent / "data"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def headings() -> dict[str, tuple[str, ...]]:
    """Field → the headings it goes by."""
    rows = table("roster_columns.csv")
    return {row["field"]: tuple(row["headings"].split("|")) for row in rows if row["headings"]}


@lru_cache(maxsize=1)
def titles() -> dict[str, Text]:
    """Field → its words for people; "" is a column that is not imported."""
    return {row["field"]: Text(row["zh"], row["en"]) for row in table("roster_columns.csv")}


@cache
def words(kind: str) -> dict[str, str]:
    """Word → its meaning, of one kind: role, sex, part, somebody_else, place_ending, other_heading."""
    return {row["word"]: row["meaning"] for row in table("roster_words.csv") if row["kind"] == kind}


@lru_cache(maxsize=1)
def role_opening() -> re.Pattern[str]:
    """What stands before a role where a cell says it as a sentence: "is (the head)'s …"."""
    said = words("role_opening")
    before, whose, of = (
        "|".join(re.escape(word) for word, meaning in said.items() if meaning == wanted)
        for wanted in ("is", "whose", "of")
    )
    return re.compile(f"^(?:{before})?(?:{whose})?(?:{of})")


@lru_cache(maxsize=1)
def date_signs() -> str:
    """The signs that end the parts of a written date, one after the other."""
    return "".join(word for word in words("date_part") if len(word) == 1)


@lru_cache(maxsize=1)
def _signs() -> dict[int, str]:
    rows = table("traditional.csv")
    return {
        ord(old): new for row in rows for old, new in zip(row["traditional"], row["simplified"], strict=True)
    }


def simplified(text: str) -> str:
    """A heading or the name of a place in simplified signs. Never ask it of the name of a person."""
    return text if text.isascii() else text.translate(_signs())


@lru_cache(maxsize=1)
def reasons() -> dict[str, tuple[str, Text]]:
    """Code → weight and words."""
    return {row["code"]: (row["weight"], Text(row["zh"], row["en"])) for row in table("roster_reasons.csv")}
