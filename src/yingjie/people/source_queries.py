"""Where each field of somebody came from, and what other sources say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from vaxkit.identity import mask_last_four
from vaxkit.ruledata.field_sources import shipped_source_rules
from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import roster_claims
from yingjie.people.models import ROSTER_KINDS, Claim, IdentityDocument, LedgerSource, Person, Stay
from yingjie.people.roster.believing import FIELDS as FIELD_NAMES

FIELDS = ("name", "number", "birth_on", "sex", "area", "address", "household_role")
_SEEN = "of a person whom the actor sees"
_WHERE = ("area", "address")


@dataclass(frozen=True)
class SourceView:
    """A source: its kind, that in words, its day; file and importer are "" where the actor may not see people of its area."""

    kind: str
    title: Text
    label: str
    on: date
    by: str


@dataclass(frozen=True)
class Against:
    """What another source says."""

    value: str
    source: SourceView


@dataclass(frozen=True)
class FieldSource:
    """A field of the ledger: its value, its source (None: entered or corrected by hand), and who says otherwise, newest first."""

    field: str
    value: str
    source: SourceView | None
    against: tuple[Against, ...]


def provenance(actor: Actor, person_id: UUID) -> tuple[FieldSource, ...]:
    """The fields of one of the actor's people that came from a list or of which lists differ. Where somebody lived who came from
    another area stays untold. Raises NotFound."""
    person = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound()
    rows = Claim.objects.unscoped(_SEEN).filter(person_id=person_id).select_related("source")
    claims = list(rows.order_by("-on", "pk"))
    by_hand = {FIELD_NAMES[name] for name in roster_claims.by_hand(Q(person_id=person_id))}
    elsewhere = _lived_elsewhere(actor, person)
    origins = {field: source for field, source in (person.origins or {}).items() if isinstance(source, int)}
    sources = LedgerSource.objects.unscoped(_SEEN).in_bulk(origins.values())
    places = areas.places({person.area_id, *(row.value for row in claims if row.field == "area")})
    found = []
    for field in FIELDS:
        known = sources.get(origins.get(field, origins.get("*", 0)))
        held = _held(person, field)
        against = tuple(
            Against(_shown(field, row.value, places), _view(actor, row.source))
            for row in claims
            if row.field == field
            and row.value not in held
            and (field not in _WHERE or _may_know(actor, row, elsewhere))
        )
        if known is not None or against:
            value = "、".join(_shown(field, each, places) for each in held)
            source = _view(actor, known) if known and field not in by_hand else None
            found.append(FieldSource(field, value, source, against))
    return tuple(found)


def _lived_elsewhere(actor: Actor, person: Person) -> bool:
    """Whether the person has counted in an area that the actor does not see."""
    rows = Stay.objects.unscoped(_SEEN).filter(person_id=person.pk) if person.has_stays else ()
    return any(not actor.sees("people.view", row.area_id) for row in rows)


def _may_know(actor: Actor, row: Claim, elsewhere: bool) -> bool:
    """Whether the actor may know a place that a list names: one of their own, as their own list says where there are others."""
    if row.field == "area":
        return actor.sees("people.view", row.value)
    return not elsewhere or actor.may("people.view", row.source.area_id)


def _held(person: Person, field: str) -> list[str]:
    """What the ledger holds of a field, as claims hold it."""
    if field == "number":
        rows = IdentityDocument.objects.unscoped(_SEEN).filter(person_id=person.pk).order_by("order", "id")
        return [row.number for row in rows]
    return [str(person.area_id if field == "area" else getattr(person, field))]


def _shown(field: str, value: str, places: Mapping[str, str]) -> str:
    """A value for the eye; a number is masked."""
    if field == "number":
        return mask_last_four(value[-4:])
    return places.get(value, value) if field == "area" else value


def kinds() -> list[tuple[str, Text]]:
    """What a list may be, in words, from the most believed on."""
    rules = shipped_source_rules()
    return [(kind, rules.title(kind)) for kind in sorted(ROSTER_KINDS, key=rules.rank)]


def _view(actor: Actor, source: LedgerSource) -> SourceView:
    may = actor.may("people.view", source.area_id)
    title = shipped_source_rules().title(source.kind)
    return SourceView(source.kind, title, source.label if may else "", source.on, source.by if may else "")
