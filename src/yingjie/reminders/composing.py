"""Messages as they are read: who is named in each and what it says of them, made of the ledger at the moment of asking.

Nobody's health is in them. For people whom the caller was authorised for; phones only where `with_phones` is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.bookings.models import Booking
from yingjie.people.models import Person, Phone
from yingjie.reminders import moments
from yingjie.reminders.models import Message, Reminder
from yingjie.reminders.texts import texts
from yingjie.sites import queries as sites

_CHECKED = "of people whom the caller was authorised for"


@dataclass(frozen=True)
class Named:
    """Somebody in a message, and the appointment that it is about."""

    person_id: UUID
    about: UUID | None


@dataclass(frozen=True)
class Letter:
    """A message ready to leave. `phone` is "" where it was not asked for, or is gone."""

    person_id: UUID
    names: tuple[str, ...]
    words: str
    phone: str = ""
    masked: str = ""


def named_in(reminder: Reminder, bearers: Mapping[UUID, UUID | None]) -> dict[UUID, list[Named]]:
    """Whom each message names: the one who bears it first. `bearers`: person → what it is about."""
    found = {person_id: [Named(person_id, about)] for person_id, about in bearers.items()}
    if found:
        rows = Message.objects.unscoped(_CHECKED).filter(
            reminder_id=reminder.pk, told_with__in=list(found), state="named"
        )
        for person_id, about, bearer in rows.order_by("person_id").values_list(
            "person_id", "about", "told_with"
        ):
            found[bearer].append(Named(person_id, about))
    return found


def letters(
    reminder: Reminder,
    named: Mapping[UUID, Sequence[Named]],
    phone_ids: Mapping[UUID, UUID],
    *,
    with_phones: bool,
) -> list[Letter]:
    """The messages of these bearers, in their order."""
    everybody = {each.person_id for those in named.values() for each in those}
    names = dict(Person.objects.unscoped(_CHECKED).filter(pk__in=everybody).values_list("pk", "name"))
    abouts = {each.about for those in named.values() for each in those if each.about is not None}
    when = _appointments(abouts, reminder.language)
    phones = {row.pk: row for row in _phones(phone_ids.values(), with_phones)}
    words, office = texts().by_occasion[reminder.occasion], office_of(reminder.area_id)
    found = []
    for bearer, those in named.items():
        items = [{"name": names.get(each.person_id, ""), **when.get(each.about, _NOWHERE)} for each in those]
        phone = phones.get(phone_ids[bearer])
        found.append(
            Letter(
                person_id=bearer, names=tuple(item["name"] for item in items),
                words=words.message(office, items, reminder.language),
                phone=phone.number if phone is not None and with_phones else "", masked=phone.masked if phone else "",
            )
        )  # fmt: skip
    return found


def office_of(area_code: str) -> str:
    """Who is speaking: the county, township or village by name."""
    return areas.names([area_code]).get(area_code, area_code)


_NOWHERE = {"time": "", "site": ""}


def _phones(ids: object, with_numbers: bool) -> list[Phone]:
    rows = Phone.objects.unscoped(_CHECKED).filter(pk__in=list(ids))  # type: ignore[call-overload]  # ids of a mapping's values
    return list(rows if with_numbers else rows.defer("number"))


def _appointments(ids: set[UUID], language: str) -> dict[UUID | None, dict[str, str]]:
    rows = Booking.objects.unscoped(_CHECKED).filter(pk__in=ids).values_list("pk", "at", "site_id")
    found = list(rows)
    names = sites.names({site_id for _key, _at, site_id in found})
    return {
        key: {"time": moments.moment(at, language), "site": names.get(site_id, "")}
        for key, at, site_id in found
    }


def main_phone_index(person_id: UUID) -> str:
    """The keyed hash of the phone to which their messages go; "" where there is none."""
    row = Phone.objects.unscoped(_CHECKED).filter(person_id=person_id, order=1).defer("number").first()
    return row.number_index if row is not None else ""
