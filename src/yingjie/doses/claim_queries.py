"""Reads of reports of doses given elsewhere: the queue, one report with its proofs, a proof's content."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from vaxkit.immunization import Product
from yingjie.areas import queries as areas
from yingjie.doses.models import DoseClaim, Proof
from yingjie.doses.workflow import CLAIM
from yingjie.foundation import files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.vaccines.queries import product

TOWN_DIGITS = 9


@dataclass(frozen=True)
class SameFile:
    """Another report with the very same file. `name` is "" where the actor may not see that person: then only the town is said."""

    claim_id: UUID | None
    name: str
    place: str
    state: str
    added_at: datetime


@dataclass(frozen=True)
class ProofRow:
    id: UUID
    kind: str
    size_bytes: int
    file_name: str
    added_at: datetime
    added_by: str
    same_file: tuple[SameFile, ...]

    @property
    def is_photo(self) -> bool:
        return self.kind.startswith("image/")


@dataclass(frozen=True)
class ClaimRow:
    """A report as a list shows it. `has_twin`: one of its files is with another person's report too."""

    id: UUID
    person_id: UUID
    name: str
    age: int
    area_code: str
    place: str
    product: Product
    number: int
    given_on: date
    given_in: str
    lot_number: str
    note: str
    state: str
    claimed_at: datetime
    claimed_by: str
    decided_at: datetime | None
    decided_by: str
    verified_by: str
    refused_because: str
    opened_again_because: str
    dose_id: UUID | None
    proofs: int
    has_twin: bool


@dataclass(frozen=True)
class ClaimView:
    row: ClaimRow
    proofs: tuple[ProofRow, ...]
    steps: tuple[str, ...]

    def may(self, step: str) -> bool:
        return step in self.steps


def claim_rows(
    actor: Actor, *, state: str = "", area_code: str = "", product_code: str = "", twins: bool = False
) -> QuerySet[DoseClaim]:
    """The reports that the actor may see, narrowed."""
    rows = DoseClaim.objects.visible_to(actor).filter(person__area__code__startswith=area_code)
    if state:
        rows = rows.filter(state=state)
    if product_code:
        rows = rows.filter(product_id=product_code)
    return rows.filter(pk__in=_twins_of(rows)) if twins else rows


def shown(rows: Collection[DoseClaim]) -> list[ClaimRow]:
    """Rows of `claim_rows` with names and places, in their order."""
    briefs = people.briefs({row.person_id for row in rows})
    places = areas.places({brief.area_code for brief in briefs.values()})
    ids = [row.pk for row in rows]
    proofs = Proof.objects.unscoped("of claims that were scoped").filter(claim_id__in=ids).order_by()
    counts = dict(proofs.values_list("claim_id").annotate(files=Count("pk")))
    twins = set(_twins_of(DoseClaim.objects.unscoped("of claims that were scoped").filter(pk__in=ids)))
    return [_row(row, briefs[row.person_id], places, counts.get(row.pk, 0), row.pk in twins) for row in rows]


def claim(actor: Actor, claim_id: UUID) -> ClaimView:
    """One report with its proofs and the steps that the actor may take. Raises NotFound."""
    found = DoseClaim.objects.visible_to(actor).filter(pk=claim_id).first()
    if found is None:
        raise NotFound()
    (row,) = shown([found])
    steps = (
        tuple(step.name for step in CLAIM.leaving(found.state))
        if actor.may("doses.decide", row.area_code)
        else ()
    )
    if found.state == "claimed" and actor.may("doses.claim", row.area_code):
        steps += ("add_proof",)
    return ClaimView(row, _proofs(actor, found), steps)


def claims_of(actor: Actor, person_id: UUID) -> list[ClaimRow]:
    """The reports of one person, newest first. An unknown or foreign person has none."""
    rows = DoseClaim.objects.visible_to(actor).filter(person_id=person_id)
    return shown(list(rows.order_by("-claimed_at", "-pk")))


def open_claims(people_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people (whom the caller may see) waits for a decision."""
    rows = DoseClaim.objects.unscoped("for people whom the caller may see").filter(state="claimed")
    return set(rows.filter(person_id__in=people_ids).order_by().values_list("person_id", flat=True))


def waiting(actor: Actor) -> int:
    """How many reports wait for the actor's decision."""
    return DoseClaim.objects.visible_to(actor, "doses.decide").filter(state="claimed").count()


@transaction.atomic
def proof_content(actor: Actor, proof_id: UUID) -> tuple[ProofRow, bytes]:
    """A proof to look at; that the actor did is journalled. Raises NotFound."""
    found = Proof.objects.visible_to(actor).select_related("person").filter(pk=proof_id).first()
    if found is None:
        raise NotFound()
    content = files.get(found.sha256)
    facts = {"person": str(found.person_id), "claim": str(found.claim_id)}
    area_code = found.person.area_id
    record(by=actor, verb="doses.see_proof", subject=("proof", found.pk), area_code=area_code, facts=facts)
    return _proof(found, ()), content


def kept_files() -> Iterator[str]:
    """Every file that a proof names, for the sweep."""
    rows = Proof.objects.unscoped("the sweep must know every file").order_by()
    return rows.values_list("sha256", flat=True).iterator(chunk_size=5_000)


def _twins_of(rows: QuerySet[DoseClaim]) -> QuerySet[Proof, UUID]:
    """Claims among `rows` with a file that is with another person's claim too."""
    proofs = Proof.objects.unscoped("whether a file was used before does not depend on who asks")
    others = proofs.values("handed_in_sha256").annotate(people=Count("person_id", distinct=True))
    shared = others.filter(people__gt=1).order_by().values("handed_in_sha256")
    return (
        proofs.filter(claim__in=rows.values("pk"), handed_in_sha256__in=shared)
        .order_by()
        .values_list("claim_id", flat=True)
    )


def _proofs(actor: Actor, of: DoseClaim) -> tuple[ProofRow, ...]:
    rows = Proof.objects.unscoped("of a claim that was scoped").filter(person_id=of.person_id, claim=of)
    mine = list(rows.order_by("added_at", "pk"))
    twins = Proof.objects.unscoped("the same file with anybody else").filter(
        handed_in_sha256__in=[row.handed_in_sha256 for row in mine]
    )
    others = list(twins.exclude(person_id=of.person_id).select_related("claim").order_by("added_at", "pk"))
    said = _said_of_others(actor, others)
    return tuple(
        _proof(row, tuple(same for other, same in zip(others, said, strict=True)
                          if other.handed_in_sha256 == row.handed_in_sha256))
        for row in mine
    )  # fmt: skip


def _said_of_others(actor: Actor, others: list[Proof]) -> list[SameFile]:
    """A name only to whoever may see that person; to others the town."""
    briefs = people.briefs({row.person_id for row in others})
    places = areas.places({brief.area_code[:TOWN_DIGITS] for brief in briefs.values()})
    said = []
    for row in others:
        brief = briefs[row.person_id]
        mine = actor.may("doses.view", brief.area_code)
        said.append(
            SameFile(
                claim_id=row.claim_id if mine else None,
                name=brief.name if mine else "",
                place=places.get(brief.area_code[:TOWN_DIGITS], ""),
                state=row.claim.state if mine else "",
                added_at=row.added_at,
            )
        )
    return said


def _proof(row: Proof, same_file: tuple[SameFile, ...]) -> ProofRow:
    return ProofRow(row.pk, row.kind, row.size_bytes, row.file_name, row.added_at, row.added_by, same_file)


def _row(
    row: DoseClaim, brief: people.PersonBrief, places: Mapping[str, str], proofs: int, has_twin: bool
) -> ClaimRow:
    return ClaimRow(
        id=row.pk, person_id=row.person_id, name=brief.name, age=brief.age, area_code=brief.area_code,
        place=places.get(brief.area_code, ""), product=product(row.product_id), number=row.number, given_on=row.given_on,
        given_in=row.given_in, lot_number=row.lot_number, note=row.note, state=row.state, claimed_at=row.claimed_at,
        claimed_by=row.claimed_by, decided_at=row.decided_at, decided_by=row.decided_by, verified_by=row.verified_by,
        refused_because=row.refused_because, opened_again_because=row.opened_again_because, dose_id=row.dose_id,
        proofs=proofs, has_twin=has_twin,
    )  # fmt: skip
