"""The campaign as the ledger has it now, as a plan of vaxkit.campaign: people by age, what they have had, sites, vaccine.

What the ledger cannot know is assumed and said so: how many will be willing, how many are won over a day, which deliveries come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yingjie.areas import queries as areas
from yingjie.doses import reached
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people.group_counts import Group, by_area_and_line
from yingjie.plans import supply_facts
from yingjie.plans.spoken import said_in_both
from yingjie.stock import coming

#: (id, from age, until age); younger ones are not in the campaign.
GROUPS: tuple[tuple[str, int, int | None], ...] = (
    ("children", 3, 17),
    ("adults", 18, 59),
    ("elders", 60, None),
)
WILLING, PERSUADED, KEEP, INTERVAL = 0.9, 0.01, 0.35, 21
RECENT = 7
#: Over so many weeks it is counted how many doses come in one.
MEASURED_WEEKS = 4
_VIEW = "plans.view"


@dataclass(frozen=True)
class Asked:
    """What whoever plans adds to the facts: `doses_a_week` that come (None: as in the last weeks), the share to reach (percent, of
    dose `dose`) and the length and strength of each scenario; 0 leaves a scenario out."""

    target_percent: int = 90
    dose: int = 2
    doses_a_week: int | None = None
    most_days: int = 120
    late_days: int = 7
    closed_days: int = 10
    sick_percent: int = 30
    rush_factor: int = 3
    rain_days: int = 3
    aefi_percent: int = 50


def document(actor: Actor, area_code: str, asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan and its basis, for an area whose right was checked."""
    today = clock.today()
    first = today + timedelta(days=1)
    supply = supply_facts.held(area_code, first, 7)
    a_week = _came_a_week(area_code, today) if asked.doses_a_week is None else asked.doses_a_week
    on_hand = sum(lot.doses for lots in supply.lots.values() for lot in lots)
    groups = [row for row in (_group(actor, area_code, today, *each) for each in GROUPS) if row]
    name = areas.path(area_code)[-1].name
    places: list[dict[str, Any]] = [
        {
            "id": f"site_{nth}", "title": {"zh": site, "en": site},
            "doses_a_day": [days[_on_weekday(first, weekday)] for weekday in range(7)],
        }
        for nth, (site, days) in enumerate(supply.capacity.items())
    ]  # fmt: skip
    largest = max(places, key=lambda place: (sum(place["doses_a_day"]), place["id"]), default=None)
    found = {
        "campaign": 1,
        "title": said_in_both("campaign", name=name),
        "first_day": str(first),
        "most_days": asked.most_days,
        "target": {"share": asked.target_percent / 100, "dose": asked.dose},
        "groups": groups,
        "sites": places,
        "stock": {
            "on_hand": on_hand,
            "wasted": 0.01,
            "deliveries": _deliveries(first, a_week, asked.most_days),
        },
        "people": {"keep": KEEP, "spread": 0.2},
        "scenarios": scenarios(first, asked, largest["id"] if largest else ""),
    }
    basis = {
        "people": sum(row["people"] for row in groups), "sites": len(places),
        "capacity": sum(sum(days.values()) for days in supply.capacity.values()),
        "stock": on_hand, "willing": WILLING, "persuaded": PERSUADED, "doses_a_week": a_week,
        "is_measured": asked.doses_a_week is None,
    }  # fmt: skip
    return found, basis


def scenarios(first: date, asked: Asked, largest: str) -> list[dict[str, Any]]:
    """The scenarios that were asked for, from the day after the first on."""
    soon = first + timedelta(days=3)
    rows: tuple[tuple[int, dict[str, Any]], ...] = (
        (asked.late_days,
         {"kind": "vaccine_late", "from": str(first), "until": str(first + timedelta(days=21)), "days": asked.late_days}),
        (asked.closed_days if largest else 0,
         {"kind": "site_closed", "site": largest, "from": str(soon), "until": str(soon + timedelta(days=asked.closed_days - 1))}),
        (asked.sick_percent,
         {"kind": "staff_sick", "share": asked.sick_percent / 100, "from": str(soon), "until": str(soon + timedelta(days=13))}),
        (asked.rush_factor if asked.rush_factor > 1 else 0,
         {"kind": "rush", "factor": float(asked.rush_factor), "from": str(soon), "until": str(soon + timedelta(days=4))}),
        (asked.rain_days,
         {"kind": "rain", "factor": 0.3, "from": str(soon), "until": str(soon + timedelta(days=max(1, asked.rain_days) - 1))}),
        (asked.aefi_percent,
         {"kind": "aefi_cluster", "share": asked.aefi_percent / 100, "from": str(soon), "half_life_days": 8}),
    )  # fmt: skip
    return [
        {"id": event["kind"], "title": said_in_both(event["kind"], n=amount), "events": [event]}
        for amount, event in rows
        if amount
    ]


def _group(
    actor: Actor, area_code: str, today: date, name: str, age_from: int, age_until: int | None
) -> dict[str, Any] | None:
    group = Group(age_from, age_until, "", True)
    people = sum(by_area_and_line(actor, area_code, today, group, _VIEW).values())
    if not people:
        return None
    had = [
        sum(reached.by_area(actor, area_code, today, group, dose, permission=_VIEW).values())
        for dose in (1, 2)
    ]
    before = sum(
        reached.by_area(
            actor, area_code, today, group, 1, until=today - timedelta(days=RECENT), permission=_VIEW
        ).values()
    )
    waiting = max(1.0, people * WILLING - had[0])
    eager = min(0.5, max(0.005, (had[0] - before) / RECENT / waiting))
    had[0] = min(had[0], people)
    had[1] = min(had)
    due = _at_most(reached.due_by_day(actor, area_code, today, group, 2, _VIEW), had[0] - had[1])
    return {
        "id": name, "title": said_in_both(name), "people": people, "doses": 2, "done": had,
        "willing": WILLING, "persuaded_a_day": PERSUADED, "eager": round(eager, 4), "interval_days": INTERVAL, "due": [due],
    }  # fmt: skip


def _at_most(due: Mapping[date, int], people: int) -> dict[str, int]:
    """The soonest of those who wait, no more than had the dose before and not this one."""
    found: dict[str, int] = {}
    for day in sorted(due):
        found[str(day)] = min(due[day], people - sum(found.values()))
    return {day: n for day, n in found.items() if n}


def supplied(document: dict[str, Any], weeks: int = 8) -> dict[str, Any]:
    """The plan with vaccine that comes each week, enough for everybody willing in so many weeks: for exercises, whose effects would
    not show where nothing comes."""
    wanted = sum(2 * row["people"] * row["willing"] - sum(row["done"]) for row in document["groups"])
    lacking = max(0.0, wanted - document["stock"]["on_hand"])
    rows = _deliveries(
        date.fromisoformat(document["first_day"]), -(-int(lacking) // weeks), document["most_days"]
    )
    return {**document, "stock": {**document["stock"], "deliveries": rows}}


def _came_a_week(area_code: str, today: date) -> int:
    return coming.came_in(area_code, today - timedelta(weeks=MEASURED_WEEKS)) // MEASURED_WEEKS


def _deliveries(first: date, a_week: int, most_days: int) -> list[dict[str, Any]]:
    weeks = -(-most_days // 7) if a_week else 0
    return [{"day": str(first + timedelta(days=7 * nth)), "doses": a_week} for nth in range(weeks)]


def _on_weekday(first: date, weekday: int) -> date:
    return first + timedelta(days=(weekday - first.weekday()) % 7)
