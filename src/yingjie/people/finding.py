"""Who of the actor's people are meant by the lines of somebody else's list, by the surest sign that a line gives.

    found = find(actor, [Sought(number="…"), Sought(name="王强", phone="…")])
    found[0].person_id, found[0].by        None and "" where nobody is, or more than one

By number; by phone and name; by name and birth date; by name and village or address; by name alone where nobody else in the actor's
area bears it. Whoever lives outside the actor's areas is not found: a list must not tell who is in a foreign ledger.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vaxkit.identity import Phone as CheckedPhone
from vaxkit.identity import ResidentNumber, check_phone, check_resident_number
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people.loading import number_index, phone_index
from yingjie.people.models import DocumentKey, Person, Phone
from yingjie.people.residents import in_ledger

_BATCH = 5_000


@dataclass(frozen=True)
class Sought:
    """What a line says of somebody, as it was written. `area_code` "" where the place is not known."""

    number: str = ""
    phone: str = ""
    name: str = ""
    birth_on: date | None = None
    area_code: str = ""
    address: str = ""


@dataclass(frozen=True)
class Found:
    """`by`: number, phone, name_birth, name_address or name; "" with nobody. `area_code` is where they live."""

    person_id: UUID | None = None
    by: str = ""
    area_code: str = ""


NOBODY = Found()


def find(
    actor: Actor, lines: Sequence[Sought], *, permission: str = "people.view", surely: bool = False
) -> list[Found]:
    """For each line whom it means. `surely`: by number only. A handful of queries per five thousand lines."""
    found: list[Found] = []
    for start in range(0, len(lines), _BATCH):
        found += _batch(actor, lines[start : start + _BATCH], permission, surely)
    return found


def _batch(actor: Actor, lines: Sequence[Sought], permission: str, surely: bool) -> list[Found]:
    mine = Person.objects.visible_to(actor, permission).filter(in_ledger(clock.today()))
    numbers = [_number(line.number) for line in lines]
    keys = DocumentKey.objects.filter(number_index__in={key for key in numbers if key})
    owner = dict(keys.values_list("number_index", "person_id"))
    here = _rows(mine.filter(pk__in=set(owner.values())))
    found = [
        Found(here[owner[key]].pk, "number", here[owner[key]].area_id) if owner.get(key) in here else NOBODY for key in numbers
    ]  # fmt: skip
    if surely:
        return found
    # A whole number that is nobody's here is somebody else's: a namesake must not be taken for them.
    left = [
        at for at, (key, each) in enumerate(zip(numbers, found, strict=True)) if each is NOBODY and not key
    ]
    names = {lines[at].name for at in left if lines[at].name}
    namesakes: defaultdict[str, list[Person]] = defaultdict(list)
    for person in mine.filter(name__in=names):
        namesakes[person.name].append(person)
    phones = _phones([person.pk for rows in namesakes.values() for person in rows])
    for at in left:
        found[at] = _by_other_signs(lines[at], namesakes.get(lines[at].name, []), phones)
    return found


def _by_other_signs(line: Sought, people: list[Person], phones: dict[UUID, set[str]]) -> Found:
    key = _phone(line.phone)
    signs = (
        ("phone", [person for person in people if key and key in phones.get(person.pk, ())]),
        ("name_birth", [person for person in people if line.birth_on and person.birth_on == line.birth_on]),
        ("name_address", [person for person in people if _at(line, person)]),
        ("name", people if not (line.birth_on or line.area_code) else []),
    )
    for by, chosen in signs:
        if len(chosen) == 1:
            return Found(chosen[0].pk, by, chosen[0].area_id)
    return NOBODY


def _at(line: Sought, person: Person) -> bool:
    if line.birth_on and line.birth_on != person.birth_on:
        return False
    address = "".join(line.address.split())
    same_address = bool(
        address and person.address and (address.endswith(person.address) or person.address.endswith(address))
    )
    return same_address or bool(line.area_code and person.area_id.startswith(line.area_code))


def _rows(rows: Iterable[Person]) -> dict[UUID, Person]:
    return {row.pk: row for row in rows}


def _phones(person_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = Phone.objects.unscoped("of people who were scoped before").filter(person_id__in=person_ids)
    for person_id, index in rows.values_list("person_id", "number_index"):
        found[person_id].add(index)
    return found


def _number(raw: str) -> str:
    checked = check_resident_number(raw, on=clock.today()) if raw.strip() else None
    return number_index(checked.number) if isinstance(checked, ResidentNumber) else ""


def _phone(raw: str) -> str:
    checked = check_phone(raw) if raw.strip() else None
    return phone_index(checked.number) if isinstance(checked, CheckedPhone) else ""
