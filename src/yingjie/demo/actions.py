"""Loading the demo county: `load` is what the command line calls.

    load(by, size, seed)     the county, its campaign of seven weeks, bulletins, open work, accounts
    bring_in(by, county)     the same for a county that was made already (the tests' small ones)
    loaded_counts()          what stands in the database, {} where there is no demo county

All or nothing: everything is written in one transaction, with the mark first, so that a load that is killed leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from yingjie.areas import divisions
from yingjie.areas.actions import load_county
from yingjie.areas.models import Area
from yingjie.clinic.models import Visit
from yingjie.demo import (
    accounts,
    appointments,
    cold_chain,
    day_plans,
    in_bulk,
    mobilised,
    officers,
    open_work,
    planned,
    reminded,
    site_roster,
    site_staff,
    timeline,
)
from yingjie.demo.history import USUAL_CUT, ZONE, Campaign, campaign
from yingjie.demo.models import LoadedCounty
from yingjie.demo.population import COUNTY, PEOPLE, County, Size, generate
from yingjie.demo.refusals import AlreadyLoaded, DayToCome, RealInstance, UnknownSize
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.outreach.models import Attempt
from yingjie.oversight import kept_steps
from yingjie.oversight.models import Bulletin
from yingjie.people.models import Person
from yingjie.sites.actions import open_site
from yingjie.sites.models import Site
from yingjie.stock.models import Vial
from yingjie.vaccines.actions import load_products, load_shipped

Progress = Callable[..., None]
"""Called as progress(done, total)."""
STEPS = 1000
#: The demo campaign gives the primary course from the age of 3 on. The boosters stay drafts: somebody can count what switching one
#: on would change for whom, and do it.
IN_FORCE = (
    "cn-covid-2020-12-15-key-groups",
    "cn-covid-2021-03-29-guide",
    "cn-covid-2021-05-07-kconvac",
    "cn-covid-2021-07-20-ages-12-17",
    "cn-covid-2021-10-26-ages-3-11",
)


class Road(Protocol):
    """One of the two loaders, `in_bulk.load` and `through_actions.load`."""

    def __call__(
        self,
        *,
        by: Actor,
        told: Campaign,
        now: datetime,
        sites: dict[str, UUID],
        tell: Callable[[float], None],
    ) -> None: ...


def load(
    *,
    by: Actor,
    size: str,
    seed: int,
    progress: Progress | None = None,
    today: date | None = None,
) -> dict[str, int]:
    """Load the demo county. `size` and `seed` as in `population.generate`; `today` is the campaign's last day, today if left out.

    Returns how much of each kind was written: areas, people, sites, doses, visits, attempts, vials, bulletins, accounts.
    Raises RealInstance, AlreadyLoaded, LedgerInUse, UnknownSize, DayToCome, NotAllowed.
    """
    if size not in PEOPLE:
        raise UnknownSize(size=size, known=", ".join(PEOPLE))
    known: Size = next(each for each in PEOPLE if each == size)
    county = generate(known, seed, today or clock.today(), divisions.load(COUNTY))
    return bring_in(by=by, county=county, progress=progress)


def bring_in(
    *, by: Actor, county: County, progress: Progress | None = None, road: Road = in_bulk.load
) -> dict[str, int]:
    """Tell this county's campaign up to now and write it down; refuses like `load`. `road` is one of the two loaders."""
    by.require("access.manage")
    if not settings.YINGJIE_DEMO:
        raise RealInstance()
    if county.today > clock.today():
        raise DayToCome(on=county.today)
    now = _moment(county.today)
    tell = _teller(progress)
    told = campaign(county, timeline.end_of(county.today))
    tell(0.05)
    with clock.at(now), transaction.atomic():
        mark = _mark(county, now)
        sites = _ground(by, told)
        road(by=by, told=told, now=now, sites=sites, tell=lambda share: tell(0.05 + 0.85 * share))
        open_work.leave(by=by, told=told, now=now)
        cold_chain.leave(by=by, told=told, now=now)
        appointments.leave(by=by, told=told, now=now)
        accounts.make(by=by, told=told, site_id=sites[told.sites[0].code])
        officers.leave(by=by, told=told, now=now)
        mobilised.leave(told=told, now=now)
        reminded.leave(by=by, told=told, now=now, sites=sites)
        site_roster.make(by=by, told=told, site_id=sites[told.sites[0].code])
        day_plans.leave(told=told, now=now)
        planned.leave(told=told, now=now, site_ids=sites)
        kept_steps.fold()  # figures are read from the kept counts at once, not from the first full hour on
        mark.counts = _counts()
        mark.save(update_fields=["counts"])
        facts = {"size": county.size, "seed": county.seed, "today": str(county.today), **mark.counts}
        record(by=by, verb="demo.load", subject=("area", county.code), area_code=county.code, facts=facts)
    tell(1)
    return dict(mark.counts)


def loaded_counts() -> dict[str, int]:
    """What the load wrote, or {} where no demo county was loaded."""
    mark = LoadedCounty.objects.first()
    return dict(mark.counts) if mark else {}


def _moment(today: date) -> datetime:
    """Up to when the campaign is told: now, or the usual hour of an earlier day."""
    if today == clock.today():
        return clock.now().astimezone(ZONE).replace(microsecond=0)
    return datetime.combine(today, USUAL_CUT, ZONE)


def _teller(progress: Progress | None) -> Callable[[float], None]:
    return lambda share: progress(round(share * STEPS), STEPS) if progress else None


def _mark(county: County, now: datetime) -> LoadedCounty:
    try:
        with transaction.atomic():
            return LoadedCounty.objects.create(
                code=county.code,
                name=county.name,
                size=county.size,
                seed=county.seed,
                today=county.today,
                loaded_at=now,
            )
    except IntegrityError:
        raise AlreadyLoaded(name=county.name) from None


def _ground(by: Actor, told: Campaign) -> dict[str, UUID]:
    """Divisions, products, the sites and the county's store, ready at the campaign's beginning. Returns site code → id."""
    county = told.county
    with clock.at(timeline.beginning(told)):
        load_county(by=by, code=county.code)
        load_products(by=by)
        load_shipped(by=by, in_force=IN_FORCE)
        store = timeline.store_of(told)
        opened = {
            site.code: open_site(
                by=by, code=site.code, name=site.name, kind=site.kind, area_code=site.area_code, address=site.address,
                hours=hours, opened_on=told.began_on, seats_per_hour=site.seats_an_hour,
            ).pk
            for site, hours in [(store, ""), *((site, timeline.HOURS) for site in told.sites)]
        }  # fmt: skip
        site_staff.enrol(by=by, told=told)
    return opened


def _counts() -> dict[str, int]:
    why = "the demo county is all there is"
    counts = {
        "areas": Area.objects.unscoped(why).count(),
        "people": Person.objects.unscoped(why).count(),
        "sites": Site.objects.unscoped(why).count(),
        "vials": Vial.objects.unscoped(why).count(),
        "doses": Dose.objects.unscoped(why).count(),
        "visits": Visit.objects.unscoped(why).count(),
        "attempts": Attempt.objects.unscoped(why).count(),
        "bulletins": Bulletin.objects.unscoped(why).count(),
    }
    return {**counts, "accounts": len(accounts.ACCOUNTS)}
