"""What the pages of proposals show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from yingjie.foundation.access.actor import Actor
from yingjie.plans import flow_map, proposal_queries
from yingjie.plans.proposal_queries import PlacedRow, ProposalRow
from yingjie.plans.running import running
from yingjie.sites import queries as sites

STATES = {
    "computing": (pgettext_lazy("proposal", "Being computed"), "blue", "hourglass"),
    "stopped": (pgettext_lazy("proposal", "Stopped"), "red", "alert-triangle"),
    "ready": (pgettext_lazy("proposal", "To be looked at"), "orange", "eye"),
    "applied": (pgettext_lazy("proposal", "Applied"), "green", "circle-check"),
    "undone": (pgettext_lazy("proposal", "Taken back"), "slate", "history"),
    "dropped": (pgettext_lazy("proposal", "Dropped"), "grey", "x"),
}
LEFT_OUT = {
    "at_home": gettext_lazy("visited at home (housebound or bedridden)"),
    "away": gettext_lazy("living away"),
    "booked": gettext_lazy("have a place already"),
    "deferred": gettext_lazy("deferred beyond these days"),
}
FATES = {
    "booked": (pgettext_lazy("proposal", "Booked"), "indigo"),
    "kept": (pgettext_lazy("proposal", "Stays"), "green"),
    "given_up": (pgettext_lazy("proposal", "Place given back"), "red"),
}


def listed(rows: Sequence[ProposalRow]) -> list[dict[str, Any]]:
    return [{"row": row, "state": STATES[row.state]} for row in rows]


def page(actor: Actor, row: ProposalRow, village: str, which: str) -> dict[str, Any]:
    """One proposal: figures, villages by sites, sessions, people of the chosen village."""
    found_sites, flows = proposal_queries.flows(actor, row.id)
    people = proposal_queries.placed(
        actor,
        row.id,
        village=village,
        left=which == "left",
        moved=which == "moved",
        most=300 if village or which else 25,
    )
    most = max((max(flow.people.values(), default=0) for flow in flows), default=0)
    under_way = running(actor, row.job_id) if row.state == "computing" else None
    return {
        "proposal": row,
        "state": STATES["stopped" if under_way and under_way.is_stopped else row.state],
        "running": under_way,
        "told": row.told,
        "gap": f"{row.told['gap']:.2%}" if row.told else "",
        "left_out": [(LEFT_OUT[key], count) for key, count in row.told.get("out", {}).items() if count],
        "sites": list(found_sites.values()),
        "flows": [_flow(flow, found_sites, most, village) for flow in flows],
        "sessions": [
            {"session": session, "site": name, "people": people_there}
            for session, name, people_there in proposal_queries.loads(row.id)
        ],
        "people": [person(each) for each in people],
        "waves": proposal_queries.waves(row.id),
        "more": max(0, row.told.get("people", 0) - len(people)) if not village and not which else 0,
        "map": flow_map.drawn(row.area_code, flows, found_sites, village) if flows else None,
        "village": village,
        "which": which,
        "disturbance": disturbance(row),
        "may_apply": row.state == "ready" and actor.may("bookings.submit", row.area_code),
    }


def person(row: PlacedRow) -> dict[str, Any]:
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    return {
        "row": row,
        "km": None if row.km is None else f"{row.km:g}",
        "because": row.because.in_(language),
        "others": [f"{other['session']}: {other[language]}" for other in row.others],
        "fate": FATES.get(row.fate),
    }


def session_choices(actor: Actor, row: ProposalRow) -> list[tuple[str, str]]:
    return [
        (
            str(each.id),
            f"{timezone.localtime(each.from_at):%m-%d %H:%M} {name} ({_('{n} free').format(n=each.free)})",
        )
        for each, name in proposal_queries.sessions_of(actor, row)
    ]


def site_choices(actor: Actor, row: ProposalRow) -> list[tuple[str, str]]:
    found, _flows = proposal_queries.flows(actor, row.id)
    return [(str(key), name) for key, name in found.items()]


def disturbance(row: ProposalRow) -> list[str]:
    """What the proposal reckons with, in words."""
    closed = [UUID(each) for each in row.disturbance.get("closed", ())]
    late = {UUID(key): days for key, days in row.disturbance.get("late", {}).items()}
    names = sites.names([*closed, *late])
    said = [_("{site} is closed").format(site=names.get(each, "")) for each in closed]
    return said + [
        _("vaccine comes {days} days late to {site}").format(days=days, site=names.get(key, ""))
        for key, days in late.items()
    ]


def compared(rows: Sequence[ProposalRow]) -> list[dict[str, Any]]:
    """Proposals in columns, with the figures by which they differ."""
    figures = (
        (gettext_lazy("People"), "people", ""),
        (gettext_lazy("With a place"), "placed", "high"),
        (gettext_lazy("Left over"), "left", "low"),
        (gettext_lazy("Way, average (km, estimated)"), "km", "low"),
        (gettext_lazy("Days after the day due, average"), "days_late", "low"),
        (gettext_lazy("Stay where they were"), "stays", "high"),
    )
    table = []
    for title, key, better in figures:
        values = [row.told.get(key) for row in rows]
        known = [value for value in values if value is not None]
        best = None
        if better and known and min(known) != max(known):
            best = values.index((min if better == "low" else max)(known))
        table.append(
            {
                "title": title,
                "cells": [
                    ("–" if value is None else f"{value:,}", row.title)
                    for value, row in zip(values, rows, strict=True)
                ],
                "best": best,
            }
        )
    return table


def _flow(flow: proposal_queries.Flow, found: dict[UUID, str], most: int, village: str) -> dict[str, Any]:
    cells = []
    for site_id in found:
        people = flow.people.get(site_id, 0)
        shade = 0 if not people else 1 + min(3, 4 * people // (most + 1))
        cells.append({"people": people, "shade": shade, "site": found[site_id]})
    return {"flow": flow, "cells": cells, "is_here": flow.village_code == village}
