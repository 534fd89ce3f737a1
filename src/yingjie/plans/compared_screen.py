"""What the page of plans side by side shows: the table by columns, and in a sentence what a variant brings and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from yingjie.plans import day_screen, day_words
from yingjie.plans.queries import ScenarioView


def page(here: ScenarioView, rows: Sequence[ScenarioView]) -> dict[str, Any]:
    """Plans of a day in columns, with the reasons for the better one."""
    found = day_screen.side_by_side(here, rows)
    titles = [column["scenario"].title for column in found["columns"]]
    table = [
        {"title": row.title, "best": row.best, "cells": list(zip(row.values, titles, strict=True))}
        for row in found["table"]
    ]
    return found | {"table": table, "reasons": reasons([column["scenario"] for column in found["columns"]])}


def reasons(done: Sequence[ScenarioView]) -> list[str]:
    """A sentence for every variant whose origin is simulated too."""
    by_id = {row.id: row for row in done}
    return [_against(by_id[row.based_on], row) for row in done if row.based_on in by_id]


def _against(before: ScenarioView, after: ScenarioView) -> str:
    was, now = before.result or {}, after.result or {}
    waits = _difference(was["wait"]["mean"]["mean"], now["wait"]["mean"]["mean"])
    parts = [
        _said(waits, 0.05, _("waits {n} minutes less a person"), _("waits {n} minutes more a person"), _("the same waits")),
        _said(
            _difference(day_words.work_hours(before.document), day_words.work_hours(after.document)), 0.05,
            _("{n} hours of work saved"), _("{n} more hours of work"), _("as many hours of work"),
        ),
    ]  # fmt: skip
    overtime = _difference(was["overtime"]["mean"], now["overtime"]["mean"])
    if abs(overtime) >= 1:
        parts.append(_said(overtime, 1, _("{n} minutes less overtime"), _("{n} minutes more overtime"), ""))
    joined = _("; ").join(parts)
    return _("“{after}” against “{before}”: {parts}.").format(
        after=after.title, before=before.title, parts=joined
    )


def _difference(before: float | None, after: float | None) -> float:
    return (after or 0.0) - (before or 0.0)


def _said(change: float, least: float, less: str, more: str, same: str) -> str:
    """In words, without a sign."""
    if abs(change) < least:
        return same
    return (less if change < 0 else more).format(n=day_words.number(abs(change), 1))
