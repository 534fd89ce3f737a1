"""What pages of reminders show, put together for templates."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.texting.gateways import gateway
from yingjie.people import queries as people
from yingjie.people.queries import PersonBrief
from yingjie.reminders import queries
from yingjie.reminders.texts import texts
from yingjie.reminders.words import FATE_TITLES


def stays_here() -> bool:
    """Whether messages are handed out by people."""
    return gateway().stays_here


def occasions() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [(code, words.title.in_(language)) for code, words in texts().by_occasion.items()]


def areas_to_remind(actor: Actor) -> list[tuple[str, str]]:
    """Where this actor may send reminders: county, townships, villages."""
    return _said(actor, "reminders.send", ("county", "town", "village"))


def areas_to_tell(actor: Actor) -> list[tuple[str, str]]:
    """For which areas they may make public texts; the lowest first for whoever has one village."""
    return _said(actor, "reminders.view", ("county", "town", "village"))


def reminder_page(actor: Actor, reminder_id: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    found = queries.reminder(actor, reminder_id)
    return {
        "row": found,
        "left_out": [(FATE_TITLES[fate], number) for fate, number in found.suppressed],
        "samples": queries.messages(actor, reminder_id, "", 0, 3),
        "stays_here": stays_here(),
        "may_stop": found.state in ("planned", "sending") and actor.may("reminders.send", found.area_code),
        "may_take": stays_here() and actor.may("people.reveal", found.area_code),
    }


def person(person_id: UUID) -> PersonBrief:
    return people.briefs([person_id])[person_id]


def _said(actor: Actor, permission: str, levels: tuple[str, ...]) -> list[tuple[str, str]]:
    home = areas.home_area(actor)
    rows = areas.open_under(actor, home.code, levels, permission) if home else []
    said = areas.places([row.code for row in rows])
    return [(row.code, said[row.code]) for row in rows]
