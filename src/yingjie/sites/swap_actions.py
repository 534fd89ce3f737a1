"""Swapping duties, and signing in and out."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from vaxkit.rostering.check import in_the_way
from vaxkit.rostering.problem import Duty as Planned
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.sites import refusals, roster_queries
from yingjie.sites.layout_actions import locked
from yingjie.sites.models import Duty, Presence, Site, Swap, TeamMember
from yingjie.sites.roster_actions import said
from yingjie.sites.workflow import SWAP
from yingjie.staff import queries as staff

_WHY = "of a site that was checked"
#: Whoever signs in so long before their duty comes for it.
EARLY = timedelta(hours=2)


@transaction.atomic
def ask_swap(*, by: Actor, duty_id: UUID, to_member_id: UUID, words: str = "") -> Swap:
    """Ask a colleague of the team to take one's duty (or, keeping the roster, somebody's). Raises NotFound, NotYours, NotInTeam,
    DutyRefused, SwapOver."""
    duty = Duty.objects.visible_to(by).filter(pk=duty_id).select_related("site", "member", "shift").first()
    if duty is None:
        raise NotFound()
    _own_or_keeper(by, duty.member_id, duty.site.area_id, duty.site_id)
    _may_take(by, duty, to_member_id)
    made = Swap(site=duty.site, duty=duty, to_member_id=to_member_id, words=words.strip()[:200])
    made.asked_by, made.asked_at = by.name, clock.now()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "a_duty_is_asked_about_once_at_a_time" not in str(clash):
            raise
        raise refusals.SwapOver() from clash
    facts = {"from": duty.member.name, "to": made.to_member.name, "on": str(duty.on)}
    record(by=by, verb="sites.ask_swap", subject=duty.site, area_code=duty.site.area_id, facts=facts)
    return made


@transaction.atomic
def answer_swap(*, by: Actor, swap_id: UUID, step: str) -> Swap:
    """`agree` or `decline` by the colleague, `withdraw` by whoever asked. Raises NotFound, NotYours, SwapOver."""
    swap = _locked_swap(by, swap_id, "sites.view")
    about = swap.duty.member_id if step == "withdraw" else swap.to_member_id
    _own_or_keeper(by, about, swap.site.area_id, swap.site_id)
    _step(swap, step)
    swap.answered_at = clock.now()
    swap.save()
    facts = {"step": step, "on": str(swap.duty.on)}
    record(by=by, verb="sites.answer_swap", subject=swap.site, area_code=swap.site.area_id, facts=facts)
    return swap


@transaction.atomic
def decide_swap(*, by: Actor, swap_id: UUID, step: str) -> Swap:
    """`allow` (the duty changes hands) or `refuse`, by whoever keeps the roster. Raises NotFound, SwapOver, DutyRefused."""
    swap = _locked_swap(by, swap_id, "sites.roster")
    _step(swap, step)
    swap.decided_by, swap.decided_at = by.title or by.name, clock.now()
    before = swap.duty.member.name
    if step == "allow":
        _may_take(by, swap.duty, swap.to_member_id)
        swap.duty.member_id = swap.to_member_id
        swap.duty.save(update_fields=["member"])
    swap.save()
    facts = {"step": step, "from": before, "to": swap.to_member.name, "on": str(swap.duty.on)}
    record(by=by, verb="sites.decide_swap", subject=swap.site, area_code=swap.site.area_id, facts=facts)
    return swap


@transaction.atomic
def sign_in(*, by: Actor, site_id: UUID, member_id: UUID | None = None) -> Presence:
    """Here I am; or, keeping the roster, somebody without an account (a volunteer) is. Raises NotFound, NotYours, NotInTeam,
    AlreadyHere."""
    member_id, name, site = _who(by, site_id, member_id)
    duty = _duty_of_now(by, site_id, member_id)
    made = Presence(site=site, member_id=member_id, in_at=clock.now(), in_by=by.name)
    made.on, made.begins_at = (duty.on, duty.begins_at) if duty else (clock.today(), None)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "nobody_is_here_twice" not in str(clash):
            raise
        before = Presence.objects.unscoped(_WHY).get(site=site, member_id=member_id, out_at__isnull=True)
        at = before.in_at.astimezone(clock.CAMPAIGN_ZONE)
        raise refusals.AlreadyHere(name=name, at=f"{at:%H:%M}") from clash
    facts = {"name": name}
    record(by=by, verb="sites.sign_in", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def sign_out(*, by: Actor, site_id: UUID, member_id: UUID | None = None) -> Presence:
    """Leaving. Raises NotFound, NotYours, NotInTeam, NotHere."""
    member_id, name, site = _who(by, site_id, member_id)
    rows = Presence.objects.unscoped(_WHY)
    found = next(iter(lock(rows, site_id=site_id, member_id=member_id, out_at__isnull=True)), None)
    if found is None:
        raise refusals.NotHere(name=name)
    found.out_at, found.out_by = clock.now(), by.name
    found.save(update_fields=["out_at", "out_by"])
    facts = {"name": name}
    record(by=by, verb="sites.sign_out", subject=site, area_code=site.area_id, facts=facts)
    return found


def _duty_of_now(by: Actor, site_id: UUID, member_id: UUID) -> roster_queries.DutyRow | None:
    """The duty for which somebody comes now: one that runs, or begins within two hours, also over midnight."""
    now, today = clock.now(), clock.today()
    rows = roster_queries.on_duty(by, site_id, today - timedelta(days=1), today + timedelta(days=1))
    mine = (row for row in rows if row.member_id == member_id)
    return next((row for row in mine if row.begins_at - EARLY <= now < row.ends_at), None)


def _who(by: Actor, site_id: UUID, member_id: UUID | None) -> tuple[UUID, str, Site]:
    """Whose presence it is: one's own, or that of somebody of the team for whoever keeps the roster."""
    own = staff.member_of(by)
    if member_id is None and own is None:
        raise refusals.NotYours()
    about = member_id or (own.id if own else None)
    assert about is not None
    is_own = own is not None and own.id == about
    site = locked(by, site_id, "sites.view" if is_own else "sites.roster")
    who = staff.briefs({about}).get(about)
    if who is None:
        raise NotFound()
    if not TeamMember.objects.unscoped(_WHY).filter(site_id=site_id, member_id=about).exists():
        raise refusals.NotInTeam(name=who.name)
    return about, who.name, site


def _own_or_keeper(by: Actor, member_id: UUID, area_code: str, site_id: UUID) -> None:
    own = staff.member_of(by)
    if not (own is not None and own.id == member_id) and not by.may("sites.roster", area_code, site_id):
        raise refusals.NotYours()


def _may_take(by: Actor, duty: Duty, member_id: UUID) -> None:
    """Every rule holds for whoever takes over: there is no insisting on a swap."""
    roster = roster_queries.roster(by, duty.roster_id)
    problem = roster_queries.problem_of(by, duty.site_id, roster.first_on, roster.last_on)
    if str(member_id) not in problem.worker:
        who = staff.briefs({member_id}).get(member_id)
        raise refusals.NotInTeam(name=who.name) if who else NotFound()
    have = roster_queries.planned(roster_queries.duties(by, duty.roster_id))
    wanted = Planned(duty.on, duty.shift.code, duty.role, str(member_id))
    breaks = in_the_way(problem, have, wanted)
    if breaks:
        raise refusals.DutyRefused(why=said(tuple(breaks)), may_insist=False)


def _locked_swap(by: Actor, swap_id: UUID, permission: str) -> Swap:
    row = Swap.objects.visible_to(by, permission).filter(pk=swap_id).values("site_id").first()
    if row is None:
        raise NotFound()
    rows = Swap.objects.unscoped(_WHY).select_related("site", "duty__member", "duty__shift", "to_member")
    return lock(rows, site_id=row["site_id"], pk=swap_id)[0]


def _step(swap: Swap, step: str) -> None:
    if swap.state not in SWAP.step(step).sources:
        raise refusals.SwapOver()
    swap.state = SWAP.advance(swap.state, step, None)
