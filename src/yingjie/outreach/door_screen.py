"""Rounds and doors in the words of the screen."""

from datetime import date
from typing import Any
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import calls, duties, queries, screen
from yingjie.outreach.calls import Call
from yingjie.outreach.mobilising import mobilising, said, talking_points
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.outreach.words import REASON_TITLES
from yingjie.people import queries as people
from yingjie.vaccines import queries as vaccines


def state_word(row: Call) -> str:
    return f"round-{row.state}"


def stop_said(row: Call) -> str:
    return said(row.stop.text) if row.stop else ""


def door(actor: Actor, person_id: UUID) -> dict[str, Any]:
    """What outreach/door.html shows."""
    found = calls.calls([person_id], told=True)
    row = found[0] if found else None
    person = people.briefs([person_id])[person_id]
    known = talking_points()
    products = [(title, known.of_product(code)) for code, title in _products()]
    return {
        "row": row,
        "person": person,
        "state": state_word(row) if row else "complete",
        "stop": stop_said(row) if row else "",
        "reason": reason_said(row.reason) if row else "",
        "rung": mobilising().rung_said(row.rung) if row else "",
        "points": known.of_reason(row.reason) if row else [],
        "all_points": [(title, known.of_reason(code)) for code, title in REASON_TITLES.items()],
        "products": [(title, points) for title, points in products if points],
        "items": screen.timeline(queries.history(actor, person_id)),
        "household": _household(actor, person_id, person),
        "officer": duties.named([person_id]).get(person_id, ""),
        "may_book": actor.may("bookings.book", person.area_code),
        "mine": duties.own(actor),
    }


def points() -> list[tuple[str, list[Any]]]:
    """Title, points: by reason, then by product."""
    known = talking_points()
    by_reason = [(str(title), known.of_reason(code)) for code, title in REASON_TITLES.items()]
    by_product = [(str(title), known.of_product(code)) for code, title in _products()]
    return [(title, found) for title, found in (*by_reason, *by_product) if found]


def ladder() -> list[tuple[str, int]]:
    rules = mobilising()
    return [(rules.rung_said(rung.code), rung.visits) for rung in rules.rounds.ladder]


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _household(actor: Actor, person_id: UUID, person: people.PersonBrief) -> list[tuple[Call, str]]:
    """Who else of the household has something open."""
    if person.household_id is None:
        return []
    others = calls.household(actor, person.household_id) - {person_id}
    return [(row, state_word(row)) for row in calls.calls(others, told=True)]


def _products() -> list[tuple[str, str]]:
    return [(row.code, said(row.short_title)) for row in vaccines.products()]
