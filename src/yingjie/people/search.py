"""What somebody typed into the search box, and the people it means.

    whole numbers and phones   by their blind index, never decrypted; a number of any kind of document
    four signs                 the end of a document's number
    Latin letters              a reading (whole or its beginning), or initials
    Chinese signs              any part of a name

Each way has an index of its own (models/person.py): one search reads few rows of a million. Names of more than four signs are
few; a part of one is looked for among those alone.
"""

import re

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Substr

from vaxkit.identity import Phone, check_phone
from vaxkit.identity.kinds import Document, check_document, kind_of, normalise_document
from yingjie.foundation import clock
from yingjie.people.loading import number_index, phone_index
from yingjie.people.models import LONG_NAME, DocumentKey, IdentityDocument, Person
from yingjie.people.models import Phone as PhoneRow

LAST_FOUR = re.compile(r"\d{3}[\dXx]")
LATIN = re.compile(r"[A-Za-z]+")
WHOLE_NUMBER = re.compile(r"\d{5,}")
_FOUND = "ids from a look-up by index; whoever searches is scoped by the rows they search in"


def is_whole_number(text: str) -> bool:
    """Whether a text is a number or a phone, or part of one: what never stands in the address of a page."""
    return WHOLE_NUMBER.search("".join(text.split()).replace("-", "")) is not None


def meant(rows: QuerySet[Person], text: str, *, whole_numbers: bool = True) -> QuerySet[Person]:
    """Those of the rows whom the text means; none where it can mean nobody. `whole_numbers=False` leaves out numbers and phones."""
    text = text.strip()
    if LAST_FOUR.fullmatch(text):
        ends = IdentityDocument.objects.unscoped(_FOUND).filter(last_four=text.upper())
        return rows.filter(pk__in=ends.values("person_id"))
    if LATIN.fullmatch(text.replace(" ", "")):
        return _read_aloud(rows, text.replace(" ", "").casefold())
    if any(sign.isdigit() for sign in text):
        return _of_number(rows, text) if whole_numbers else rows.none()
    return _part_of_a_name(rows, "".join(text.split())) if text and not text.isascii() else rows.none()


def owners(raw: str) -> set[object]:
    """The ids of those whose document has this number, of whatever kind it may be."""
    text, today = normalise_document(raw), clock.today()
    read = [check_document(raw, kind, on=today) for kind in kind_of(raw, on=today)]
    indexes = {number_index(found.number, found.kind.value) for found in read if isinstance(found, Document)}
    if not text or not indexes:
        return set()
    return set(DocumentKey.objects.filter(number_index__in=indexes).values_list("person_id", flat=True))


def _of_number(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    ids = owners(text)
    phone = check_phone(text)
    if isinstance(phone, Phone):
        phones = PhoneRow.objects.unscoped(_FOUND).filter(number_index=phone_index(phone.number))
        ids |= set(phones.values_list("person_id", flat=True))
    return rows.filter(pk__in=ids) if ids else rows.none()


def _read_aloud(rows: QuerySet[Person], word: str) -> QuerySet[Person]:
    initials = Func(F("pinyin"), Value(" "), Value(2), function="split_part", output_field=TextField())
    return rows.alias(initials=initials).filter(_begins("pinyin", word) | _begins("initials", word))


def _part_of_a_name(rows: QuerySet[Person], part: str) -> QuerySet[Person]:
    from_second, from_third = Substr("name", 2), Substr("name", 3)
    condition = _begins("name", part) | _begins("from_second", part) | _begins("from_third", part)
    condition |= Q(name__regex=LONG_NAME, name__contains=part)
    return rows.alias(from_second=from_second, from_third=from_third).filter(condition)


def _begins(column: str, word: str) -> Q:
    return Q(**{f"{column}__startswith": word})
