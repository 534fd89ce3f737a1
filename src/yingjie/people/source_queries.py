"""Where each field of somebody came from, and what other sources say of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vaxkit.ruledata.field_sources import shipped_source_rules
from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import ROSTER_KINDS, Claim, LedgerSource, Person

FIELDS = ("name", "area", "address", "household_role")
_SEEN = "of a person whom the actor sees"


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
    """The fields of one of the actor's people that came from a list or of which lists differ. Raises NotFound."""
    person = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound()
    claims = list(
        Claim.objects.unscoped(_SEEN).filter(person_id=person_id, chosen=False).select_related("source").order_by("-on", "pk")
    )  # fmt: skip
    origins = {field: source for field, source in (person.origins or {}).items() if isinstance(source, int)}
    sources = LedgerSource.objects.unscoped(_SEEN).in_bulk(origins.values())
    places = areas.places({person.area_id, *(row.value for row in claims if row.field == "area")})
    found = []
    for field in FIELDS:
        known = sources.get(origins.get(field, origins.get("*", 0)))
        against = tuple(
            Against(places.get(row.value, row.value), _view(actor, row.source))
            for row in claims
            if row.field == field
        )
        value = places.get(person.area_id, "") if field == "area" else str(getattr(person, field))
        if known is not None or against:
            found.append(FieldSource(field, value, _view(actor, known) if known else None, against))
    return tuple(found)


def kinds() -> list[tuple[str, Text]]:
    """What a list may be, in words, from the most believed on."""
    rules = shipped_source_rules()
    return [(kind, rules.title(kind)) for kind in sorted(ROSTER_KINDS, key=rules.rank)]


def _view(actor: Actor, source: LedgerSource) -> SourceView:
    may = actor.may("people.view", source.area_id)
    title = shipped_source_rules().title(source.kind)
    return SourceView(source.kind, title, source.label if may else "", source.on, source.by if may else "")
