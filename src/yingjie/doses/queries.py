"""Reads of doses: a person's history and standing, and counts by village.

`history_of` and `standing_of` take no actor: they are for modules that authorised the look-up in another way (the registration desk
may look up anyone who stands before it).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left

from vaxkit.immunization import Because as Reason
from vaxkit.immunization import DoseStatus, DoseVerdict, Product
from vaxkit.immunization.advice import Advice
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status, Text
from yingjie.doses import claim_queries, judging, standings, then
from yingjie.doses.models import Dose, Standing
from yingjie.doses.telling import Because, cited, paragraph, told, told_steps, words_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.vaccines import rules
from yingjie.vaccines.queries import CAMPAIGN_GROUP, product

#: The code of the village in which a dose's person lives.
VILLAGE = Left("person__area_id", 12)


@dataclass(frozen=True)
class StandingView:
    """Where a person stands on a day in one vaccine group. `products` are the codes that may be given next, best first, `preferred`
    those that the policy puts first; `previous_product` is that of the last dose that counts; `given_today` says whether any dose
    was given on the day asked for. `overdue_on` is the first day that is too late, `latest_on` the last on which it may be given.
    `deferred_until` is the day on which a deferral is looked at again, `reopens_on` the birthday that brings her back."""

    person_id: UUID
    status: Status
    doses_counted: int
    next_number: int | None
    earliest_on: date | None
    recommended_on: date | None
    overdue_on: date | None
    latest_on: date | None
    completed_on: date | None
    deferred_until: date | None
    reopens_on: date | None
    products: tuple[str, ...]
    preferred: tuple[str, ...]
    previous_product: str
    given_today: bool
    numbers_taken: frozenset[int]
    because: tuple[Because, ...]
    group: str = CAMPAIGN_GROUP

    @property
    def explanation(self) -> Text:
        """The whole "because" as one paragraph with its documents."""
        return paragraph(self.because)

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
    given_in: str
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
    rule: Text
    flags: tuple[Text, ...]
    supersedes: UUID | None


def history(actor: Actor, person_id: UUID) -> list[DoseRow]:
    """Every dose of a person, oldest first, those taken back among them. Raises NotFound."""
    return history_of(_seen(actor, person_id).id, with_voided=True)


def standing(
    actor: Actor, person_id: UUID, on: date | None = None, group: str = CAMPAIGN_GROUP
) -> StandingView:
    """Where a person stands on a day (today), and because of what; what is said of their health, only to whoever may know it.
    Raises NotFound."""
    person = _seen(actor, person_id)
    may_know = actor.may("people.health", person.area_code)
    return standing_of(person.id, on or clock.today(), with_health=may_know, group=group)


def history_of(person_id: UUID, *, with_voided: bool = False) -> list[DoseRow]:
    rows = list(_of(person_id).order_by("given_on", "given_at", "number", "recorded_at", "pk"))
    told_of = _advice_by_group(person_id, clock.today(), {row.group for row in rows})
    judged = {verdict.dose_id: verdict for advice in told_of.values() for verdict in advice.doses}
    notes = {key: found for advice in told_of.values() for key, found in advice.remarks.items()}
    names = sites.names({row.site_id for row in rows if row.site_id})
    shown = [row for row in rows if with_voided or row.voided_at is None]
    return [
        _dose(
            row,
            judged.get(str(row.pk)),
            notes.get(str(row.pk), ()),
            names.get(row.site_id, "") if row.site_id else "",
        )
        for row in shown
    ]


def standing_of(
    person_id: UUID, on: date, *, with_health: bool = True, group: str = CAMPAIGN_GROUP
) -> StandingView:
    live = list(_of(person_id).filter(voided_at__isnull=True))
    facts, policies = standings.facts_of(person_id, live), rules.rules(on)
    return standing_from(person_id, facts, live, policies, on, with_health=with_health, group=group)


def standing_from(
    person_id: UUID,
    facts: judging.Facts,
    live: Iterable[Dose],
    policies: PolicySet,
    on: date,
    *,
    with_health: bool = True,
    group: str = CAMPAIGN_GROUP,
) -> StandingView:
    """The same of somebody who was read already; `live`: their records that were not taken back."""
    if facts.doses or facts.conditions:
        advice = judging.advice(facts, policies, on, group)
    else:
        advice = judging.advice_for_nobody(facts.birth_on, facts.sex, policies, on, group)
    given = {str(row.pk): row.product_id for row in live}
    counted = sorted((row for row in advice.doses if row.status is DoseStatus.VALID), key=lambda row: row.on)
    return StandingView(
        person_id=person_id,
        status=judging.status_of(advice),
        doses_counted=advice.doses_counted,
        next_number=advice.next_dose_number,
        earliest_on=advice.earliest_on,
        recommended_on=advice.recommended_on,
        overdue_on=judging.overdue_on(advice),
        latest_on=advice.latest_on,
        completed_on=judging.completed_on(advice),
        deferred_until=advice.review_on if advice.status is Status.DEFERRED else None,
        reopens_on=advice.reopens_on,
        products=advice.products,
        preferred=advice.preferred,
        previous_product=given[counted[-1].dose_id] if counted else "",
        given_today=any(row.given_on == on for row in live),
        numbers_taken=frozenset(row.number for row in live if row.group == group),
        because=told(advice.because, with_health=with_health),
        group=group,
    )


@dataclass(frozen=True)
class RuleBehind:
    """A rule that the answer rests on, in its own words, with its document."""

    text: Text
    rule: Text
    note: Text | None


def trail(actor: Actor, person_id: UUID, group: str = CAMPAIGN_GROUP) -> list[tuple[Text, Text, date | None]]:
    """Every decision on the way to the answer of today: what was decided, how it came out, about the dose of which day. For
    whoever may know of the person's health; others see the answer alone. Raises NotFound."""
    person = _seen(actor, person_id)
    facts, on = standings.facts_of(person_id), clock.today()
    if not actor.may("people.health", person.area_code) and any(row.of_health for row in facts.conditions):
        return []
    policies = rules.rules(on)
    series = [row for antigen in policies.antigens.values() for row in antigen.series]
    titles = {row.name: row.title or Text(row.name, row.name) for row in series}
    return told_steps(judging.trail(facts, policies, on, group), titles)


#: Kinds of statements that tell what is recorded of somebody's health: a condition, another vaccine given lately.
_OF_HEALTH = ("contraindications", "gaps")


def rules_behind(actor: Actor, person_id: UUID, group: str = CAMPAIGN_GROUP) -> list[RuleBehind]:
    """The rules that the answer of today rests on, each once. What is said of health is left out. Raises NotFound."""
    person = _seen(actor, person_id)
    on = clock.today()
    policies, advice = rules.rules(on), advice_of(person.id, on, group)
    reasons = [*advice.because, *(reason for row in advice.doses for reason in row.reasons)]
    found = {}
    for reason in reasons:
        statement = policies.statement(reason.basis)
        if statement is not None and statement.kind not in _OF_HEALTH:
            found[statement.document] = RuleBehind(
                statement.text, cited(statement.source), statement.source.note
            )
    return list(found.values())


def dose_to_amend(actor: Actor, person_id: UUID, dose_id: UUID) -> DoseRow:
    """A record that was not taken back, of a person in the actor's ledger. Raises NotFound."""
    for row in history(actor, person_id):
        if row.id == dose_id and row.voided_at is None:
            return row
    raise NotFound()


def advice_of(person_id: UUID, on: date, group: str = CAMPAIGN_GROUP) -> Advice:
    """vaxkit's own answer about a person whom the caller was authorised for."""
    return _advice_by_group(person_id, on, {group})[group]


def deferred_by(person_id: UUID, on: date) -> frozenset[str]:
    """The conditions that put the campaign's dose off on a day, by code, for a doctor who may know and was authorised for."""
    return judging.deferred_by(standings.facts_of(person_id), rules.rules(on), on, CAMPAIGN_GROUP)


def statuses(people_born: dict[UUID, date], on: date) -> dict[UUID, Status]:
    """The status of many people on a day, from the kept dates; `people_born` is whoever the caller may see, with birth dates."""
    rows = Standing.objects.unscoped("for people whom the caller may see").filter(
        person_id__in=people_born, group=CAMPAIGN_GROUP
    )
    kept = {
        row["person_id"]: judging.status_on(row, on) for row in rows.values("person_id", *standings.COLUMNS)
    }
    policies = rules.rules(on)
    found = {
        person_id: kept.get(person_id)
        or judging.status_of(judging.advice_for_nobody(birth_on, "unknown", policies, on, CAMPAIGN_GROUP))
        for person_id, birth_on in people_born.items()
    }
    # A dose reported from elsewhere changes what is next: until it is decided, that is what one must know.
    for person_id in claim_queries.open_claims(people_born):
        if found[person_id] is not Status.COMPLETE:
            found[person_id] = Status.ELSEWHERE_UNVERIFIED
    return found


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
    Doses that do not count are left out, whatever number they were recorded under; one that was taken back since counted then."""
    on = clock.day_of(up_to)
    otherwise = then.known_otherwise_of(on, up_to, CAMPAIGN_GROUP)
    counted = [
        key for each in otherwise.values() for key, number in each.counts_as.items() if number == dose_number
    ]
    live = Q(voided_at__isnull=True, recorded_at__lte=up_to, counts_as=dose_number) & ~Q(
        person_id__in=list(otherwise)
    )
    rows = Dose.objects.filter(live | Q(pk__in=counted))
    return _by_village(actor, rows, code, up_to, born_on_or_before, permission)


def completed_by_village(
    actor: Actor,
    code: str,
    *,
    up_to: datetime,
    born_on_or_before: date | None = None,
    permission: str = "oversight.view",
) -> dict[str, int]:
    """Residents on the day of `up_to` whose primary course was complete by then, as known then: village's 12 digits -> people. How
    many doses that takes depends on the product (one of Ad5, three of Zifivax); their standing says which dose it was."""
    otherwise = then.known_otherwise_of(clock.day_of(up_to), up_to, CAMPAIGN_GROUP)
    completing = [each.completed_by for each in otherwise.values() if each.completed_by]
    live = Q(
        group=CAMPAIGN_GROUP, voided_at__isnull=True, recorded_at__lte=up_to, person__standings__group=CAMPAIGN_GROUP,
        person__standings__primary_number=F("counts_as"),
    ) & ~Q(person_id__in=list(otherwise))  # fmt: skip
    here = Dose.objects.unscoped("narrowed to whom the actor sees below").filter(live).values("pk")
    return _by_village(
        actor,
        Dose.objects.filter(Q(pk__in=here) | Q(pk__in=completing)),
        code,
        up_to,
        born_on_or_before,
        permission,
    )


def _by_village(
    actor: Actor,
    rows: QuerySet[Dose],
    code: str,
    up_to: datetime,
    born_on_or_before: date | None,
    permission: str,
) -> dict[str, int]:
    """Doses of which nobody has more than one, as people."""
    return people.counted_on(clock.day_of(up_to)).counts(
        actor, rows, code=code, digits=people.VILLAGE_DIGITS, permission=permission, path="person__",
        born_on_or_before=born_on_or_before,
    )  # fmt: skip


def given_at_sites(site_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """Doses of a day per site, for whoever may see those sites."""
    rows = Dose.objects.unscoped("counts of sites that the caller may see").filter(
        site_id__in=list(site_ids), given_on=on, voided_at__isnull=True
    )
    return dict(rows.order_by().values_list("site_id").annotate(doses=Count("pk")))


def taken_back(dose_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these records, of people whom the caller may see, were taken back."""
    rows = Dose.objects.unscoped("of people whom the caller may see").filter(pk__in=list(dose_ids))
    return set(rows.filter(voided_at__isnull=False).values_list("pk", flat=True))


def _recorded(actor: Actor, code: str, up_to: datetime, permission: str) -> QuerySet[Dose]:
    return (
        Dose.objects.visible_to(actor, permission)
        .filter(Q(voided_at__isnull=True) | Q(voided_at__gt=up_to))
        .filter(person__area__code__startswith=code, recorded_at__lte=up_to)
        .order_by()
    )


def _seen(actor: Actor, person_id: UUID) -> people.PersonView:
    person = people.person(actor, person_id)
    if not actor.sees("doses.view", person.area_code):
        raise NotFound()
    return person


def _advice_by_group(person_id: UUID, on: date, groups: Iterable[str]) -> dict[str, Advice]:
    policies = rules.rules(on)
    facts = standings.facts_of(person_id)
    return {group: judging.advice(facts, policies, on, group) for group in groups}


def _of(person_id: UUID) -> QuerySet[Dose]:
    return Dose.objects.unscoped("of a person whom the caller was authorised for").filter(person_id=person_id)


def _dose(row: Dose, verdict: DoseVerdict | None, notes: tuple[Reason, ...], site_name: str) -> DoseRow:
    decided = verdict.reasons[0] if verdict and verdict.reasons else None
    return DoseRow(
        id=row.pk,
        number=row.number,
        product=product(row.product_id),
        given_on=row.given_on,
        given_at=row.given_at,
        source=row.source,
        site_id=row.site_id,
        site_name=site_name,
        given_in=row.given_in,
        lot_number=row.lot_number,
        expires_on=row.expires_on,
        vial_code=row.vial_code,
        given_by=row.given_by,
        recorded_at=row.recorded_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        verdict=verdict.status.value if verdict else "",
        counts_as=verdict.target_dose_number if verdict else None,
        reason=words_of(decided) if decided else Text("", ""),
        rule=cited(decided.source) if decided and decided.code != "dose.counts" else Text("", ""),
        flags=tuple(words_of(note) for note in notes),
        supersedes=row.supersedes_id,
    )
