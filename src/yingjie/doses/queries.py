"""Reads of doses: a person's history and standing, and counts by village.

`history_of` and `standing_of` take no actor: they are for modules that authorised the look-up in another way (the registration desk
may look up anyone who stands before it).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Left

from vaxkit.immunization import DoseResult, Product, Verdict, status_on
from vaxkit.vocabulary import Status, Text
from yingjie.doses.judging import KeptDose, cited, evaluate_doses
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import course, product

#: The code of the village in which a dose's person lives.
VILLAGE = Left("person__area_id", 12)


@dataclass(frozen=True)
class Because:
    """One step of the explanation: the words, and the document and day of the rule ("" where no rule decided)."""

    words: Text
    rule: Text


@dataclass(frozen=True)
class StandingView:
    """Where a person stands on a day. `products` are the codes that may be given next, best first; `previous_product` is that of
    the last dose that counts; `given_today` says whether any dose was given on the day asked for."""

    person_id: UUID
    schedule: str
    status: Status
    doses_counted: int
    next_number: int | None
    earliest_on: date | None
    recommended_on: date | None
    overdue_on: date | None
    completed_on: date | None
    products: tuple[str, ...]
    previous_product: str
    given_today: bool
    numbers_taken: frozenset[int]
    because: tuple[Because, ...]

    @property
    def explanation(self) -> Text:
        """The whole "because" as one paragraph with its documents."""
        return _paragraph(self.because)

    @property
    def number_to_record(self) -> int | None:
        """The number under which the next dose goes on record: the first from `next_number` that no dose has."""
        if self.next_number is None:
            return None
        number = self.next_number
        while number in self.numbers_taken:
            number += 1
        return number


@dataclass(frozen=True)
class DoseRow:
    """A dose with what became of it. `verdict` is "" for a record taken back; `flags` change nothing but want to be seen."""

    id: UUID
    number: int
    product: Product
    given_on: date
    given_at: datetime | None
    source: str
    site_id: UUID | None
    site_name: str
    lot_number: str
    expires_on: date | None
    vial_code: str
    given_by: str
    recorded_at: datetime
    voided_at: datetime | None
    void_reason: str
    verdict: str
    counts_as: int | None
    reason: Text
    flags: tuple[Text, ...]


def history(actor: Actor, person_id: UUID) -> list[DoseRow]:
    """Every dose of a person, oldest first, those taken back among them. Raises NotFound."""
    person = _seen(actor, person_id)
    return history_of(person.id, person.birth_on, with_voided=True)


def standing(actor: Actor, person_id: UUID, on: date | None = None) -> StandingView:
    """Where a person stands on a day (today), and because of what. Raises NotFound."""
    person = _seen(actor, person_id)
    return standing_of(person.id, person.birth_on, on or clock.today())


def history_of(person_id: UUID, birth_on: date, *, with_voided: bool = False) -> list[DoseRow]:
    rows = list(_of(person_id).order_by("given_on", "given_at", "number", "pk"))
    live = [KeptDose(row.pk, row.product_id, row.given_on) for row in rows if row.voided_at is None]
    found = evaluate_doses(birth_on, live, course(), clock.today()).dose_results
    judged = {result.dose.key: result for result in found}
    names = sites.names({row.site_id for row in rows if row.site_id})
    shown = [row for row in rows if with_voided or row.voided_at is None]
    return [
        _dose(row, judged.get(str(row.pk)), names.get(row.site_id, "") if row.site_id else "")
        for row in shown
    ]


def standing_of(person_id: UUID, birth_on: date, on: date) -> StandingView:
    live = list(_of(person_id).filter(voided_at__isnull=True))
    found = evaluate_doses(
        birth_on, [KeptDose(row.pk, row.product_id, row.given_on) for row in live], course(), on
    )
    counted = [result for result in found.dose_results if result.verdict is Verdict.VALID]
    because = [
        Because(reason.text, cited(reason.source) if reason.source else Text("", ""))
        for reason in found.because
    ]
    return StandingView(
        person_id=person_id,
        schedule=found.schedule,
        status=found.status,
        doses_counted=found.valid_doses,
        next_number=found.next_number,
        earliest_on=found.earliest_on,
        recommended_on=found.recommended_on,
        overdue_on=found.overdue_on,
        completed_on=found.completed_on,
        products=found.products,
        previous_product=counted[-1].dose.product if counted else "",
        given_today=any(row.given_on == on for row in live),
        numbers_taken=frozenset(row.number for row in live),
        because=tuple(because),
    )


def statuses(people_born: dict[UUID, date], on: date) -> dict[UUID, Status]:
    """The status of many people on a day, from the kept dates; `people_born` is whoever the caller may see, with birth dates."""
    kept = {
        row.person_id: status_on(
            complete=row.completed_on is not None,
            earliest_on=row.earliest_on,
            overdue_on=row.overdue_on,
            on=on,
        )
        for row in Standing.objects.unscoped("for people whom the caller may see").filter(
            person_id__in=people_born
        )
    }
    return {
        person_id: kept.get(person_id) or evaluate_doses(birth_on, (), course(), on).status
        for person_id, birth_on in people_born.items()
    }


def given_by_village(
    actor: Actor, code: str, *, on: date | None = None, up_to: datetime, permission: str = "oversight.view"
) -> dict[tuple[str, int], int]:
    """Doses on record at the moment `up_to` for residents below `code`: (village's 12 digits, dose number) -> doses. `on` narrows
    to the doses given on that day. One SQL statement."""
    rows = _recorded(actor, code, up_to, permission)
    if on is not None:
        rows = rows.filter(given_on=on)
    counted = rows.values_list(VILLAGE, "number").annotate(doses=Count("pk"))
    return {(village, number): doses for village, number, doses in counted}


def covered_by_village(
    actor: Actor,
    code: str,
    *,
    dose_number: int,
    up_to: datetime,
    born_on_or_before: date | None = None,
    permission: str = "oversight.view",
) -> dict[str, int]:
    """Residents on the day of `up_to` who had dose `dose_number` of the course, counted as valid: village's 12 digits -> people.
    Doses that do not count are left out, whatever number they were recorded under."""
    rows = Dose.objects.filter(voided_at__isnull=True, recorded_at__lte=up_to, counts_as=dose_number)
    return people.counted_on(clock.day_of(up_to)).counts(
        actor, rows, code=code, digits=people.VILLAGE_DIGITS, permission=permission, path="person__",
        born_on_or_before=born_on_or_before,
    )  # fmt: skip


def taken_back(dose_persons: Mapping[UUID, UUID]) -> set[UUID]:
    """Which of these doses (id -> whose it is) were taken back, for whoever may see the visits in which they were given."""
    if not dose_persons:
        return set()
    rows = Dose.objects.unscoped("of visits that the caller may see").filter(
        person_id__in=set(dose_persons.values()), pk__in=list(dose_persons), voided_at__isnull=False
    )
    return set(rows.order_by().values_list("pk", flat=True))


def given_at_sites(site_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """Doses of a day per site, for whoever may see those sites."""
    rows = Dose.objects.unscoped("counts of sites that the caller may see").filter(
        site_id__in=list(site_ids), given_on=on, voided_at__isnull=True
    )
    return dict(rows.order_by().values_list("site_id").annotate(doses=Count("pk")))


def _recorded(actor: Actor, code: str, up_to: datetime, permission: str) -> QuerySet[Dose]:
    return (
        Dose.objects.visible_to(actor, permission)
        .filter(person__area__code__startswith=code, voided_at__isnull=True, recorded_at__lte=up_to)
        .order_by()
    )


def _seen(actor: Actor, person_id: UUID) -> people.PersonView:
    person = people.person(actor, person_id)
    if not actor.may("doses.view", person.area_code):
        raise NotFound()
    return person


def _of(person_id: UUID) -> QuerySet[Dose]:
    return Dose.objects.unscoped("of a person whom the caller was authorised for").filter(person_id=person_id)


def _dose(row: Dose, result: DoseResult | None, site_name: str) -> DoseRow:
    return DoseRow(
        id=row.pk,
        number=row.number,
        product=product(row.product_id),
        given_on=row.given_on,
        given_at=row.given_at,
        source=row.source,
        site_id=row.site_id,
        site_name=site_name,
        lot_number=row.lot_number,
        expires_on=row.expires_on,
        vial_code=row.vial_code,
        given_by=row.given_by,
        recorded_at=row.recorded_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        verdict=result.verdict.value if result else "",
        counts_as=result.number if result else None,
        reason=result.reason.text if result else Text("", ""),
        flags=tuple(note.text for note in result.notes) if result else (),
    )


def _paragraph(because: tuple[Because, ...]) -> Text:
    rules = list(dict.fromkeys(step.rule for step in because if step.rule.en))
    zh = "".join(step.words.zh for step in because)
    en = " ".join(step.words.en for step in because)
    if rules:
        zh += "（" + "；".join(rule.zh for rule in rules) + "）"
        en += " (By: " + "; ".join(rule.en for rule in rules) + ")"
    return Text(zh, en)
