"""Writes of rosters: built by the solver, changed by hand, published. Swaps are in swap_actions.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaxkit.rostering.check import Break, in_the_way
from vaxkit.rostering.explain import Explanation, explain
from vaxkit.rostering.problem import Duty as Planned
from vaxkit.rostering.problem import Problem
from vaxkit.rostering.solve import PinsBreakRules, Watch, solve
from vaxkit.rostering.solve import Roster as Solved
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.sites import queries, refusals, roster_queries
from yingjie.sites.layout_actions import locked
from yingjie.sites.models import Duty, Roster, ShiftPattern
from yingjie.staff import queries as staff

LONGEST_DAYS = 35
#: What somebody may set aside with a reason; a certificate, an absence or two shifts in one day never.
RULES_OF_REST = frozenset({"rest", "morning_after_night", "days_in_row", "nights_in_row", "week_minutes"})
_WHY = "of a site that was checked"


class Tell(Protocol):
    def __call__(self, done: int, total: int | None = None, message: str = "") -> None: ...


@transaction.atomic
def start_building(*, by: Actor, site_id: UUID, first_on: date, last_on: date) -> Job:
    """Let the solver build a roster in the background. Raises NotFound, DaysOutOfOrder, NoShifts."""
    site = locked(by, site_id, "sites.roster")
    _checked(by, site_id, first_on, last_on)
    title = _("Roster of {site}, {first} to {last}").format(site=site.name, first=first_on, last=last_on)
    return jobs.start(
        by=by, kind="sites.build_roster", title=title, username=by.name, site_id=str(site_id), first_on=str(first_on),
        last_on=str(last_on),
    )  # fmt: skip


def build(
    *, by: Actor, site_id: UUID, first_on: date, last_on: date, tell: Tell | None = None, seed: int = 1
) -> Roster:
    """A draft for these days: pinned duties of the roster before stand, the rest changes as little as it can. `tell` may raise to
    stop the search. Raises NotFound, DaysOutOfOrder, NoShifts, RosterBreaksRules."""
    site = queries.site(
        by, site_id, "sites.roster"
    )  # not locked: people are vaccinated there while the solver works
    problem = _checked(by, site_id, first_on, last_on)
    former = _former(by, site_id, first_on, last_on)
    problem = replace(
        problem, pins=tuple(duty for duty, pinned in former if pinned), former=tuple(duty for duty, _pinned in former)
    )  # fmt: skip
    try:
        solved, told = _searched(problem, seed, tell)
    except PinsBreakRules as refused:
        raise refusals.RosterBreaksRules(why=said(refused.breaks)) from refused
    with transaction.atomic():
        locked(by, site_id, "sites.roster")
        pins = set(problem.pins)
        made = Roster.objects.unscoped(_WHY).create(
            site_id=site_id, first_on=first_on, last_on=last_on, told=_told(solved, told), made_by=by.title or by.name,
            made_at=clock.now(),
        )  # fmt: skip
        shifts = _shift_ids(site_id)
        Duty.objects.unscoped(_WHY).bulk_create(
            Duty(
                site_id=site_id, roster=made, member_id=UUID(duty.who), on=duty.on, shift_id=shifts[duty.shift],
                role=duty.role, pinned=duty in pins,
            )
            for duty in solved.duties
        )  # fmt: skip
        facts = {"first": str(first_on), "last": str(last_on), "missing": solved.price.missing}
        record(by=by, verb="sites.build_roster", subject=made, area_code=site.area_code, facts=facts)
    return made


@transaction.atomic
def put(
    *,
    by: Actor,
    roster_id: UUID,
    member_id: UUID,
    on: date,
    shift_code: str,
    role: str,
    insist_because: str = "",
) -> Duty:
    """Give somebody a duty by hand; it is pinned. A rest rule may be set aside with a reason. Raises NotFound, RosterChanged,
    NotInTeam, DutyRefused."""
    roster = _open(by, roster_id)
    breaks = verdict(by, roster_id, member_id, on, shift_code, role)
    hard = [each for each in breaks if each.rule not in RULES_OF_REST]
    if hard or (breaks and not insist_because.strip()):
        raise refusals.DutyRefused(why=said(tuple(hard or breaks)), may_insist=not hard)
    made = Duty.objects.unscoped(_WHY).create(
        site_id=roster.site_id, roster=roster, member_id=member_id, on=on, role=role, pinned=True,
        shift_id=_shift_ids(roster.site_id)[shift_code], in_spite_of=insist_because.strip()[:200] if breaks else "",
    )  # fmt: skip
    facts = {
        "name": made.member.name,
        "on": str(on),
        "shift": shift_code,
        "role": role,
        "because": made.in_spite_of,
    }
    record(by=by, verb="sites.put_duty", subject=roster.site, area_code=roster.site.area_id, facts=facts)
    return made


@transaction.atomic
def take_off(*, by: Actor, duty_id: UUID) -> None:
    """Take a duty off somebody. Raises NotFound, RosterChanged."""
    duty = _duty(by, duty_id)
    facts = {"name": duty.member.name, "on": str(duty.on), "shift": duty.shift.code, "role": duty.role}
    duty.delete()
    record(by=by, verb="sites.take_off", subject=duty.site, area_code=duty.site.area_id, facts=facts)


@transaction.atomic
def pin(*, by: Actor, duty_id: UUID, pinned: bool) -> None:
    """A pinned duty stands when the roster is built anew. Raises NotFound, RosterChanged."""
    duty = _duty(by, duty_id)
    duty.pinned = pinned
    duty.save(update_fields=["pinned"])
    facts = {"on": str(duty.on), "pinned": pinned}
    record(by=by, verb="sites.pin", subject=duty.site, area_code=duty.site.area_id, facts=facts)


@transaction.atomic
def publish(*, by: Actor, roster_id: UUID) -> Roster:
    """From now on it counts. Nobody in it may lack a certificate. Raises NotFound, RosterChanged, NoCertificatesNow."""
    roster = _open(by, roster_id)
    if roster.state != "draft":
        raise refusals.RosterChanged()
    lacking = without_certificate(roster.duties.unscoped(_WHY).select_related("member"))
    if lacking:
        names = "、".join(sorted({duty.member.name for duty in lacking})[:8])
        raise refusals.NoCertificatesNow(count=len(lacking), names=names)
    roster.state, roster.published_at, roster.published_by = "published", clock.now(), by.title or by.name
    roster.save(update_fields=["state", "published_at", "published_by"])
    facts = {"first": str(roster.first_on), "last": str(roster.last_on)}
    record(
        by=by, verb="sites.publish_roster", subject=roster.site, area_code=roster.site.area_id, facts=facts
    )
    return roster


@transaction.atomic
def drop(*, by: Actor, roster_id: UUID) -> None:
    """Put a draft aside. Raises NotFound, RosterChanged."""
    roster = _open(by, roster_id)
    if roster.state != "draft":
        raise refusals.RosterChanged()
    roster.state = "dropped"
    roster.save(update_fields=["state"])
    facts = {"first": str(roster.first_on), "last": str(roster.last_on)}
    record(by=by, verb="sites.drop_roster", subject=roster.site, area_code=roster.site.area_id, facts=facts)


def verdict(by: Actor, roster_id: UUID, member_id: UUID, on: date, shift_code: str, role: str) -> list[Break]:
    """What speaks against giving somebody this duty, as the roster stands. Raises NotFound, NotInTeam."""
    roster = roster_queries.roster(by, roster_id)
    problem = roster_queries.problem_of(by, roster.site_id, roster.first_on, roster.last_on)
    if str(member_id) not in problem.worker:
        who = staff.briefs({member_id}).get(member_id)
        raise refusals.NotInTeam(name=who.name) if who else NotFound()
    have = roster_queries.planned(roster_queries.duties(by, roster_id))
    return in_the_way(problem, have, Planned(on, shift_code, role, str(member_id)))


def without_certificate(duties: Any) -> list[Duty]:
    """Those whose holder may not fill the role on the day, as certificates stand now."""
    rows = list(duties)
    standings = staff.standings({row.member_id for row in rows})
    return [
        row for row in rows if staff.member_may_fill(standings[row.member_id], row.role, row.on) is not None
    ]


def _checked(by: Actor, site_id: UUID, first_on: date, last_on: date) -> Problem:
    if not 0 <= (last_on - first_on).days < LONGEST_DAYS:
        raise refusals.DaysOutOfOrder()
    problem = roster_queries.problem_of(by, site_id, first_on, last_on)
    if not problem.demands:
        raise refusals.NoShifts()
    return problem


def _former(by: Actor, site_id: UUID, first_on: date, last_on: date) -> list[tuple[Planned, bool]]:
    """The latest draft of exactly these days, else what is published; with whether it is pinned."""
    drafts = Roster.objects.unscoped(_WHY).filter(
        site_id=site_id, first_on=first_on, last_on=last_on, state="draft"
    )
    latest = drafts.order_by("-made_at").first()
    rows = (
        roster_queries.duties(by, latest.pk)
        if latest
        else roster_queries.on_duty(by, site_id, first_on, last_on)
    )
    return list(zip(roster_queries.planned(rows), (row.pinned for row in rows), strict=True))


def _searched(problem: Problem, seed: int, tell: Tell | None) -> tuple[Solved, Explanation]:
    """The search in a thread of its own, so that progress is told and a wish to stop is heard meanwhile."""
    watch = Watch()
    with ThreadPoolExecutor(max_workers=1) as pool:
        search = pool.submit(_solved, problem, seed, watch)
        steps = 0
        while True:
            try:
                return search.result(timeout=0.5)
            except NotYet:
                steps += 1
            try:
                if tell is not None:
                    tell(steps, None, _("Looking for the best roster"))
            except BaseException:
                watch.stop()
                raise


def _solved(problem: Problem, seed: int, watch: Watch) -> tuple[Solved, Explanation]:
    solved = solve(problem, seed=seed, watch=watch)
    return solved, explain(problem, solved) if not watch.stopped else Explanation((), (), (), ())


def _told(solved: Solved, told: Explanation) -> dict[str, Any]:
    return {
        "missing": solved.price.missing,
        "is_best": solved.is_best,
        "wishes": solved.price.wishes,
        "changes": solved.price.changes,
        "words": [{"zh": words.zh, "en": words.en} for words in told.words],
        "needed": dict(told.needed or ()),
    }


def _open(by: Actor, roster_id: UUID) -> Roster:
    row = Roster.objects.visible_to(by, "sites.roster").filter(pk=roster_id).values("site_id").first()
    if row is None:
        raise NotFound()
    rows = Roster.objects.unscoped("found under the permission above").select_related("site")
    found = lock(rows, site_id=row["site_id"], pk=roster_id)[0]
    if found.state == "dropped":
        raise refusals.RosterChanged()
    return found


def _duty(by: Actor, duty_id: UUID) -> Duty:
    rows = Duty.objects.visible_to(by, "sites.roster").filter(pk=duty_id)
    found = rows.select_related("site", "member", "shift").first()
    if found is None:
        raise NotFound()
    _open(by, found.roster_id)
    return found


def _shift_ids(site_id: UUID) -> dict[str, UUID]:
    rows = ShiftPattern.objects.unscoped(_WHY).filter(site_id=site_id)
    return dict(rows.values_list("code", "pk"))


def _in_language(breaks: tuple[Break, ...]) -> str:
    lang = (get_language() or "zh")[:2]
    return ("" if lang == "zh" else " ").join(each.words.in_(lang) for each in breaks)


#: The breaks in one line, in the language in which they are shown.
said = lazy(_in_language, str)
