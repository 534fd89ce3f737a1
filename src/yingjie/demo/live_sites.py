"""What a live day needs of a demo site: who works there, who is due, which vials have a dose; and its pace by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random
from threading import Event
from uuid import UUID

from vaxkit.vocabulary import Status
from yingjie.bookings import session_actions
from yingjie.bookings.ticket_queries import sessions_now
from yingjie.demo import live_clock, timeline
from yingjie.demo.history import ZONE
from yingjie.demo.live import Crew, LiveDay, Outcome, Tell, play
from yingjie.demo.live_clock import Running
from yingjie.demo.refusals import NoDemoSite
from yingjie.doses.queries import statuses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.people.models import Person
from yingjie.people.residents import in_ledger
from yingjie.sites.models import Site
from yingjie.staff.models import StaffMember
from yingjie.stock.models import Vial

_WHY = "the demo's own site, for whoever owns the machine"
OPENS = time(8)
#: Seats a time of arrival on a live day.
ROOMY = 60
TOUCH = timedelta(seconds=5)


def prepare(*, code: str = "", people: int = 300, seed: int = 1) -> LiveDay:
    """A day at a site of the demo (its large one, if left out). Raises NoDemoSite."""
    rows = Site.objects.unscoped(_WHY).exclude(kind="store").order_by("code")
    site = (
        rows.filter(code=code).first()
        if code
        else next((row for row in rows if row.kind == "temporary"), rows.first())
    )
    if site is None:
        raise NoDemoSite(code=code)
    due = _due(site.area_id, people, seed)
    if len(due) < people:
        due = list(dict.fromkeys(due + _due(site.area_id[:6], people, seed)))[:people]
    return LiveDay(site.pk, _crew(site), due, _vials(site.pk), seed=seed)


def make_room(*, by: Actor, day: LiveDay) -> None:
    """Where the site holds sessions today, let them have as many seats as people come: the door gives no number beyond that."""
    for session in sessions_now(day.site_id):
        session_actions.change_seats(by=by, session_id=session.id, seats=ROOMY)


def run(
    day: LiveDay,
    *,
    speed: float,
    stop: Event,
    begins_at: datetime | None = None,
    tell: Tell = lambda moment, ended: None,
) -> Outcome:
    """Play a day `speed` times as fast as it is, from 08:00 of today on, until it is over or `stop` is set."""
    since = clock.now()
    begins = begins_at or datetime.combine(clock.today(), OPENS, ZONE)
    live_clock.keep(Running(begins, since, since, speed))
    try:
        return play(day, begins, _pace(begins, since, speed, stop), tell)
    finally:
        live_clock.end()


def _pace(begins: datetime, since: datetime, speed: float, stop: Event) -> Callable[[datetime], bool]:
    """Waits until a moment has come; False once it is to stop."""
    touched = since

    def wait(moment: datetime) -> bool:
        nonlocal touched
        due = since + (moment - begins) / speed
        while not stop.is_set():
            now = clock.now()
            if now - touched >= TOUCH:
                touched = now
                live_clock.keep(Running(begins, since, now, speed))
            if now >= due:
                return True
            stop.wait(min((due - now).total_seconds(), TOUCH.total_seconds()))
        return False

    return wait


def _crew(site: Site) -> Crew:
    """The people of site_staff, under their own names."""
    names = {
        account: name
        for account, name in StaffMember.objects.unscoped(_WHY).values_list("account", "name")
        if account
    }
    prefix = f"{site.code}-".lower()

    def actor(account: str, role: str) -> Actor:
        return Actor(account, (Held(role, site.area_id, site.pk),), title=names.get(account, ""))

    nurses = [
        account
        for account in sorted(names)
        if account.startswith(prefix) and account[len(prefix) :].isdigit()
    ]
    return Crew(
        desks=[actor(timeline.registrar(site.code), "registrar")] * 3,
        doctors=[actor(timeline.screener(site.code), "screening_doctor")] * 2,
        nurses=[actor(account, "vaccinator") for account in nurses][:4],
        bench=actor(timeline.observer(site.code), "observer"),
    )


def _due(area_code: str, people: int, seed: int) -> list[UUID]:
    """Residents of an area to whom a dose is due, drawn by the seed."""
    on = clock.today()
    rows = Person.objects.unscoped(_WHY).filter(in_ledger(on), area__code__startswith=area_code)
    found = list(rows.order_by("pk").values_list("pk", "birth_on"))
    Random(f"{seed}:live").shuffle(found)
    due: list[UUID] = []
    for start in range(0, len(found), 500):
        status = statuses(dict(found[start : start + 500]), on)
        due += [
            key for key, _birth in found[start : start + 500] if status[key] in (Status.DUE, Status.OVERDUE)
        ]
        if len(due) >= people:
            break
    return due[:people]


def _vials(site_id: UUID) -> dict[str, list[str]]:
    """Codes with a dose left in lots that may be used, first to expire first."""
    rows = Vial.objects.unscoped(_WHY).filter(
        site_id=site_id, doses=1, doses_given=0, doses_wasted=0, discarded_at__isnull=True, sent_in__isnull=True,
        lot__suspended_at__isnull=True, lot__expires_on__gte=clock.today(),
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for product_code, code in rows.order_by("lot__expires_on", "code").values_list("lot__product_id", "code"):
        found.setdefault(product_code, []).append(code)
    return found
