"""Reads of visits: the queue, the observation list, the day's figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yingjie.clinic.models import WITH_DOSE, Consent, Override, Screening, Visit
from yingjie.clinic.over_midnight import TO_THE_NEEDLE, going_on
from yingjie.clinic.refusals import NeedleInHand
from yingjie.clinic.workflow import VERIFIED_FOR
from yingjie.doses.queries import DoseRow, StandingView, history, history_of, standing_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import group_of

LONG_WAIT = timedelta(minutes=30)
#: Registered, and not vaccinated yet.
AT_THE_STATIONS = ("registered", "consented", "with_doctor", "screened", "verified")


@dataclass(frozen=True)
class TrailStep:
    """A step that was taken: when, and by whom (their title)."""

    step: str
    at: datetime
    title: str


@dataclass(frozen=True)
class VisitView:
    """A visit with whoever it is about. `name` is the full name: it stands before staff who have the person in front of them.
    `is_taken_back`: the record of its dose was wrong and counts no more."""

    id: UUID
    person_id: UUID
    site_id: UUID
    name: str
    sex: str
    birth_on: date
    age: int
    area_code: str
    on: date
    number: int
    state: str
    state_since: datetime
    registered_at: datetime | None
    vaccinated_at: datetime | None
    vaccinated_by: str
    observe_until: datetime | None
    left_at: datetime | None
    left_early_reason: str
    turned_away_at: datetime | None
    turned_away_reason: str
    turned_away_note: str
    dose_id: UUID | None
    is_taken_back: bool = False
    zone: str = ""
    batch: int | None = None
    called_at: datetime | None = None
    called_to: str = ""
    product_code: str = ""
    vial_code: str = ""
    verified_at: datetime | None = None
    verified_by: str = ""
    body_side: str = ""
    deferred_until: date | None = None
    trail: tuple[TrailStep, ...] = ()

    def may_leave(self, now: datetime) -> bool:
        return self.observe_until is not None and now >= self.observe_until

    def minutes_left(self, now: datetime) -> int:
        """Whole minutes still to stay, rounded up; 0 when the time is over."""
        return -(-self.seconds_left(now) // 60)

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds still to stay, rounded up; 0 when the time is over."""
        if self.observe_until is None or now >= self.observe_until:
            return 0
        return -((now - self.observe_until) // timedelta(seconds=1))


@dataclass(frozen=True)
class Slip:
    """What somebody takes along: the visit, the dose, the place, and when to come again (None: nothing more to give)."""

    visit: VisitView
    site_name: str
    dose: DoseRow
    standing: StandingView


def visit(actor: Actor, visit_id: UUID, permission: str = "clinic.view") -> VisitView:
    """One visit. Raises NotFound."""
    found = Visit.objects.visible_to(actor, permission).filter(pk=visit_id).first()
    if found is None:
        raise NotFound()
    return _views([found])[0]


def slip(actor: Actor, visit_id: UUID) -> Slip:
    """The slip of a visit in which a dose was given. Raises NotFound."""
    found = visit(actor, visit_id)
    given = _standing_for(history_of(found.person_id, with_voided=True), found.dose_id)
    if given is None:
        raise NotFound()
    name = sites.names({found.site_id})[found.site_id]
    return Slip(
        found, name, given, standing_of(found.person_id, found.on, group=group_of(given.product.code))
    )


def dose_to_correct(actor: Actor, person_id: UUID, dose_id: UUID) -> DoseRow:
    """A dose on record whose record may be taken back, of a person in the actor's ledger. Raises NotFound."""
    return _live(history(actor, person_id), dose_id)


def dose_to_correct_at_site(actor: Actor, person_id: UUID, dose_id: UUID) -> tuple[VisitView, DoseRow]:
    """The same of a visit to a site at which the actor vaccinates, wherever the person lives. Raises NotFound."""
    rows = Visit.objects.visible_to(actor, "clinic.vaccinate").filter(person_id=person_id, dose_id=dose_id)
    found = _views(list(rows[:1]))
    if not found:
        raise NotFound()
    return found[0], _live(history_of(person_id), dose_id)


def queue(actor: Actor, site_id: UUID, on: date | None = None) -> list[VisitView]:
    """Who waits at the needle (screened, or verified already), in the order in which they came there."""
    return waiting(actor, site_id, ("screened", "verified"), on)


def waiting(
    actor: Actor, site_id: UUID, states: tuple[str, ...], on: date | None = None, zone: str = ""
) -> list[VisitView]:
    """Who is in one of these states on a day (today), whoever came first at the top."""
    rows = _of_day(actor, site_id, on).filter(state__in=states, taken_back_at__isnull=True)
    rows = rows.filter(zone=zone) if zone else rows
    return _views(list(rows.order_by("state_since", "number")))


def by_number(actor: Actor, site_id: UUID, number: str, permission: str) -> VisitView | None:
    """The visit of a day's number (today), where the actor holds the permission."""
    if not number.strip().isdecimal():
        return None
    rows = Visit.objects.visible_to(actor, permission).filter(
        going_on(), site_id=site_id, number=int(number), taken_back_at__isnull=True
    )
    found = _views(list(rows.order_by("-on", "-pk")[:1]))
    return found[0] if found else None


def observed(actor: Actor, site_id: UUID, on: date | None = None) -> list[VisitView]:
    """Who is under observation, who may leave first at the top."""
    return _views(
        list(
            _of_day(actor, site_id, on)
            .filter(state__in=("observed", "reacting"))
            .order_by("observe_until", "number")
        )
    )


def of_day(actor: Actor, site_id: UUID, on: date | None = None) -> list[VisitView]:
    """All visits of a day (today), newest first."""
    return _views(list(_of_day(actor, site_id, on).order_by("-number")))


def states_of_day(actor: Actor, site_id: UUID, on: date | None = None) -> dict[str, int]:
    """How many visits of a day are in each state; `waiting`: all between the desk and the needle."""
    rows = _of_day(actor, site_id, on).order_by().values_list("state").annotate(visits=Count("pk"))
    states = dict(rows)
    return states | {"waiting": sum(states.get(word, 0) for word in AT_THE_STATIONS)}


def may_leave_now(actor: Actor) -> dict[UUID, int]:
    """Per site: people under observation whose time is over, as far as the actor looks after them."""
    rows = Visit.objects.visible_to(actor, "clinic.observe").filter(
        going_on(), state="observed", observe_until__lte=clock.now()
    )
    return dict(rows.order_by().values_list("site_id").annotate(visits=Count("pk")))


def given_of_registered(actor: Actor) -> tuple[int, int]:
    """Today, at the actor's sites: vaccinated visits, and all visits but those turned away; none whose record was taken back."""
    rows = Visit.objects.visible_to(actor).filter(on=clock.today(), taken_back_at__isnull=True).order_by()
    states = dict(rows.values_list("state").annotate(visits=Count("pk")))
    given = sum(states.get(word, 0) for word in WITH_DOSE)
    return given, given + sum(states.get(word, 0) for word in AT_THE_STATIONS)


def waiting_since(actor: Actor, moment: datetime) -> int:
    """How many were registered today before a moment and still wait for the injection."""
    rows = Visit.objects.visible_to(actor, "clinic.vaccinate")
    return rows.filter(on=clock.today(), state__in=AT_THE_STATIONS, registered_at__lt=moment).count()


@dataclass(frozen=True)
class OverrideRow:
    """Something that a second person was asked to allow, with its answer."""

    id: UUID
    visit: VisitView
    code: str
    product_code: str
    vial_code: str
    reason: str
    asked_by: str
    asked_at: datetime
    answer: str
    answer_reason: str
    answered_by: str
    answered_at: datetime | None


def needle_in_hand(site_id: UUID, on: date) -> Refusal | None:
    """What stands against closing a day's stock: somebody is verified, and that still holds, so the needle may be in a hand."""
    rows = Visit.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, on=on, state="verified", verified_at__gt=clock.now() - VERIFIED_FOR
    )
    numbers = sorted(rows.values_list("number", flat=True))
    return NeedleInHand(numbers=", ".join(map(str, numbers))) if numbers and on == clock.today() else None


def overrides_of(actor: Actor, visit_id: UUID) -> list[OverrideRow]:
    """What was asked for in a visit, the newest first; for whoever vaccinates there."""
    found = visit(actor, visit_id, "clinic.vaccinate")
    rows = Override.objects.unscoped("of a visit that was checked").filter(
        person_id=found.person_id, visit_id=visit_id
    )
    return [_override(row, found) for row in rows.order_by("-asked_at")]


def open_overrides(actor: Actor) -> list[OverrideRow]:
    """What waits for an answer at the actor's sites today, the oldest first; what they asked for themselves is not among it."""
    rows = (
        Override.objects.visible_to(actor)
        .filter(Q(visit__on=clock.today()) | Q(asked_at__gt=clock.now() - TO_THE_NEEDLE), answer="")
        .exclude(asked_by=actor.name)
    )
    found = list(rows.select_related("visit").order_by("asked_at"))
    shown = {each.id: each for each in _views([row.visit for row in found])}
    return [_override(row, shown[row.visit_id]) for row in found]


def screening_of(actor: Actor, visit_id: UUID) -> Screening | None:
    """What was asked and answered in a visit, for whoever screens there."""
    return Screening.objects.visible_to(actor).filter(visit_id=visit_id).first()


def kept_files() -> list[str]:
    """The signed papers that rows name, for the sweep of files."""
    rows = Consent.objects.unscoped("names of files, for the sweep").exclude(scan_sha256="")
    return list(rows.values_list("scan_sha256", flat=True))


def _override(row: Override, about: VisitView) -> OverrideRow:
    return OverrideRow(
        row.pk, about, row.code, row.product_code, row.vial_code, row.reason, row.asked_by, row.asked_at, row.answer,
        row.answer_reason, row.answered_by, row.answered_at,
    )  # fmt: skip


def _standing_for(rows: list[DoseRow], dose_id: UUID | None) -> DoseRow | None:
    """The record of a dose as it stands now: the row itself, or what amended it; None once it was taken back."""
    after = {row.supersedes: row for row in rows if row.supersedes}
    found = next((row for row in rows if row.id == dose_id), None)
    while found is not None and found.voided_at is not None:
        found = after.get(found.id)
    return found


def _live(rows: list[DoseRow], dose_id: UUID) -> DoseRow:
    found = next((row for row in rows if row.id == dose_id and row.voided_at is None), None)
    if found is None:
        raise NotFound()
    return found


def _of_day(actor: Actor, site_id: UUID, on: date | None) -> QuerySet[Visit]:
    return Visit.objects.visible_to(actor).filter(Q(on=on) if on else going_on(), site_id=site_id)


def _views(rows: list[Visit]) -> list[VisitView]:
    found = people.briefs({row.person_id for row in rows})
    return [_view(row, found[row.person_id], row.taken_back_at is not None) for row in rows]


def _view(row: Visit, person: people.PersonBrief, is_taken_back: bool) -> VisitView:
    return VisitView(
        id=row.pk,
        person_id=row.person_id,
        site_id=row.site_id,
        name=person.name,
        sex=person.sex,
        birth_on=person.birth_on,
        age=person.age_on(row.on),
        area_code=person.area_code,
        on=row.on,
        number=row.number,
        state=row.state,
        state_since=row.state_since,
        registered_at=row.registered_at,
        vaccinated_at=row.vaccinated_at,
        vaccinated_by=row.vaccinated_by,
        observe_until=row.observe_until,
        left_at=row.left_at,
        left_early_reason=row.left_early_reason,
        turned_away_at=row.turned_away_at,
        turned_away_reason=row.turned_away_reason,
        turned_away_note=row.turned_away_note,
        dose_id=row.dose_id,
        is_taken_back=is_taken_back,
        zone=row.zone,
        batch=row.batch,
        called_at=row.called_at,
        called_to=row.called_to,
        product_code=row.product_code,
        vial_code=row.vial_code,
        verified_at=row.verified_at,
        verified_by=row.verified_by,
        body_side=row.body_side,
        deferred_until=row.deferred_until,
        trail=tuple(
            TrailStep(each["step"], datetime.fromisoformat(each["at"]), each["title"]) for each in row.trail
        ),
    )
