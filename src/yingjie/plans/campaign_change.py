"""What the page for changing a campaign's plan shows, and what its tables say. Nothing that cannot be read is passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaxkit.campaign import Faulty, read_plan
from yingjie.foundation.refusals import BadInput
from yingjie.plans.campaign_editing import AMOUNTS, KINDS, Delivery, EventRow, edited, rows_of
from yingjie.plans.refusals import PlanUnusable

#: Empty rows below those that are there; rows that a form may hold.
BLANK, MOST = 3, 200
KIND_TITLES = {
    "vaccine_late": gettext_lazy("Deliveries of these days come later (days)"),
    "site_closed": gettext_lazy("A site is closed"),
    "staff_sick": gettext_lazy("Staff ill (%)"),
    "rush": gettext_lazy("A rush (% of the usual people)"),
    "rain": gettext_lazy("Heavy rain (% of the usual people)"),
    "aefi_cluster": gettext_lazy("AEFI cluster: wait and see (%)"),
}
_DELIVERY = ("day", "doses")
_EVENT = ("title", "kind", "first", "last", "amount", "site")


def page(document: Mapping[str, Any], given: Mapping[str, str], lang: str) -> dict[str, Any]:
    """Both tables: as the document has them, or as somebody entered them."""
    deliveries, events = rows_of(document, lang)
    rows = [{"day": row.day, "doses": row.doses} for row in deliveries] + [{} for _n in range(BLANK)]
    told = [_entered(row) for row in events] + [{} for _n in range(BLANK)]
    return {
        "deliveries": [_cells("delivery", nth, row, _DELIVERY, given) for nth, row in enumerate(rows)],
        "events": [_cells("event", nth, row, _EVENT, given) for nth, row in enumerate(told)],
        "kinds": KIND_TITLES.items(),
        "sites": [(row["id"], row["title"][lang]) for row in document["sites"]],
    }


def changed(document: Mapping[str, Any], given: Mapping[str, str], lang: str) -> dict[str, Any]:
    """The document as the tables say. Raises BadInput with the row that cannot be read."""
    deliveries = []
    for nth, row in _filled(given, "delivery", _DELIVERY, "day", "doses"):
        where = _("Delivery {n}").format(n=nth)
        deliveries.append(Delivery(_day(row["day"], where), _whole(row["doses"], where)))
    events: list[EventRow] = []
    wheres: dict[str, list[str]] = {}
    for nth, row in _filled(given, "event", _EVENT, "title", "first", "amount"):
        where = _("Event {n}").format(n=nth)
        if not row["title"] or row["kind"] not in KINDS:
            raise BadInput(
                what=_("{where}: say which scenario it belongs to and what happens.").format(where=where)
            )
        first = _day(row["first"], where)
        last = _day(row["last"], where) if row["last"] else first
        if last < first:
            raise BadInput(what=_("{where}: it ends before it begins.").format(where=where))
        amount = _amount(row, where)
        if row["kind"] == "site_closed" and row["site"] not in {site["id"] for site in document["sites"]}:
            raise BadInput(what=_("{where}: choose the site that is closed.").format(where=where))
        events.append(EventRow(row["title"][:80], row["kind"], first, last, amount, row["site"]))
        wheres.setdefault(events[-1].title, []).append(where)
    return _checked(edited(document, deliveries, events, lang), list(wheres.values()), lang)


def _checked(document: dict[str, Any], wheres: Sequence[Sequence[str]], lang: str) -> dict[str, Any]:
    """The document, if it can be simulated; else the first fault is told of its row. `wheres`: rows by scenario, in their order."""
    try:
        read_plan(document)
    except Faulty as faulty:
        fault = faulty.faults[0]
        ids = [each["id"] for each in document["scenarios"]]
        parts = fault.path.split(".")
        where = ""
        if len(parts) > 3 and parts[1] in ids and parts[3].isdecimal():
            where = wheres[ids.index(parts[1])][int(parts[3])]
        if where:
            raise BadInput(
                what=_("{where}: {what}").format(
                    where=where, what=f"{fault.what.in_(lang)}; {fault.fix.in_(lang)}"
                )
            ) from faulty
        raise PlanUnusable(why=fault.in_(lang)) from faulty
    return document


def _amount(row: Mapping[str, str], where: str) -> int:
    if not AMOUNTS[row["kind"]][0]:
        return 0
    if not row["amount"]:
        raise BadInput(what=_("{where}: say how many days, or how many percent.").format(where=where))
    return _whole(row["amount"], where)


def _entered(row: EventRow) -> dict[str, Any]:
    """An event as its row says it; a closed site has no amount."""
    told = {name: getattr(row, name) for name in _EVENT}
    return told if AMOUNTS[row.kind][0] else told | {"amount": ""}


def _cells(
    table: str, nth: int, row: Mapping[str, Any], names: tuple[str, ...], given: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {"nth": nth + 1, "table": table}
    for name in names:
        key = f"{table}:{nth}:{name}"
        found[name] = {"name": key, "value": given.get(key, row.get(name, ""))}
    return found


def _filled(
    given: Mapping[str, str], table: str, names: tuple[str, ...], *needed: str
) -> list[tuple[int, dict[str, str]]]:
    """The rows in which anything was entered; clearing a row takes it out."""
    found = []
    for nth in range(MOST):
        row = {name: given.get(f"{table}:{nth}:{name}", "").strip() for name in names}
        if any(row[name] for name in needed):
            found.append((nth + 1, row))
    return found


def _day(text: str, where: str) -> str:
    try:
        return str(date.fromisoformat(text))
    except ValueError:
        raise BadInput(what=_("{where}: “{text}” is no day.").format(where=where, text=text[:20])) from None


def _whole(text: str, where: str) -> int:
    """Digits of a Chinese keyboard are digits too."""
    if not text.isdecimal() or len(text) > 8:
        raise BadInput(what=_("{where}: “{text}” is no whole number.").format(where=where, text=text[:20]))
    return int(text)
