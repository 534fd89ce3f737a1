"""Sessions of the demo county's large site for the week around today, with people who have a place in them.

Everything goes through the product's own actions. Yesterday's session is over: most came, some did not. Today's is under way,
those of the days ahead fill up; one is for a village alone, with the list that it handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import UUID

from yingjie.bookings import actions as bookings
from yingjie.bookings import list_actions, list_queries, queries, seats, session_actions
from yingjie.bookings.models import Session
from yingjie.bookings.seats import Wanted
from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.demo.supply import PRODUCTS
from yingjie.doses.upcoming import upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.people import ledger_queries as ledger
from yingjie.sites import layout_actions, readiness_actions, readiness_queries, standards
from yingjie.sites import queries as sites

MORNING, EVENING, NIGHT = time(8), time(17), time(20, 30)
SEATS, NIGHT_SEATS, SPECIAL_SEATS = 4, 1, 3
#: How much of a session is taken, by how many days ahead it is. Today has room at every time of arrival for whoever just comes.
FILLED = (0.9, 0.6, 0.6, 0.4, 0.2, 0.1)
#: One in so many of yesterday's people did not come.
MISSED_EVERY = 9


def leave(*, by: Actor, told: Campaign, now: datetime) -> None:
    """Write all of it; people, doses and accounts stand in the database already."""
    today = now.astimezone(ZONE).date()
    at = next(site for site in sites.sites(by) if site.code == told.sites[0].code)
    _make_ready(by, at, now - timedelta(days=2))
    with clock.at(datetime.combine(today - timedelta(days=2), EVENING, ZONE)):
        _special(told, by, at.id, today + timedelta(days=3))
        days = [_day(by, at.id, today + timedelta(days=n)) for n in range(-1, 5)]
        waiting = _everybody(by, told)
        _day(by, at.id, today + timedelta(days=2), EVENING, NIGHT, NIGHT_SEATS)
        for session, share in zip(days, FILLED, strict=True):
            _fill(session, share, waiting)
    _yesterday(by, at.id, days[0])


def _day(
    by: Actor, site_id: UUID, on: date, begin: time = MORNING, end: time = EVENING, each: int = SEATS
) -> Session:
    return session_actions.open_session(
        by=by, site_id=site_id, from_at=datetime.combine(on, begin, ZONE), until_at=datetime.combine(on, end, ZONE),
        products=[product.code for product in PRODUCTS], minutes=30, seats=each, title="夜场" if begin == EVENING else "",
    )  # fmt: skip


def _everybody(by: Actor, told: Campaign) -> list[tuple[UUID, int]]:
    """People of the county to whom a dose is due, with its number, in the order of villages."""
    rows = ledger.every(by, ledger.Narrowed(area_code=told.county.code, whereabouts="here"), "place")
    # By birthday where two share a name: ids differ from load to load.
    first = sorted(islice(rows, 1500), key=lambda row: (row.place, row.birth_on, row.name))
    ids = [row.id for row in first]
    due = upcoming(ids, clock.today())
    return [(key, due[key].number or 1) for key in ids if due[key].is_due]


def _fill(session: Session, share: float, waiting: list[tuple[UUID, int]]) -> None:
    """That share of every time of arrival: every other one by staff."""
    wanted = []
    for slot in queries.slots([session.pk]):
        for nth in range(round((slot.seats + slot.extra) * share)):
            if waiting:
                person_id, number = waiting.pop()
                channel = "desk" if nth % 2 else "online"
                by = "resident" if channel == "online" else "孙丽"
                wanted.append(Wanted(uuid7(), person_id, number, session.pk, slot.id, channel, by))
    seats.take(wanted, clock.now())


def _yesterday(by: Actor, site_id: UUID, session: Session) -> None:
    rows = queries.expected(by, session.pk)
    for nth, row in enumerate(rows):
        if nth % MISSED_EVERY:
            with clock.at(row.at + timedelta(minutes=5)):
                bookings.arrive(by=by, site_id=site_id, person_id=row.person_id)
    with clock.at(session.until_at + timedelta(hours=2)):
        bookings.sweep(by=by, site_id=site_id)


def _special(told: Campaign, by: Actor, site_id: UUID, on: date) -> None:
    """A village's own morning, from its ledger, submitted by its officer."""
    village = next(each for each in told.county.villages if each.code == accounts.nodes(told)["village"])
    session = session_actions.open_session(
        by=by, site_id=site_id, from_at=datetime.combine(on, MORNING, ZONE), until_at=datetime.combine(on, time(10), ZONE),
        products=[product.code for product in PRODUCTS], seats=SPECIAL_SEATS, kind="special", area_code=village.code,
        title=f"{village.said}专场",
    )  # fmt: skip
    officer = accounts.actor(told, "village")
    row = queries.session(session.pk)
    chosen: Sequence[UUID] = list_queries.candidates(officer, row, village.code, most=row.free)
    if chosen:
        made = list_actions.hand_in_people(
            by=officer,
            session_id=session.pk,
            area_code=village.code,
            person_ids=chosen,
            title=f"{village.said}接种名单",
        )
        list_actions.submit(by=officer, list_id=made.pk)


def _make_ready(by: Actor, at: sites.SiteRow, on: datetime) -> None:
    """What the site's kind asks for, where nobody has seen to it yet."""
    with clock.at(on):
        if sites.may_open_session(by, at.id) is None:
            return
        layout_actions.lay_out(by=by, site_id=at.id)
        wanted = readiness_queries.equipment(by, at.id, at.kind)
        given = {piece.code: readiness_actions.Stock(piece.wanted) for piece in wanted}
        readiness_actions.equip(by=by, site_id=at.id, given=given)
        readiness_actions.plan_emergency(by=by, site_id=at.id, hospital="区医院", ambulance="on_site")
        good_until = on.date() + timedelta(days=365)
        kit = {code: (remedy.least, good_until) for code, remedy in standards.kit().items()}
        readiness_actions.check_kit(by=by, site_id=at.id, given=kit)
        looked = [item.code for item in standards.items_for(at.kind) if not item.told]
        answers = {code: readiness_actions.Answer("fine") for code in looked}
        readiness_actions.inspect(by=by, site_id=at.id, answers=answers)
