"""What the page of a board shows: sites by days with their sessions, and what follows, beside what is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from yingjie.plans import day_words
from yingjie.plans.board import Card, Effect, effect, laid, stamp
from yingjie.plans.board_queries import BoardRow

STATES = {
    "draft": (pgettext_lazy("board", "Draft"), "orange", "edit"),
    "applied": (pgettext_lazy("board", "Applied"), "green", "circle-check"),
    "dropped": (pgettext_lazy("board", "Dropped"), "grey", "x"),
}
#: Rows of the table that stand above the board as well: without a place, wait, doses left, told another time.
STRIP = (0, 2, 6, 7)
#: A wait that is worth a word of warning, in minutes over all stations.
LONG = 30


def page(row: BoardRow) -> dict[str, Any]:
    """The board as it lies."""
    before, cards = laid(row.facts, ()), laid(row.facts, row.moves)
    was, now = effect(row.facts, before), effect(row.facts, cards)
    table = _table(was, now)
    days = [date.fromisoformat(each) for each in row.facts["days"]]
    doses = {
        site["id"]: (was.left.get(site["id"], 0), now.left.get(site["id"], 0)) for site in row.facts["sites"]
    }
    return {
        "board": row,
        "state": STATES[row.state],
        "at": len(row.moves),
        "seen": stamp(row.moves),
        "days": days,
        "sites": [
            {
                "site": site,
                "cells": [
                    {
                        "on": day,
                        "cards": [
                            _card(card, now)
                            for card in cards
                            if (card.site, card.on) == (site["id"], str(day))
                        ],
                    }
                    for day in days
                ],
                "doses": doses[site["id"]],
            }
            for site in row.facts["sites"]
        ],
        "table": table,
        "strip": [table[nth] for nth in STRIP],
        "changed": [_said(row, card) for card in cards if card.is_changed],
        "targets": [site for site in row.facts["sites"] if site["may"]],
        "people": sum(each["people"] for each in row.facts["demand"]),
    }


def _card(card: Card, now: Effect) -> dict[str, Any]:
    served = now.served.get(card.id)
    people = card.taken + (served.people if served else 0)
    wait = served.wait if served else 0.0
    return {
        "card": card, "hours": f"{day_words.clock_of(0, card.minute)}–{day_words.clock_of(0, card.ends)}",
        "all": card.seats * card.slots, "people": people, "told": served.people if served else 0,
        "wait": "–" if wait is None else day_words.number(wait),
        "is_long": not card.closed and people > 0 and (wait is None or wait > LONG),
    }  # fmt: skip


def _table(was: Effect, now: Effect) -> list[dict[str, Any]]:
    """Figures now and as on the board; `better` says which way is good."""
    figures: tuple[tuple[str, Callable[[Effect], float | None], int, str], ...] = (
        (_("People without a place"), lambda each: each.unserved, 0, "low"),
        (_("People told to come, besides those with a place"), lambda each: each.told, 0, "high"),
        (_("Wait at all stations, average (minutes)"), lambda each: each.wait, 1, "low"),
        (_("Sessions whose line only grows"), lambda each: each.growing, 0, "low"),
        (_("Days after the day due, average"), lambda each: each.days_late, 1, "low"),
        (_("Way, average (km)"), lambda each: each.km, 1, "low"),
        (_("Doses left at the end"), lambda each: sum(each.left.values()), 0, ""),
        (_("People told another time"), lambda each: each.moved, 0, "low"),
        (_("People who lose their place"), lambda each: each.losing, 0, "low"),
    )
    rows = []
    for title, take, digits, better in figures:
        before, after = take(was), take(now)
        change = None if before is None or after is None else round(after - before, digits)
        good = None if not change or not better else (change < 0) == (better == "low")
        rows.append(
            {
                "title": title, "before": day_words.number(before, digits), "after": day_words.number(after, digits),
                "change": "" if not change else f"{change:+,.{digits}f}", "good": good,
            }
        )  # fmt: skip
    return rows


def _said(row: BoardRow, card: Card) -> str:
    names = {site["id"]: site["name"] for site in row.facts["sites"]}
    hour = day_words.clock_of(0, card.minute)
    was = f"{names[card.was[0]]} {card.was[1]} {hour}"
    if card.closed:
        return _("{session}: not held").format(session=was)
    said = []
    if card.is_moved:
        said.append(_("to {site}, {on}").format(site=names[card.site], on=card.on))
    if card.seats != card.was[2]:
        said.append(_("{before} → {after} seats each time").format(before=card.was[2], after=card.seats))
    return _("{session}: {changes}").format(session=was, changes=_("; ").join(said))
