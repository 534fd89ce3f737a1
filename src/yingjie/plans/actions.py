"""Writes of scenarios: draw one up from the ledger, copy it with changes, simulate, find the smallest staffing, drop."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxkit.faults import Faulty
from vaxkit.simulation import SitePlan, read_plan
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.plans import day_basis, day_document, day_editing, day_upsets, refusals, tomorrow
from yingjie.plans.day_editing import Changes
from yingjie.plans.days_ahead import must_lie_ahead
from yingjie.plans.models import Scenario
from yingjie.plans.queries import CHANGE
from yingjie.plans.running import must_have_stopped
from yingjie.plans.twice import sent_before
from yingjie.sites import queries as sites
from yingjie.sites.queries import SiteRow

Tell = Callable[[int, int | None, str], None]
_CHECKED = "of a site that was checked"
DAYS, SEED = 200, 1
#: What each copy of `upset` is called.
UPSETS = {
    "vaccine_late": _("Vaccine late: doses for half of the people"),
    "site_closed": _("Neighbouring site closed: half as many people again"),
    "staff_sick": _("Staff ill: three in ten"),
    "rush": _("Rush after news: many come unasked in the first hours"),
    "rain": _("Heavy rain: four in ten stay away"),
    "aefi_cluster": _("Cluster of reactions: a pause of an hour, three in ten stay away"),
}


@transaction.atomic
def draw_up(*, by: Actor, site_id: UUID, on: date) -> Scenario:
    """Tomorrow as the ledger has it now, and its simulation in the background. Raises NotFound, DayPast, SiteShut."""
    site = sites.site(by, site_id, CHANGE)
    rows = Scenario.objects.unscoped(_CHECKED)
    twice = sent_before(rows, by, site_id=site_id, on=on, title="", based_on=None)
    if twice is not None:
        return twice
    made = write_up(by=by, site=site, on=on)
    _simulate_later(by, made)
    return made


@transaction.atomic
def draw_up_all(*, by: Actor, on: date) -> int:
    """Every site with a session that day of which there is no plan, or whose people with a place are others by now. Returns how
    many are simulated. Raises DayPast."""
    wanted = [
        row
        for row in tomorrow.ahead(by, on)
        if row.may and row.sessions and (row.plan is None or row.is_changed)
    ]
    for row in wanted:
        draw_up(by=by, site_id=row.id, on=on)
    return len(wanted)


def write_up(*, by: Actor, site: SiteRow, on: date) -> Scenario:
    """The scenario without simulating it. In the caller's transaction."""
    must_lie_ahead(on, on)
    facts = day_basis.basis(by, site, on)
    if not facts.hours and not facts.sessions:
        raise refusals.SiteShut(site=site.name, on=on)
    drawn = day_document.drawn(facts, {"zh": f"{site.name} {on}", "en": f"{site.name} {on}"})
    plan(drawn.document)
    made = _made(by, site, on, "", drawn.document, drawn.basis, None)
    facts_told = {"site": site.name, "on": str(on), "booked": drawn.basis["booked"]["people"]}
    record(by=by, verb="plans.draw_up", subject=made, area_code=site.area_code, facts=facts_told)
    return made


@transaction.atomic
def vary(*, by: Actor, scenario_id: UUID, title: str, changes: Changes) -> Scenario:
    """A copy with changes, and its simulation in the background. Raises NotFound, NobodyOnDuty, PlanUnusable."""
    before = _mine(by, scenario_id)
    document = day_editing.edited(before.document, changes)
    rows, named = Scenario.objects.unscoped(_CHECKED), title.strip()[:120] or before.title
    twice = sent_before(rows, by, site_id=before.site_id, based_on=before.pk, title=named, document=document)
    if twice is not None:
        return twice
    made = write_variant(by=by, scenario_id=scenario_id, title=title, changes=changes)
    _simulate_later(by, made)
    return made


def write_variant(*, by: Actor, scenario_id: UUID, title: str, changes: Changes) -> Scenario:
    """The copy without simulating it. In the caller's transaction."""
    before = _mine(by, scenario_id)
    for station, hours in changes.servers.items():
        if not any(hours.values()):
            named: dict[str, str] = next(
                (row["title"] for row in before.document["stations"] if row["id"] == station), {}
            )
            english = (get_language() or "zh").startswith("en")
            raise refusals.NobodyOnDuty(station=named.get("en" if english else "zh", station))
    return write_copy(
        by=by, before=before, title=title, document=day_editing.edited(before.document, changes)
    )


def write_copy(*, by: Actor, before: Scenario, title: str, document: dict[str, Any]) -> Scenario:
    """A copy with another document, not simulated. In the caller's transaction; `before` was checked there. Raises PlanUnusable."""
    site = sites.site(by, before.site_id, CHANGE)
    plan(document)
    made = _made(by, site, before.on, title.strip()[:120] or before.title, document, before.basis, before.pk)
    record(
        by=by, verb="plans.vary", subject=made, area_code=site.area_code,
        facts={"site": site.name, "on": str(before.on), "title": made.title},
    )  # fmt: skip
    return made


@transaction.atomic
def upset(*, by: Actor, scenario_id: UUID) -> list[Scenario]:
    """A copy for each thing that may go wrong with the day (`day_upsets`), simulated in the background. What was asked before
    is not made again. Raises NotFound, PlanUnusable."""
    site_id = _mine(by, scenario_id).site_id
    before = lock(Scenario.objects.unscoped(_CHECKED), site_id=site_id, pk=scenario_id)[0]
    there = Scenario.objects.unscoped(_CHECKED).filter(site_id=before.site_id, based_on=before.pk)
    known = set(there.values_list("title", flat=True))
    made = [
        write_copy(by=by, before=before, title=str(title), document=day_upsets.under(kind, before.document))
        for kind, title in UPSETS.items()
        if str(title) not in known
    ]
    for row in made:
        _simulate_later(by, row)
    return made


@transaction.atomic
def simulate_later(*, by: Actor, scenario_id: UUID) -> UUID:
    """Simulate in the background what was not, or whose simulation broke or was stopped. Returns the job's id. Raises NotFound,
    StillComputing."""
    row = _mine(by, scenario_id)
    must_have_stopped(row.job_id)
    _simulate_later(by, row)
    assert row.job_id is not None
    return row.job_id


def simulate(*, by: Actor, scenario_id: UUID, tell: Tell | None = None) -> Scenario:
    """Simulate a scenario; the same scenario gives the same result. `tell` may raise to stop it. Raises NotFound,
    PlanUnusable."""
    row = _mine(by, scenario_id)
    from vaxkit.simulation.results import as_document
    from vaxkit.simulation.running import simulate as run

    def step(done: int) -> None:
        if tell:
            tell(done, row.replications, "")

    found = run(plan(row.document), replications=row.replications, seed=row.seed, tell=step)
    with transaction.atomic():
        held = lock(Scenario.objects.unscoped(_CHECKED), site_id=row.site_id, pk=row.pk)[0]
        held.result, held.simulated_at = as_document(found), clock.now()
        held.save(update_fields=["result", "simulated_at"])
    return held


@transaction.atomic
def start_staffing(*, by: Actor, scenario_id: UUID, minutes: int, percent: int) -> UUID:
    """Look for the smallest staffing in the background. Returns the job's id. Raises NotFound."""
    row = _mine(by, scenario_id)
    title = str(_("Smallest staffing: {title}")).format(title=f"{row.on} {row.title}")
    job = jobs.start(
        by=by, kind="plans.staffing", title=title, username=by.name, scenario_id=str(row.pk), minutes=minutes, percent=percent
    )  # fmt: skip
    return job.pk


def find_staffing(
    *, by: Actor, scenario_id: UUID, minutes: int, percent: int, tell: Tell | None = None
) -> Scenario:
    """The fewest people by station and hour with whom so many percent wait so many minutes at most. Raises NotFound,
    PlanUnusable."""
    row = _mine(by, scenario_id)
    from vaxkit.simulation.results import as_document
    from vaxkit.simulation.staffing import Promise, smallest_staffing

    found_plan = plan(row.document)
    staffed = [each["id"] for each in row.document["stations"] if isinstance(each.get("servers"), list)]
    promise = dict.fromkeys(staffed, Promise(minutes, percent / 100))

    def step(done: int) -> None:
        if tell:
            tell(done, None, "")

    found = smallest_staffing(found_plan, promise, replications=40, seed=row.seed, hourly=True, tell=step)
    told = {
        "minutes": minutes, "percent": percent, "feasible": found.feasible, "zero": found_plan.zero,
        "needs": as_document(found.stations), "explanation": as_document(found.explanation),
    }  # fmt: skip
    with transaction.atomic():
        held = lock(Scenario.objects.unscoped(_CHECKED), site_id=row.site_id, pk=row.pk)[0]
        held.staffing = told
        held.save(update_fields=["staffing"])
        area = sites.site(by, row.site_id, CHANGE).area_code
        facts = {"minutes": minutes, "percent": percent, "on": str(row.on)}
        record(by=by, verb="plans.find_staffing", subject=held, area_code=area, facts=facts)
    return held


@transaction.atomic
def drop(*, by: Actor, scenario_id: UUID) -> None:
    """Throw a scenario away; it was never more than a thought. Raises NotFound."""
    row = _mine(by, scenario_id)
    area = sites.site(by, row.site_id, CHANGE).area_code
    record(
        by=by, verb="plans.drop", subject=row, area_code=area, facts={"title": row.title, "on": str(row.on)}
    )
    row.delete()


def plan(document: object) -> SitePlan:
    """The plan in a document. Raises PlanUnusable with the first fault."""
    try:
        return read_plan(document)
    except Faulty as faulty:
        raise refusals.PlanUnusable(why=faulty.faults[0].in_((get_language() or "zh")[:2])) from faulty


def _made(
    by: Actor, site: SiteRow, on: date, title: str, document: dict[str, object], basis: dict[str, object], based_on: UUID | None
) -> Scenario:  # fmt: skip
    return Scenario.objects.unscoped(_CHECKED).create(
        site_id=site.id, on=on, title=title, based_on=based_on, document=document, basis=basis, replications=DAYS, seed=SEED,
        made_by=by.signature, made_at=clock.now(),
    )  # fmt: skip


def _simulate_later(by: Actor, row: Scenario) -> None:
    title = str(_("Simulation: {title}")).format(title=f"{row.on} {row.title}")
    job = jobs.start(
        by=by, kind="plans.simulate", title=title[:200], username=by.name, scenario_id=str(row.pk)
    )
    row.job_id = job.pk
    row.save(update_fields=["job_id"])


def _mine(by: Actor, scenario_id: UUID) -> Scenario:
    found = Scenario.objects.visible_to(by, CHANGE).filter(pk=scenario_id).first()
    if found is None:
        raise NotFound()
    return found
