"""How two values of a field can compare. The numbers are positions in the tables of `weights`."""

from __future__ import annotations

from enum import IntEnum


class NumberLevel(IntEnum):
    MISSING = 0
    SAME = 1
    UPGRADED = 2  # the same number, written in 15 digits on one side
    ONE_DIGIT = 3
    SWAPPED = 4  # two neighbouring digits
    LENGTH = 5  # one digit left out or put in
    TWO = 6  # two such slips
    DIFFER_UNSOUND = 7  # they differ, and at least one does not pass its own check
    DIFFER = 8  # they differ and both pass their checks
    OTHER_KIND = 9  # numbers of two kinds of document say nothing about each other
    CUT = 10  # a spreadsheet turned the last three figures into 000; the fifteen before them agree
    DRAGGED = 11  # the row's number counts up from another row's: it says nothing


class NameLevel(IntEnum):
    MISSING = 0
    SAME = 1
    VARIANT = 2  # variant characters, characters of one sound, or the family name written last
    ONE_SIGN = 3  # one character of a given name of two differs
    GIVEN_SAME = 4  # another family name
    SURNAME_ONLY = 5
    DIFFER = 6
    MISPLACED = 7  # one character left out or put in, or two swapped
    LONE_SIGN = 8  # the given name is one character, and that differs
    UNTOLD = 9  # a title or a nickname stands for the given name


class BirthLevel(IntEnum):
    MISSING = 0
    SAME = 1
    SWAPPED = 2  # day and month
    TWO_PARTS = 3  # two of year, month and day agree
    YEAR = 4
    DIFFER = 5
    MOON = 6  # some weeks apart, as a date of the old calendar that was written as one of the new
    YEAR_ONLY = 7  # the year agrees, and one side says 1 January, as where no more is known
    IN_NUMBER = 8  # not compared: the date is the number's own, and the numbers were compared


class SexLevel(IntEnum):
    MISSING = 0
    SAME = 1
    DIFFER = 2


class PhoneLevel(IntEnum):
    MISSING = 0
    SAME = 1
    NEAR = 2  # one digit, or two neighbours swapped
    DIFFER = 3


class AddressLevel(IntEnum):
    MISSING = 0
    SAME = 1
    SIMILAR = 2  # one is the end of the other, or the same house number in the same village
    DIFFER = 3


class VillageLevel(IntEnum):
    MISSING = 0
    SAME = 1
    TOWNSHIP = 2
    DIFFER = 3
    MERGED = 4  # most of this roster's village, or many, are registered in that one


class HomeLevel(IntEnum):
    """Whether the other members of the row's household were found in the person's household."""

    MISSING = 0
    SAME = 1
    DIFFER = 2


FIELDS: dict[str, type[IntEnum]] = {
    "number": NumberLevel,
    "name": NameLevel,
    "birth": BirthLevel,
    "sex": SexLevel,
    "phone": PhoneLevel,
    "address": AddressLevel,
    "village": VillageLevel,
    "home": HomeLevel,
}
