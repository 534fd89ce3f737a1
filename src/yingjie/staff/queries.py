"""Reads of staff, trainings and certificates; and whether somebody may act.

    may_act(actor, "vaccinate")                 None, or the refusal to raise: the account's own record decides, today
    may_act(actor, "screen", date(2021, 6, 1))  on another day
    member_may_act(member_id, act, on)          the same for somebody by their record
    standings(member_ids)                       what decides for many, in two queries (rosters ask judging.judged themselves)

The product itself (a loader, the command line) is no person: nothing is asked of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.staff import rules
from yingjie.staff.judging import Held, Standing, judged
from yingjie.staff.models import Attendance, Certificate, StaffMember, Training
from yingjie.staff.refusals import MayNotAct, NoRecord

#: How long before its end a certificate is spoken of.
SOON = timedelta(days=30)
_OWN = "what decides over an act is asked of the record itself, whoever looks"


@dataclass(frozen=True)
class MemberRow:
    """Somebody of the staff. `unit_name` "" where no employer is known; `phone` as it was written down."""

    id: UUID
    name: str
    kind: str
    qualification: str
    roles: tuple[str, ...]
    area_code: str
    unit_id: UUID | None
    unit_name: str
    account: str
    phone: str
    joined_on: date
    left_on: date | None

    def is_here(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


@dataclass(frozen=True)
class CertificateRow:
    id: UUID
    member_id: UUID
    member_name: str
    kind: str
    number: str
    issued_by: str
    valid_from: date
    valid_until: date
    training_id: UUID | None
    revoked_at: datetime | None
    revoked_reason: str

    def state(self, on: date) -> str:
        """revoked, upcoming, ended, ending (within 30 days) or in_force."""
        if self.revoked_at is not None:
            return "revoked"
        if on < self.valid_from:
            return "upcoming"
        if on > self.valid_until:
            return "ended"
        return "ending" if self.valid_until - on < SOON else "in_force"


@dataclass(frozen=True)
class TrainingRow:
    id: UUID
    area_code: str
    title: str
    certificate: str
    held_on: date
    place: str
    trainer: str
    pass_score: int
    closed_at: datetime | None
    invited: int = 0
    attended: int = 0
    passed: int = 0


@dataclass(frozen=True)
class AttendanceRow:
    id: UUID
    member_id: UUID
    name: str
    attended: bool
    score: int | None
    result: str


def may_act(who: Actor, act: str, on: date | None = None) -> MayNotAct | None:
    """None: the person behind the actor may do `act` on that day (today, if left out). Else what is in the way, to be raised."""
    wanted = rules.acts()[act]
    if who.is_system or wanted.is_open_to_all:
        return None
    rows = StaffMember.objects.unscoped(_OWN).filter(account=who.name)
    found = _standings(rows)
    if not found:
        return NoRecord(name=who.title or who.name, act=wanted.title)
    return judged(next(iter(found.values())), wanted, on or clock.today())


def member_may_act(member_id: UUID, act: str, on: date) -> MayNotAct | None:
    """The same for somebody by their record. Raises NotFound."""
    found = standings({member_id})
    if member_id not in found:
        raise NotFound()
    return judged(found[member_id], rules.acts()[act], on)


def member_may_fill(standing: Standing, role: str, on: date) -> MayNotAct | None:
    """Whether somebody may stand in a role at a site on a day: everything that the role does."""
    return next((no for act in rules.acts_of(role) if (no := judged(standing, act, on)) is not None), None)


def standings(member_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """What decides over the acts of these people, by their id."""
    return _standings(StaffMember.objects.unscoped(_OWN).filter(pk__in=member_ids)) if member_ids else {}


def member_of(who: Actor) -> MemberRow | None:
    """The staff record of the account that acts, if it has one."""
    if who.is_system:
        return None
    rows = StaffMember.objects.unscoped("one's own record").filter(account=who.name)
    return next((_row(found) for found in rows.select_related("unit")), None)


def briefs(member_ids: Iterable[UUID]) -> dict[UUID, MemberRow]:
    """People by id, for lists of a site whose rows the reader may see."""
    wanted = set(member_ids)
    rows = StaffMember.objects.unscoped("of rows that the reader was allowed to see").filter(pk__in=wanted)
    return {found.pk: _row(found) for found in rows.select_related("unit")} if wanted else {}


def member(actor: Actor, member_id: UUID, permission: str = "staff.view") -> MemberRow:
    """One of the staff. Raises NotFound."""
    rows = StaffMember.objects.visible_to(actor, permission).filter(pk=member_id)
    found = rows.select_related("unit").first()
    if found is None:
        raise NotFound()
    return _row(found)


def members(
    actor: Actor,
    *,
    text: str = "",
    role: str = "",
    certificate: str = "",
    area_code: str = "",
    kind: str = "",
    with_left: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[MemberRow]:
    """Staff by name. `certificate`: a state (`missing` for whoever has a role that asks for one and has none in force)."""
    rows = _found(actor, text, role, certificate, area_code, kind, with_left).select_related("unit")
    return [_row(found) for found in rows[offset : None if limit is None else offset + limit]]


def count_members(
    actor: Actor,
    *,
    text: str = "",
    role: str = "",
    certificate: str = "",
    area_code: str = "",
    kind: str = "",
    with_left: bool = False,
) -> int:
    """How many `members` finds for the same words."""
    return _found(actor, text, role, certificate, area_code, kind, with_left).count()


def certificates_of(actor: Actor, member_id: UUID) -> list[CertificateRow]:
    """The latest end first."""
    rows = Certificate.objects.visible_to(actor).filter(member_id=member_id).select_related("member")
    return [_certificate(found) for found in rows.order_by("-valid_until", "kind", "number")]


def certificate(actor: Actor, certificate_id: UUID, permission: str = "staff.view") -> CertificateRow:
    """One certificate. Raises NotFound."""
    rows = Certificate.objects.visible_to(actor, permission).filter(pk=certificate_id)
    found = rows.select_related("member").first()
    if found is None:
        raise NotFound()
    return _certificate(found)


def ending(actor: Actor, within: timedelta = SOON) -> list[CertificateRow]:
    """Certificates in force that end within that time and are followed by no other of their kind, the soonest first."""
    today = clock.today()
    later = Certificate.objects.unscoped("of the same people").filter(
        member_id=OuterRef("member_id"), kind=OuterRef("kind"), revoked_at__isnull=True,
        valid_until__gt=OuterRef("valid_until"),
    )  # fmt: skip
    rows = Certificate.objects.visible_to(actor).filter(
        ~Exists(later), revoked_at__isnull=True, valid_until__range=(today, today + within),
        member__left_on__isnull=True,
    )  # fmt: skip
    return [_certificate(found) for found in rows.select_related("member").order_by("valid_until", "pk")]


def training(actor: Actor, training_id: UUID, permission: str = "staff.view") -> TrainingRow:
    """One training. Raises NotFound."""
    found = Training.objects.visible_to(actor, permission).filter(pk=training_id).first()
    if found is None:
        raise NotFound()
    return _trainings([found])[0]


def trainings(actor: Actor) -> list[TrainingRow]:
    """The latest first."""
    return _trainings(list(Training.objects.visible_to(actor).order_by("-held_on", "-pk")[:200]))


def attendances(actor: Actor, training_id: UUID) -> list[AttendanceRow]:
    rows = Attendance.objects.visible_to(actor).filter(training_id=training_id).select_related("member")
    return [
        AttendanceRow(row.pk, row.member_id, row.member.name, row.attended, row.score, row.result)
        for row in rows.order_by("member__pinyin", "member_id")
    ]


def _found(
    actor: Actor, text: str, role: str, certificate: str, area_code: str, kind: str, with_left: bool
) -> QuerySet[StaffMember]:
    rows = StaffMember.objects.visible_to(actor).order_by("pinyin", "pk")
    today = clock.today()
    if not with_left:
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=today))
    if text:
        word = text.strip().casefold()
        rows = rows.filter(
            Q(name__contains=text.strip()) | Q(pinyin__startswith=word) | Q(pinyin__contains=f" {word}")
        )
    if role:
        rows = rows.filter(roles__contains=[role])
    if area_code:
        rows = rows.filter(area__code__startswith=area_code)
    if kind:
        rows = rows.filter(kind=kind)
    if certificate:
        rows = rows.filter(_by_certificate(certificate, today))
    return rows


def _by_certificate(state: str, today: date) -> Q:
    """`missing`: a role of theirs needs a certificate, and none that it takes is in force; `ending`: the last one ends soon."""
    valid = Certificate.objects.unscoped("of people in scope").filter(
        member_id=OuterRef("pk"), revoked_at__isnull=True, valid_from__lte=today, valid_until__gte=today
    )
    if state == "ending":
        return Q(Exists(valid)) & ~Q(Exists(valid.filter(valid_until__gte=today + SOON)))
    lacking = Q(pk__in=())
    for role in rules.roles():
        for act in rules.acts_of(role):
            if act.certificates:
                lacking |= Q(roles__contains=[role]) & ~Q(Exists(valid.filter(kind__in=act.certificates)))
    return lacking


def _standings(rows: QuerySet[StaffMember]) -> dict[UUID, Standing]:
    """One query: people with their certificates, a line for each pair."""
    lines = rows.values_list(
        "pk", "name", "qualification", "joined_on", "left_on", "certificates__kind", "certificates__valid_from",
        "certificates__valid_until", "certificates__revoked_at", "certificates__revoked_reason",
    ).order_by("pk", "certificates__pk")  # fmt: skip
    people: dict[UUID, tuple[str, str, date, date | None]] = {}
    held: dict[UUID, list[Held]] = {}
    for pk, name, qualification, joined_on, left_on, kind, begins, ends, revoked_at, reason in lines:
        people[pk] = (name, qualification, joined_on, left_on)
        if kind is not None:
            revoked_on = clock.day_of(revoked_at) if revoked_at else None
            held.setdefault(pk, []).append(Held(kind, begins, ends, revoked_on, reason))
    return {pk: Standing(*known, tuple(held.get(pk, ()))) for pk, known in people.items()}


def _row(found: StaffMember) -> MemberRow:
    return MemberRow(
        found.pk, found.name, found.kind, found.qualification, tuple(found.roles), found.area_id, found.unit_id,
        found.unit.name if found.unit else "", found.account or "", found.phone, found.joined_on, found.left_on,
    )  # fmt: skip


def _certificate(found: Certificate) -> CertificateRow:
    return CertificateRow(
        found.pk, found.member_id, found.member.name, found.kind, found.number, found.issued_by, found.valid_from,
        found.valid_until, found.training_id, found.revoked_at, found.revoked_reason,
    )  # fmt: skip


def _trainings(found: list[Training]) -> list[TrainingRow]:
    counts: dict[UUID, list[int]] = {row.pk: [0, 0, 0] for row in found}
    rows = Attendance.objects.unscoped("of trainings that the reader may see").filter(training_id__in=counts)
    for training_id, attended, result in rows.values_list("training_id", "attended", "result"):
        count = counts[training_id]
        count[0] += 1
        count[1] += attended
        count[2] += result == "passed"
    return [
        TrainingRow(
            row.pk, row.area_id, row.title, row.certificate, row.held_on, row.place, row.trainer, row.pass_score,
            row.closed_at, *counts[row.pk],
        )
        for row in found
    ]  # fmt: skip
