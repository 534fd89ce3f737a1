"""What every verb of the ledger asks of its input and of the person it is about. Raises the refusals that say what is wrong."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from vaxkit.identity import Phone as ReadPhone
from vaxkit.identity import check_person_name, split_phones
from vaxkit.vocabulary import Problem
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import refusals
from yingjie.people.models import HOUSEHOLD_ROLES, Household, Person

HOME_LEVELS = ("village", "grid", "micro_grid")
LONGEST_ADDRESS = 120
VILLAGE_DIGITS = 12
_LONG_FIGURE = re.compile(r"[0-9Xx]{6,}")


def locked(
    by: Actor, person_id: UUID, *, gone_too: bool = False, permission: str = "people.change"
) -> Person:
    """A person of the actor's, locked, who is in the ledger (`gone_too`: or was). Raises NotAllowed, NotFound, HasLeft."""
    by.require(permission)
    found = lock(Person.objects.visible_to(by, permission), id=person_id)
    if not found:
        raise NotFound()
    if found[0].left_on is not None and not gone_too:
        raise refusals.HasLeft(name=found[0].name, on=found[0].left_on.isoformat())
    return found[0]


def home(by: Actor, area_code: str) -> areas.AreaRow:
    """A village, grid or micro-grid in which the actor enters people. Raises AreaClosed, AreaNotForPeople."""
    found = areas.open_area(by, area_code, "people.change")
    if found is None:
        raise refusals.AreaClosed()
    if found.level not in HOME_LEVELS:
        raise refusals.AreaNotForPeople(name=found.name)
    return found


def household(by: Actor, household_id: UUID, area_code: str) -> UUID:
    """A household of the actor's in the village of `area_code`. Raises HouseholdUnknown, HouseholdElsewhere."""
    members = Person.objects.visible_to(by, "people.change").filter(
        household_id=household_id, left_on__isnull=True
    )
    stated = Household.objects.visible_to(by, "people.change").filter(pk=household_id)
    places = {*members.values_list("area_id", flat=True), *stated.values_list("area_id", flat=True)}
    if not places:
        raise refusals.HouseholdUnknown()
    if any(place[:VILLAGE_DIGITS] != area_code[:VILLAGE_DIGITS] for place in places):
        raise refusals.HouseholdElsewhere()
    return household_id


def name(raw: str) -> str:
    read = check_person_name(raw)
    if isinstance(read, Problem):
        raise refusals.NameUnreadable(why=refusals.Said(read))
    return read


def phones(raw: Iterable[str]) -> tuple[str, ...]:
    """Every phone in some cells, in the written form, each once."""
    found: dict[str, None] = {}
    for cell in raw:
        for phone in split_phones(cell):
            if not isinstance(phone, ReadPhone):
                raise refusals.PhoneUnreadable(why=refusals.Said(phone))
            found[phone.number] = None
    return tuple(found)


def role(role: str) -> str:
    if role and role not in HOUSEHOLD_ROLES:
        raise refusals.UnknownRole(role=role, known=", ".join(HOUSEHOLD_ROLES))
    return role


def word(given: str, known: Iterable[str], field: str) -> str:
    """One of the words of a list. Raises UnknownWord."""
    if given not in set(known):
        raise refusals.UnknownWord(word=given, field=field, known=", ".join(sorted(filter(None, known))))
    return given


def address(address: str) -> str:
    address = " ".join(address.split())
    if len(address) > LONGEST_ADDRESS:
        raise refusals.AddressTooLong()
    return address


def has_come(on: date) -> date:
    """A day that is not in the future. Raises RegisteredTooLate."""
    if on > clock.today():
        raise refusals.RegisteredTooLate(on=on.isoformat())
    return on


def moved_in(on: date | None, born_on: date) -> date | None:
    if on is not None and not born_on <= on <= clock.today():
        raise refusals.MovedInImpossible(on=on.isoformat())
    return on


def words_only(text: str) -> str:
    """Words for the journal and the timeline: a number that somebody typed into a reason does not belong there."""
    return _LONG_FIGURE.sub("…", " ".join(text.split()))[:200]
