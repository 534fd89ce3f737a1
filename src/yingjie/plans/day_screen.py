"""What the pages of a day show: values of queries as words, figures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans import day_editing, day_words, drawing, queries
from yingjie.plans.day_document import TITLES
from yingjie.plans.day_editing import Changes
from yingjie.plans.queries import ScenarioView
from yingjie.plans.running import running

#: Where a figure comes from: words and tone.
SOURCES = {
    "seen": (pgettext_lazy("source of a figure", "Seen at this site"), "green"),
    "ledger": (pgettext_lazy("source of a figure", "Ledger"), "blue"),
    "roster": (pgettext_lazy("source of a figure", "Roster"), "blue"),
    "layout": (pgettext_lazy("source of a figure", "Layout"), "indigo"),
    "default": (pgettext_lazy("source of a figure", "Usual value"), "yellow"),
}
FAMILIES = {
    "lognormal": gettext_lazy("lognormal"),
    "gamma": gettext_lazy("gamma"),
    "shifted_exponential": gettext_lazy("shifted exponential"),
    "normal": pgettext_lazy("distribution", "normal"),
    "empirical": gettext_lazy("as observed"),
}
CHANGED = {
    "staff": gettext_lazy("Staff at {whose}"),
    "walk_ins": gettext_lazy("People who come unasked"),
    "booked": gettext_lazy("People with a place"),
    "no_show": gettext_lazy("Do not come"),
    "vials": gettext_lazy("Vials at hand"),
}


def page(actor: Actor, found: ScenarioView, form: Form) -> dict[str, Any]:
    """One scenario."""
    context: dict[str, Any] = {
        "scenario": found,
        "running": None if found.is_done else running(actor, found.job_id),
        "basis": basis_rows(found.basis),
        "fits": fits(found.basis),
        "promise_form": form,
        "staffing": staffing_table(found.staffing) if found.staffing else None,
        "parent": _parent(actor, found),
    }
    if found.result is not None:
        context |= _results(found, found.result)
    return context


def _results(found: ScenarioView, result: Mapping[str, Any]) -> dict[str, Any]:
    promises = {row["id"]: row["promise"] for row in found.document["stations"] if "promise" in row}
    zero, shown = result["zero"], _until_empty(result)
    minutes = result["minutes"][:shown]
    figures = [
        (day_words.said_title(row["title"]), _queue(minutes, row, zero))
        for row in result["stations"]
        if row["kind"] == "service" and max(row["queue"]["most"], default=0) > 0
    ]
    inside = drawing.over_time(
        minutes, [("", "line-mean", result["on_site"]["mean"][:shown])], zero=zero,
        band=([0.0] * shown, result["on_site"]["most"][:shown]),
    )  # fmt: skip
    return {
        "sentences": day_words.sentences(result, day_editing.minute(found.document["ends"])),
        "lines": day_words.lines(result, promises),
        "priorities": day_words.by_priority(result),
        "queues": figures,
        "inside": inside,
        "promise": min(promises.values(), default=None),
    }


def _queue(minutes: Sequence[float], row: Mapping[str, Any], zero: float) -> drawing.Figure:
    mean, most = row["queue"]["mean"][: len(minutes)], row["queue"]["most"][: len(minutes)]
    return drawing.over_time(
        minutes, [("", "line-mean", mean)], zero=zero, band=([0.0] * len(minutes), most), height=150
    )


def _until_empty(result: Mapping[str, Any]) -> int:
    """How many points of time until everybody has left on 95 of 100 days."""
    most = result["on_site"]["most"]
    return min(len(most), max((nth for nth, people in enumerate(most) if people > 0), default=1) + 2)


def basis_rows(basis: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each figure with its words and where it comes from."""
    if not basis:
        return []
    hours = basis["hours"]
    rows = [
        (
            pgettext("opening hours", "Open"),
            f"{day_words.clock_of(0, hours['opens'])}–{day_words.clock_of(0, hours['ends'])}",
            hours,
        ),
        (
            _("People with a place"),
            _("{people} in {sessions} sessions").format(**basis["booked"]),
            basis["booked"],
        ),
        (
            _("Do not come"),
            _("{share} (of {count} places of the last four weeks)").format(
                share=f"{basis['no_show']['share']:.1%}", count=f"{basis['no_show']['count']:,}"
            ),
            basis["no_show"],
        ),
        (
            _("People who come unasked"),
            _("{people} a day (mean of {days} days)").format(**basis["walk_ins"]),
            basis["walk_ins"],
        ),
        (
            _("Leave without a dose"),
            _("{share} (of {count} visits)").format(
                share=f"{basis['sent_away']['share']:.1%}", count=f"{basis['sent_away']['count']:,}"
            ),
            basis["sent_away"],
        ),
    ]
    for name in ("registration", "screening", "vaccination"):
        staff = basis[f"{name}_staff"]
        words = (
            _("{people} at most, {desks} desks").format(**staff) if staff["desks"] else str(staff["people"])
        )
        rows.append((_("On duty: {station}").format(station=_station(name)), words, staff))
    seats = basis["observation_seats"]
    rows.append((_("Seats for observation"), str(seats["seats"] or _("not limited")), seats))
    doses = basis["doses"]
    rows.append(
        (
            _("Usable doses at hand"),
            _("{doses} in packs of {per_vial}").format(
                doses=f"{doses['doses']:,}", per_vial=doses["per_vial"]
            ),
            doses,
        )
    )
    return [
        {"title": title, "words": words, "source": SOURCES[each["source"]]} for title, words, each in rows
    ]


def fits(basis: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The distributions, with bars and curve where there was a sample."""
    found = []
    for name in ("registration", "screening", "vaccination", "observation", "lateness"):
        if name not in basis:
            continue
        each = basis[name]
        bars = each.get("bars")
        found.append(
            {
                "title": _("Minutes early or late") if name == "lateness" else _station(name),
                "mean": day_words.number(each["mean"], 1),
                "early": day_words.number(-each["mean"], 1)
                if name == "lateness" and each["mean"] < 0
                else "",
                "count": each["count"],
                "family": FAMILIES.get(each.get("kind", ""), ""),
                "distance": f"{each['distance']:.1%}" if "distance" in each else "",
                "source": SOURCES[each["source"]],
                "figure": drawing.bars(bars["low"], bars["high"], bars["counts"], bars["curve"])
                if bars
                else None,
            }
        )
    return found


def staffing_table(staffing: Mapping[str, Any]) -> dict[str, Any]:
    """Stations by hours, and the sentence behind it."""
    zero = staffing["zero"]
    starts = sorted({hour["start"] for need in staffing["needs"] for hour in need["hours"]})
    rows = []
    for need in staffing["needs"]:
        by_start = {hour["start"]: hour["servers"] for hour in need["hours"]}
        rows.append((day_words.said_title(need["title"]), [by_start.get(start) for start in starts]))
    return {
        "hours": [day_words.clock_of(zero, start) for start in starts],
        "rows": rows,
        "feasible": staffing["feasible"],
        "explained": day_words.said_title(staffing["explanation"]).splitlines(),
        "minutes": staffing["minutes"],
        "percent": staffing["percent"],
    }


def found_staff(found: ScenarioView) -> Changes:
    """The staffing that was found, as changes of the plan: hours in which nobody comes keep one person."""
    from yingjie.plans.refusals import NotSimulated

    if not found.staffing or not found.staffing["feasible"]:
        raise NotSimulated()
    grid = day_editing.grid(found.document)
    zero, servers = found.staffing["zero"], {}
    for need in found.staffing["needs"]:
        by_hour: dict[int, int] = {}
        for hour in need["hours"]:
            first = int(zero + hour["start"]) // 60
            by_hour[first] = max(by_hour.get(first, 0), hour["servers"])
        servers[need["id"]] = {hour: by_hour.get(hour, 1) for hour in sorted({*grid.hours, *by_hour})}
    return Changes(servers=servers)


def variant_initial(found: ScenarioView) -> dict[str, Any]:
    shares = [row["no_show"] for row in found.document["arrivals"] if row["kind"] == "appointments"]
    vials = [row["vials"] for row in found.document["stocks"]]
    return {
        "title": _("Variant of “{title}”").format(title=found.title)[:120],
        "no_show_percent": round(shares[0] * 100) if shares else None,
        "vials": vials[0] if vials else None,
    }


def editing(found: ScenarioView, given: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of staff by hour and of people by time of arrival."""
    grid = day_editing.grid(found.document)
    staff = [
        {
            "title": day_words.said_title(title),
            "cells": [
                {"name": f"staff:{name}:{hour}", "hour": f"{hour % 24:02d}:00", "value": given.get(f"staff:{name}:{hour}", now)}
                for hour, now in zip(grid.hours, numbers, strict=True)
            ],
        }
        for name, title, numbers in grid.rows
    ]  # fmt: skip
    times = [
        {"name": f"number:{row['id']}:{nth}", "at": at, "value": given.get(f"number:{row['id']}:{nth}", now)}
        for row in found.document["arrivals"]
        if row["kind"] == "appointments"
        for nth, (at, now) in enumerate(day_editing.slots(row))
    ]
    return {
        "scenario": found,
        "hours": [f"{hour % 24:02d}:00" for hour in grid.hours],
        "staff": staff,
        "times": times,
    }


def side_by_side(here: ScenarioView, rows: Sequence[ScenarioView]) -> dict[str, Any]:
    """Scenarios in columns; those not simulated yet are named apart."""
    done = [row for row in rows if row.result is not None]
    results = [row.result for row in done if row.result is not None]
    titles = {row.id: row.title for row in rows}
    by_id = {row.id: row for row in rows}
    columns = [
        {
            "scenario": row,
            "is_here": row.id == here.id,
            "of": titles.get(row.based_on, "") if row.based_on else "",
            "changes": changes(by_id[row.based_on].document, row.document) if row.based_on in by_id else [],
        }
        for row in done
    ]
    table = (
        day_words.comparison(results, [day_words.work_hours(row.document) for row in done]) if done else []
    )
    lines = ("line-1", "line-2", "line-3", "line-4", "line-5", "line-6")
    figure = None
    if done:
        longest = max(results, key=lambda result: len(result["minutes"]))
        points = len(longest["minutes"])
        series = [
            (
                row.title,
                lines[nth % len(lines)],
                [*result["on_site"]["mean"], *[0.0] * (points - len(result["minutes"]))],
            )
            for nth, (row, result) in enumerate(zip(done, results, strict=True))
        ]
        figure = drawing.over_time(longest["minutes"], series, zero=longest["zero"], height=220)
    return {
        "here": here, "columns": columns, "table": table, "figure": figure,
        "waiting": [row for row in rows if row.result is None],
    }  # fmt: skip


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a variant does otherwise, in words."""
    return [
        pgettext("plan", "{what}: {before} → {after}").format(
            what=CHANGED[kind].format(whose=_station(whose)), before=was, after=now
        )
        for kind, whose, was, now in day_editing.differences(before, after)
    ]


def _station(name: str) -> str:
    return day_words.said_title(TITLES[name]) if name in TITLES else name


def _parent(actor: Actor, found: ScenarioView) -> dict[str, Any] | None:
    if found.based_on is None:
        return None
    try:
        before = queries.scenario(actor, found.based_on)
    except NotFound:
        return None
    return {
        "title": before.title,
        "url": reverse("plans_scenario", args=[before.id]),
        "changes": changes(before.document, found.document),
    }
