"""How a person's name is found by typing Latin letters.

Surnames keep readings of their own (单 is Shàn, not dān), so the beginning of a name is looked up in `data/surnames.csv`
before the general reading is taken.
"""

import csv
from functools import lru_cache
from pathlib import Path

from pypinyin import lazy_pinyin

SURNAMES_FILE = Path(__file__).parent / "data" / "surnames.csv"
_COLUMN = 160
_LONGEST_WITH_SURNAME = 4


def reading(name: str) -> str:
    """The reading of a whole name and its initials, then those of the given name: 单红梅 → "shanhongmei shm hongmei hm".

    It sorts by its beginning; each of the four words is searched by its own. Long names, and those in Latin letters, have two."""
    surname, given = _parts(name)
    syllables = [*surname, *given]
    words = [_whole(syllables), _initials(syllables)]
    if surname and given and len(name) <= _LONGEST_WITH_SURNAME and not name.isascii():
        words += [_whole(given), _initials(given)]
    return " ".join(words)[:_COLUMN]


def _whole(syllables: list[str]) -> str:
    return "".join(syllables)


def _initials(syllables: list[str]) -> str:
    return "".join(syllable[:1] for syllable in syllables)


def readings_of(sign: str) -> set[str]:
    """How the reading of a name that begins with a character may begin: as a surname, in a compound one, or as any character."""
    compound = {syllables.split()[0] for surname, syllables in _surnames().items() if surname[:1] == sign}
    return {*_read(sign), *compound}


def _parts(name: str) -> tuple[list[str], list[str]]:
    """The syllables of the surname and of the given name."""
    for length in (2, 1):
        known = _surnames().get(name[:length])
        if known and len(name) > length:
            return known.split(), _each(name[length:])
    return _each(name[:1]), _each(name[1:])


@lru_cache(maxsize=1)
def _surnames() -> dict[str, str]:
    """Surname → its syllables, for those whose reading differs from the general one, and for compound ones."""
    with SURNAMES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["surname"]: row["reading"] for row in csv.DictReader(file)}


def _each(text: str) -> list[str]:
    found: list[str] = []
    for sign in text:
        found += _read(sign)
    return found


@lru_cache(maxsize=8192)
def _read(sign: str) -> tuple[str, ...]:
    """The syllable of one character; a Latin letter is its own, other signs have none."""
    if sign.isascii():
        return (sign.casefold(),) if sign.isalpha() else ()
    read = "".join(letter for letter in "".join(lazy_pinyin(sign)).casefold() if letter.isascii())
    return (read,) if read else ()
