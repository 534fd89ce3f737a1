"""What somebody typed into the search box, and the people it means.

    whole numbers and phones   by their blind index, never decrypted; a number of any kind of document
    four signs                 the end of a document's number
    Latin letters              a reading (whole or its beginning), or initials; of the whole name or of the given name alone
    Chinese signs              any part of a name

Each way has an index of its own (models/person.py): one search reads few rows of a million. Names of more than four signs are
few; a part of one is looked for among those alone.
"""

import re
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Substr

from vaxkit.identity import Phone, check_phone
from vaxkit.identity.kinds import Document, check_document, kind_of, normalise_document
from yingjie.foundation import clock
from yingjie.people.loading import number_index, phone_index
from yingjie.people.models import LONG_NAME, DocumentKey, IdentityDocument, Person
from yingjie.people.models import Phone as PhoneRow
from yingjie.people.readings import readings_of

LAST_FOUR = re.compile(r"\d{3}[\dXx]")
LATIN = re.compile(r"[A-Za-z]+")
WHOLE_NUMBER = re.compile(r"\d{5,}")
_LONG_BEGINNING = 5
_FOUND = "ids from a look-up by index; whoever searches is scoped by the rows they search in"


def is_whole_number(text: str) -> bool:
    """Whether a text is a number or a phone, or part of one: what never stands in the address of a page."""
    return WHOLE_NUMBER.search("".join(text.split()).replace("-", "")) is not None


def meant(rows: QuerySet[Person], text: str, *, whole_numbers: bool = True) -> QuerySet[Person]:
    """Those of the rows whom the text means; none where it can mean nobody. `whole_numbers=False` leaves out numbers and phones."""
    conditions = _conditions(text, whole_numbers)
    return _prepared(rows).filter(reduce(or_, conditions)) if conditions else rows.none()


def ways(rows: QuerySet[Person], text: str) -> list[QuerySet[Person]]:
    """The same people, one queryset for each way in which the text may mean them; somebody may be in several. Without whole numbers
    and phones."""
    return [_prepared(rows).filter(condition) for condition in _conditions(text, whole_numbers=False)]


def owners(raw: str) -> set[UUID]:
    """The ids of those whose document has this number, of whatever kind it may be."""
    text, today = normalise_document(raw), clock.today()
    read = [check_document(raw, kind, on=today) for kind in kind_of(raw, on=today)]
    indexes = {number_index(found.number, found.kind.value) for found in read if isinstance(found, Document)}
    if not text or not indexes:
        return set()
    return set(DocumentKey.objects.filter(number_index__in=indexes).values_list("person_id", flat=True))


def _conditions(text: str, whole_numbers: bool) -> list[Q]:
    text = text.strip()
    if LAST_FOUR.fullmatch(text):
        ends = IdentityDocument.objects.unscoped(_FOUND).filter(last_four=text.upper())
        return [Q(pk__in=ends.values("person_id"))]
    if LATIN.fullmatch(text.replace(" ", "")):
        return _read_aloud(text.replace(" ", "").casefold())
    if any(sign.isdigit() for sign in text):
        return _of_number(text) if whole_numbers else []
    return _parts_of_names("".join(text.split())) if text and not text.isascii() else []


def _of_number(text: str) -> list[Q]:
    ids = owners(text)
    phone = check_phone(text)
    if isinstance(phone, Phone):
        phones = PhoneRow.objects.unscoped(_FOUND).filter(number_index=phone_index(phone.number))
        ids |= set(phones.values_list("person_id", flat=True))
    return [Q(pk__in=ids)] if ids else []


def _read_aloud(word: str) -> list[Q]:
    """A reading and initials begin with the same letter: said for the initials too, to enter the index of readings there. A given
    name is meant by all of its reading or letters; by a beginning only where that is long enough to mean few."""
    reading = Q(pinyin__startswith=word)
    if len(word) == 1:
        return [reading]
    given = Q(given__startswith=word) if len(word) >= _LONG_BEGINNING else Q(given=word)
    return [reading, Q(pinyin__startswith=word[0], initials__startswith=word), given, Q(given_initials=word)]


def _parts_of_names(part: str) -> list[Q]:
    """A name that begins so reads so, in one of the ways in which its first sign is read: the same hint."""
    readings = reduce(or_, (Q(pinyin__startswith=sound) for sound in readings_of(part[0])), Q())
    return [
        Q(name__startswith=part) & readings,
        Q(from_second__startswith=part),
        Q(from_third__startswith=part),
        Q(name__regex=LONG_NAME, name__contains=part),
    ]


def _prepared(rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows.alias(
        initials=_word(2), given=_word(3), given_initials=_word(4), from_second=Substr("name", 2), from_third=Substr("name", 3)
    )  # fmt: skip


def _word(place: int) -> Func:
    """A word of `pinyin`, as the indexes have it."""
    return Func(F("pinyin"), Value(" "), Value(place), function="split_part", output_field=TextField())
