"""The ledger for a board: sites, sessions, people to whom a dose is due counted alike, doses, ways, desks, turns. Nobody is
named."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from yingjie.bookings import queries as bookings
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.plans import assigning_facts, points, refusals
from yingjie.plans.assigning import weight_of
from yingjie.plans.day_document import USUAL_STAFF
from yingjie.plans.siting_facts import turns_seen
from yingjie.sites import layout_queries
from yingjie.sites import queries as sites
from yingjie.sites.queries import SiteRow

CHANGE_SESSIONS = "bookings.change"


def board_facts(by: Actor, area_code: str, first: date, days: int) -> dict[str, Any]:
    """Of the area's people, and the sites of its county. The actor's right was checked by the caller. Raises TooManyPeople,
    NoRoom."""
    last = first + timedelta(days=days - 1)
    product = system("plans")
    near = [
        site
        for site in sites.sites(product)
        if site.area_code.startswith(area_code[:6]) and site.kind != "store"
    ]
    held = bookings.sessions([site.id for site in near], first, last)
    may = {site.id for site in near if by.may(CHANGE_SESSIONS, site.area_code, site.id)}
    shown = [site for site in near if site.id in may or any(row.site_id == site.id for row in held)]
    if not held:
        raise refusals.NoRoom()
    people, _out = assigning_facts.candidates(by, area_code, first, last)
    if len(people) > assigning_facts.MOST_PEOPLE:
        raise refusals.TooManyPeople(people=len(people), most=assigning_facts.MOST_PEOPLE)
    counted = Counter(
        (
            each.village_code,
            str(each.earliest_on),
            str(each.latest_on),
            str(each.due_on),
            weight_of(each),
            tuple(each.products),
        )
        for each in people
    )
    ways = points.ways(area_code[:6])
    villages = sorted({key[0] for key in counted})
    turns, _seen_at = turns_seen(shown)
    return {
        "days": [str(first + timedelta(days=step)) for step in range(days)],
        "sites": [{"id": str(site.id), "name": site.name, "may": site.id in may} for site in shown],
        "sessions": _sessions(held, may),
        "demand": [
            {"village": village, "earliest": earliest, "latest": latest, "due": due, "weight": weight, "products": list(products),
             "people": n}
            for (village, earliest, latest, due, weight, products), n in sorted(counted.items())
        ],
        "doses": [
            {"site": str(row.site_id), "product": row.product, "doses": row.doses, "from": str(row.from_on),
             "until": str(row.until_on)}
            for row in assigning_facts.supplies({site.id for site in shown}, first, late={}, less={})
        ],
        "ways": {village: {str(site.id): ways.km(village, site.id) for site in shown} for village in villages},
        "desks": {str(site.id): _desks(site) for site in shown},
        "turns": {name: [turn.mean, turn.sd] for name, turn in turns.items()},
        "usual": dict(USUAL_STAFF),
    }  # fmt: skip


def _sessions(held: list[bookings.SessionRow], may: set[Any]) -> list[dict[str, Any]]:
    slots: dict[Any, list[bookings.SlotRow]] = {}
    for slot in bookings.slots([row.id for row in held]):
        slots.setdefault(slot.session_id, []).append(slot)
    found = []
    for row in held:
        times = slots.get(row.id, [])
        if not times or row.is_over:
            continue
        at = row.from_at.astimezone(clock.CAMPAIGN_ZONE)
        minute = at.hour * 60 + at.minute
        lasts = round((row.until_at - row.from_at).total_seconds() / 60)
        found.append({
            "id": str(row.id), "site": str(row.site_id), "on": str(row.on), "minute": minute, "ends": minute + lasts,
            "every": round((times[0].until_at - times[0].at).total_seconds() / 60), "slots": len(times), "seats": times[-1].seats,
            "taken": row.taken, "products": list(row.products), "kind": row.kind, "title": row.title,
            "may": row.site_id in may and row.from_at > clock.now(),
        })  # fmt: skip
    return found


def _desks(site: SiteRow) -> dict[str, int]:
    return layout_queries.stations_by_room(system("plans"), site.id)
