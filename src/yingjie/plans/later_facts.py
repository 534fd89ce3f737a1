"""What the ledger says about later doses of a county: who waits for one where and until when, what room and doses there will be.

A later dose is expected where the last one was given (at the site of the township where that site is not the county's); its window
goes from the day recommended to the day before it is overdue. A place is held back for whoever has none yet, until `HELD_DAYS`
after the day recommended: whoever did not come by then must not keep others from it. Counted, never named.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from vaxkit.campaign.reserving import BROUGHT_IN_DAYS, STORE, Doses, Later, Room
from yingjie.bookings.models import Booking
from yingjie.foundation.access.actor import Actor, system
from yingjie.people.group_counts import Group, members
from yingjie.plans import assigning_facts, supply_facts
from yingjie.sites import queries as sites
from yingjie.sites import roster_queries
from yingjie.sites.queries import SiteRow
from yingjie.stock import queries as stock
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: So far ahead is looked: the eight weeks until a second dose is overdue, and some days.
DAYS = 63
HELD_DAYS = 14
#: Doses that one vaccinator gives in an hour, calls and pauses included.
DOSES_AN_HOUR = 20
_WHY = "counted for sites of the county"


@dataclass(frozen=True)
class LaterFacts:
    """`overdue` are people whose window has passed: they are called by name elsewhere."""

    first: date
    days: int
    sites: Mapping[str, SiteRow]
    laters: tuple[Later, ...]
    overdue: int
    room: Mapping[tuple[str, date], Room]
    booked: Mapping[tuple[str, date], int]
    doses: tuple[Doses, ...]


# For each person the site of the last dose that counts; whoever has a place already is counted with the places.
_WAITING = """
    SELECT d.site_id, left(g.area_id, 9), s.products, greatest(s.recommended_on, s.earliest_on, s.deferred_until), s.overdue_on,
           s.latest_on, count(*)
    FROM ({members}) g JOIN doses_standing s ON s.person_id = g.id AND s."group" = %s
    LEFT JOIN LATERAL (
        SELECT x.site_id FROM doses_dose x WHERE x.person_id = g.id AND x."group" = %s AND x.voided_at IS NULL
        ORDER BY x.given_on DESC, x.id DESC LIMIT 1
    ) d ON true
    WHERE s.next_number >= 2 AND s.recommended_on IS NOT NULL AND NOT s.is_contraindicated
          AND NOT EXISTS (SELECT 1 FROM bookings_booking b
                          WHERE b.person_id = g.id AND b."group" = %s AND b.state = 'booked')
    GROUP BY 1, 2, 3, 4, 5, 6
"""


def later_facts(county: str, first: date, days: int = DAYS) -> LaterFacts:
    """Of a county, for so many days. It names nobody: the product counts for whoever may see the county's plans."""
    product = system("plans")
    last = first + timedelta(days=days - 1)
    near = [site for site in sites.sites(product) if site.area_code.startswith(county)]
    named = {supply_facts.name_of(site, near): site for site in near if site.kind != "store"}
    capacity = {name: supply_facts.capacity_of(site, first, days) for name, site in named.items()}
    booked, laters, taken = _booked(named, first, last)
    waiting, overdue = _waiting(product, county, first, last, named, capacity)
    room = {
        (name, on): _room(seats, staff.get(on), booked.get((name, on), 0))
        for name, site in named.items()
        for staff in [_staff(product, site, first, last)]
        for on, seats in capacity[name].items()
    }
    doses = _doses(product, near, named, first, taken)
    return LaterFacts(first, days, named, (*laters, *waiting), overdue, room, booked, tuple(doses))


def _room(seats: int, staff: int | None, booked: int) -> Room:
    return Room(max(0, seats - booked), None if staff is None else max(0, staff - booked))


def _waiting(
    actor: Actor, county: str, first: date, last: date, named: Mapping[str, SiteRow], capacity: Mapping[str, Mapping[date, int]]
) -> tuple[list[Later], int]:  # fmt: skip
    names = {site.id: name for name, site in named.items()}
    of_town: dict[str, str] = {}
    counted: Counter[tuple[str, tuple[str, ...], date, date, bool]] = Counter()
    overdue, since = 0, first - timedelta(days=HELD_DAYS)
    for sql, parameters in members(actor, county, first, Group(present_only=True), "plans.view"):
        with connection.cursor() as cursor:
            cursor.execute(
                _WAITING.format(members=sql), [*parameters, CAMPAIGN_GROUP, CAMPAIGN_GROUP, CAMPAIGN_GROUP]
            )
            rows = cursor.fetchall()
        for site_id, town, products, wanted, overdue_on, latest_on, people in rows:
            latest = min(
                [on for on in (overdue_on and overdue_on - timedelta(days=1), latest_on) if on],
                default=date.max,
            )
            if latest < first:
                overdue += people
            elif wanted <= last:
                if town not in of_town:
                    of_town[town] = supply_facts.site_of(town, named, capacity)
                site = names.get(site_id) or of_town[town]
                key = site, _codes(products), max(wanted, first), max(wanted, latest), wanted >= since
                counted[key] += people
    found = [
        Later(site, products, wanted, latest, people, is_held=is_held)
        for (site, products, wanted, latest, is_held), people in sorted(counted.items())
    ]
    return found, overdue


def _codes(products: str | Sequence[str]) -> tuple[str, ...]:
    """JSON columns come as text from a cursor of one's own."""
    return tuple(json.loads(products) if isinstance(products, str) else products)


def _booked(
    named: Mapping[str, SiteRow], first: date, last: date
) -> tuple[dict[tuple[str, date], int], list[Later], Counter[str]]:
    """Places given out by site and day; those for later doses as promises; how many first doses are promised by site."""
    names = {site.id: name for name, site in named.items()}
    rows = Booking.objects.unscoped(_WHY).filter(
        site_id__in=list(names), state="booked", on__range=(first, last)
    )
    counted: Counter[tuple[str, date, bool]] = Counter()
    for site_id, on, number in rows.values_list("site_id", "on", "number"):
        counted[names[site_id], on, number > 1] += 1
    booked: Counter[tuple[str, date]] = Counter()
    taken: Counter[str] = Counter()
    laters = []
    for (name, on, is_later), people in sorted(counted.items()):
        booked[name, on] += people
        if is_later:
            laters.append(Later(name, (), on, on, people, is_promised=True))
        else:
            taken[name] += people
    return dict(booked), laters, taken


def _staff(actor: Actor, site: SiteRow, first: date, last: date) -> dict[date, int]:
    """Doses that those on duty can give: of the published roster, else of what its shifts need; nothing where neither says."""
    found: Counter[date] = Counter()
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    rostered = set()
    for duty in roster_queries.on_duty(actor, site.id, first, last):
        rostered.add(duty.on)
        if duty.role == "vaccinator":
            found[duty.on] += round((duty.shift.ends - duty.shift.begins) / 60 * DOSES_AN_HOUR)
    lengths = {shift.id: (shift.ends - shift.begins) / 60 for shift in roster_queries.shifts(actor, site.id)}
    needs = [row for row in roster_queries.needs(actor, site.id) if row.role == "vaccinator"]
    for on in days:
        if on not in rostered and needs:
            found[on] = round(
                sum(row.people[on.weekday()] * lengths[row.shift_id] for row in needs) * DOSES_AN_HOUR
            )
    return {on: found[on] for on in days if on in rostered or needs}


def _doses(
    actor: Actor, near: Sequence[SiteRow], named: Mapping[str, SiteRow], first: date, taken: Counter[str]
) -> list[Doses]:
    names = {site.id: name for name, site in named.items()}
    less = {site_id: taken[name] for site_id, name in names.items()}
    at_sites = assigning_facts.supplies(set(names), first, late={}, less=less)
    found = [Doses(names[row.site_id], row.product, row.doses, row.from_on, row.until_on) for row in at_sites]
    arrives = first + timedelta(days=BROUGHT_IN_DAYS)
    for site in near:
        if site.kind == "store":
            found += [
                Doses(STORE, row.product.code, row.usable, arrives, row.expires_on)
                for row in stock.balances(actor, site.id)
                if row.usable and row.suspended_at is None and not row.is_expired(first)
            ]
    return found
