"""Two plays of one script side by side: what was decided when, the points, what followed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaxkit.exercise.scoring import Line
from yingjie.foundation.messages import language_now
from yingjie.plans import day_words
from yingjie.plans.exercise_effects import effects
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.exercise_words import of_play, said_of


def told(first: ExerciseRow, second: ExerciseRow) -> dict[str, Any]:
    """`lines`: one an inject, with a cell for each play; `figures`: (name, of the first, of the second). News that only one
    version of the script holds has an empty cell."""
    lang = language_now()
    other = {line.inject.id: line for line in second.score.lines}
    known = {line.inject.id for line in first.score.lines}
    lines = [
        {"title": line.inject.title.in_(lang), "cells": [_cell(first, line, lang), _cell(second, other.get(line.inject.id), lang)]}
        for line in first.score.lines
    ] + [
        {"title": line.inject.title.in_(lang), "cells": [None, _cell(second, line, lang)]}
        for line in second.score.lines if line.inject.id not in known
    ]  # fmt: skip
    mine, theirs = _figures(first), _figures(second)
    return {
        "lines": lines,
        "figures": [(name, value, theirs[name]) for name, value in mine.items()],
        "plays": (first, second),
    }


def _cell(row: ExerciseRow, line: Line | None, lang: str) -> dict[str, Any] | None:
    if line is None:
        return None
    return of_play(row, line, lang) | {
        "points": f"{line.points:g}", "most": line.most, "is_late": line.is_late, "because": line.because.in_(lang),
        "is_settled": line.is_settled,
    }  # fmt: skip


def _figures(row: ExerciseRow) -> dict[str, str]:
    """Of the whole play; what followed only where it was reckoned."""
    score = row.score
    spent = [line.decision.minute - line.inject.at for line in score.lines if line.decision]
    found = {
        _("Points"): f"{score.points:g} / {score.most}",
        _("Decisions"): f"{len(spent)} / {sum(line.is_settled for line in score.lines)}",
        pgettext("exercise", "Late"): str(sum(line.is_late for line in score.lines)),
        _("Minutes to a decision"): day_words.number(sum(spent) / len(spent), 1) if spent else "–",
        pgettext("exercise", "Minutes in a real minute"): str(row.pace),
    }
    named = (
        _("As far as the plan on day 30"),
        _("Doses given in 30 days"),
        _("Sent away"),
        _("Days short of vaccine"),
    )
    outlooks = (row.result or {}).get("outlooks", [])
    decided = next((each for each in outlooks if each["scenario"] == "decided"), None)
    if decided is None or row.plan is None:
        return found | dict.fromkeys(named, "–")
    effect = effects(row.plan["first_day"], outlooks)["decided"]
    values = (
        said_of(effect), day_words.number(effect.soon), day_words.number(decided["turned_away"]["mean"]),
        day_words.number(decided["days_without_vaccine"]["mean"], 1),
    )  # fmt: skip
    return found | dict(zip(named, values, strict=True))
