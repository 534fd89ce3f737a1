"""Reads of the review queue: both records side by side, how each field compares, in words, and where each came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from vaxkit.identity import mask_number, mask_phone
from vaxkit.identity.matching import Record, compare
from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Doubt, IdentityDocument, LedgerSource, Person, Phone, RosterImport
from yingjie.people.reviews import WAITING, line_of
from yingjie.people.roster_reading import SHEET_STEP

FIELDS = ("name", "number", "birth", "sex", "phone", "address", "village", "home")
_SCOPED = "people of a question that was scoped before"


@dataclass(frozen=True)
class Origin:
    """Where a field of the ledger came from: the source, its day, who brought it in ("" where the actor may not know)."""

    label: str
    on: date
    by: str


@dataclass(frozen=True)
class Side:
    """One record: masked values per field of FIELDS, and the origin of each where it is known ("*": of all others)."""

    title: str
    person_id: UUID | None
    values: dict[str, str]
    origins: dict[str, Origin]

    def origin(self, field: str) -> Origin | None:
        return self.origins.get(field) or self.origins.get("*")


@dataclass(frozen=True)
class Difference:
    """A field of both sides: `agrees` is None where nothing can be said; `words` say what was found."""

    field: str
    left: str
    right: str
    agrees: bool | None
    words: Text
    origin: Origin | None


@dataclass(frozen=True)
class Card:
    """A question: `left` is what came (or the second record), `right` whom of the ledger it is like, None for nobody."""

    id: UUID
    kind: str
    state: str
    place: str
    roster_id: UUID | None
    file_name: str
    number: int | None
    left: Side
    right: Side | None
    differences: tuple[Difference, ...]
    sentence: Text | None
    reasons: tuple[Text, ...]
    decided_by: str
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in WAITING


@dataclass(frozen=True)
class Row:
    """A question in the list."""

    id: UUID
    kind: str
    state: str
    place: str
    name: str
    reason: Text | None
    score: float


def counts(actor: Actor) -> dict[str, int]:
    """How many questions of the actor's areas are in which state."""
    rows = Doubt.objects.visible_to(actor).values("state").annotate(doubts=Count("pk")).order_by()
    return dict(rows.values_list("state", "doubts"))


def waiting(actor: Actor) -> int:
    return Doubt.objects.visible_to(actor).filter(state="open").count()


def rows(
    actor: Actor, *, state: str = "open", roster_id: UUID | None = None, first: int = 0, count: int = 50
) -> list[Row]:
    """Questions in the order in which they are asked."""
    found = _asked(actor, state, roster_id)[first : first + count]
    places = areas.places({row.area_id for row in found})
    names = _names(actor, found)
    return [
        Row(
            row.pk, row.kind, row.state, places.get(row.area_id, row.area_id), names.get(row.pk, ""),
            _first_reason(row), row.score,
        )
        for row in found
    ]  # fmt: skip


def total(actor: Actor, *, state: str = "open", roster_id: UUID | None = None) -> int:
    return _asked(actor, state, roster_id).count()


def neighbours(
    actor: Actor, doubt_id: UUID, *, roster_id: UUID | None = None
) -> tuple[UUID | None, UUID | None]:
    """The questions that wait before and after one."""
    waiting_rows = Doubt.objects.visible_to(actor).filter(state__in=WAITING)
    waiting_rows = waiting_rows.filter(roster_id=roster_id) if roster_id else waiting_rows
    before = waiting_rows.filter(pk__lt=doubt_id).order_by("-pk").values_list("pk", flat=True).first()
    after = waiting_rows.filter(pk__gt=doubt_id).order_by("pk").values_list("pk", flat=True).first()
    return before, after


def card(actor: Actor, doubt_id: UUID) -> Card:
    """One question. Raises NotFound."""
    doubt = Doubt.objects.visible_to(actor).filter(pk=doubt_id).first()
    if doubt is None:
        raise NotFound()
    right = _person(actor, doubt.person_id)
    second = _line(doubt) if doubt.kind == "line" else _person(actor, doubt.other_id)
    left = second or (_nobody(), Record(name=""))
    differences: tuple[Difference, ...] = ()
    sentence = None
    if right is not None:
        explained = compare(left[1], right[1])
        sentence = explained.sentence
        differences = tuple(
            Difference(
                finding.field, left[0].values.get(finding.field, ""), right[0].values.get(finding.field, ""),
                finding.agrees, finding.text, right[0].origin(_OWN.get(finding.field, finding.field)),
            )
            for finding in explained.findings
        )  # fmt: skip
    roster = (
        RosterImport.objects.visible_to(actor).filter(pk=doubt.roster_id).first() if doubt.roster_id else None
    )
    return Card(
        id=doubt.pk, kind=doubt.kind, state=doubt.state, place=areas.places([doubt.area_id]).get(doubt.area_id, ""),
        roster_id=doubt.roster_id, file_name=roster.file_name if roster else "",
        number=doubt.number % SHEET_STEP if doubt.number is not None else None, left=left[0],
        right=right[0] if right else None, differences=differences, sentence=sentence,
        reasons=tuple(Text(each["zh"], each["en"]) for each in doubt.reasons), decided_by=doubt.decided_by,
        decided_at=doubt.decided_at,
    )  # fmt: skip


def origins(actor: Actor, person: Person) -> dict[str, Origin]:
    """Where each field of somebody came from, as far as the ledger knows ("*": whatever is not named). Of lists of areas whose
    people the actor may not see it says the day alone."""
    kept: Mapping[str, int] = person.origins or {}
    sources = LedgerSource.objects.unscoped(_SCOPED).in_bulk(
        [each for each in kept.values() if isinstance(each, int)]
    )
    return {field: _origin(actor, sources[source]) for field, source in kept.items() if source in sources}


def _origin(actor: Actor, source: LedgerSource) -> Origin:
    may = actor.may("people.view", source.area_id)
    return Origin(source.label if may else "", source.on, source.by if may else "")


_OWN = {"village": "area", "home": "household", "birth": "birth_on"}


def _asked(actor: Actor, state: str, roster_id: UUID | None) -> Any:
    found = Doubt.objects.visible_to(actor).order_by("pk")
    if state:
        found = found.filter(state=state)
    return found.filter(roster_id=roster_id) if roster_id else found


def _names(actor: Actor, found: Any) -> dict[UUID, str]:
    people = {row.other_id or row.person_id for row in found if row.kind == "pair"}
    known = dict(Person.objects.visible_to(actor).filter(pk__in=people).values_list("pk", "name"))
    lines = {row.pk: line_of(row)["name"][0] for row in found if row.kind == "line" and row.entry}
    return {
        **{row.pk: known.get(row.other_id or row.person_id, "") for row in found if row.kind == "pair"},
        **lines,
    }


def _first_reason(row: Doubt) -> Text | None:
    weighty = [each for each in row.reasons if each["weight"] == "doubtful"]
    return Text(weighty[0]["zh"], weighty[0]["en"]) if weighty else None


def _nobody() -> Side:
    return Side("", None, {}, {})


def _line(doubt: Doubt) -> tuple[Side, Record]:
    row = line_of(doubt).row(0, named=True)
    number = row["document"] or row["written"] or ""
    phones = tuple(row["phones"] or ())
    place = areas.places([row["area"]])[row["area"]] if row["area"] else ""
    values = {
        "name": row["name"], "number": mask_number(number), "sex": row["sex"], "address": row["address"] or "",
        "birth": row["birth_on"].isoformat() if row["birth_on"] else str(row["birth_year"] or ""),
        "phone": "、".join(mask_phone(each) for each in phones), "village": place, "home": row["role"] or "",
    }  # fmt: skip
    record = Record(
        name=row["name"], number=number or None, born_on=row["birth_on"], sex=row["sex"], phones=phones,
        address=row["address"], village=row["area"],
    )  # fmt: skip
    return Side("", None, values, {}), record


def _person(actor: Actor, person_id: UUID | None) -> tuple[Side, Record] | None:
    """Somebody of the ledger whom the actor may see."""
    person = Person.objects.visible_to(actor).filter(pk=person_id).first() if person_id else None
    if person is None:
        return None
    document = (
        IdentityDocument.objects.unscoped(_SCOPED).filter(person_id=person.pk).order_by("order").first()
    )
    phones = list(Phone.objects.unscoped(_SCOPED).filter(person_id=person.pk).order_by("order"))
    values = {
        "name": person.name, "number": mask_number(document.number) if document else "", "sex": person.sex,
        "birth": person.birth_on.isoformat(), "phone": "、".join(phone.masked for phone in phones),
        "address": person.address, "village": areas.places([person.area_id]).get(person.area_id, ""),
        "home": person.household_role,
    }  # fmt: skip
    record = Record(
        name=person.name, number=document.number if document else None, born_on=person.birth_on, sex=person.sex,
        phones=tuple(phone.number for phone in phones), address=person.address, village=person.area_id,
    )  # fmt: skip
    return Side(person.name, person.pk, values, origins(actor, person)), record
