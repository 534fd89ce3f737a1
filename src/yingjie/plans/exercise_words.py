"""What the pages of exercises have in common: states, times of day, who decided what."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from vaxkit.exercise.scoring import Line
from yingjie.foundation.messages import language_now
from yingjie.plans import day_words
from yingjie.plans.exercise_effects import Effect
from yingjie.plans.exercise_queries import ExerciseRow

STATES: Mapping[str, tuple[Any, str, str]] = {
    "prepared": (pgettext_lazy("exercise", "Prepared"), "grey", "circle-dashed"),
    "running": (pgettext_lazy("exercise", "Running"), "green", "player-play"),
    "paused": (pgettext_lazy("exercise", "Paused"), "yellow", "player-pause"),
    "over": (pgettext_lazy("exercise", "Time is over"), "orange", "hourglass"),
    "ended": (pgettext_lazy("exercise", "Ended"), "slate", "circle-check"),
}


def context_of(row: ExerciseRow) -> dict[str, Any]:
    """What every page of an exercise shows above."""
    lang = language_now()
    return {
        "exercise": row, "title": row.script.title.in_(lang), "summary": row.script.summary.in_(lang),
        "state": STATES["over" if row.is_over and row.state != "ended" else row.state],
        "reckoned": clock_at(row, row.reckoned_minute) if row.reckoned_minute is not None else "",
        "now": clock_at(row, row.minute), "ends": clock_at(row, row.script.minutes),
        "roles": [(role.id, role.title.in_(lang)) for role in row.script.roles],
    }  # fmt: skip


def clock_at(row: ExerciseRow, minute: float) -> str:
    """A minute of the exercise as the hour of the day. Seconds are cut off: a clock shows 09:10 for all of that minute."""
    return day_words.clock_of(row.script.clock, int(minute))


def of_play(row: ExerciseRow, line: Line, lang: str) -> dict[str, Any]:
    """What was decided on an inject, by whom and when, and what others decided of whom it was not expected."""
    said = row.decided(line.inject.id, line.inject.by)
    roles = {each.id: each.title.in_(lang) for each in row.script.roles}
    return {
        "chosen": line.inject.option(line.decision.option).title.in_(lang) if line.decision else "",
        "words": said.words if said else "", "said_by": said.by if said else "",
        "said_at": clock_at(row, said.decision.minute) if said else "",
        "others": [
            {"role": roles.get(each.role, each.role), "chosen": line.inject.option(each.option).title.in_(lang)}
            for each in line.others
        ],
    }  # fmt: skip


def said_of(effect: Effect) -> str:
    """The day on which it is as far as the plan on its thirtieth, and by how much that is later or earlier."""
    if effect.there_on is None or effect.behind is None:
        return _("not within these days")
    if not effect.behind:
        return str(effect.there_on)
    if effect.behind < 0:
        words = ngettext("{on} ({n} day earlier)", "{on} ({n} days earlier)", -effect.behind)
        return words.format(on=effect.there_on, n=-effect.behind)
    words = ngettext("{on} ({n} day later)", "{on} ({n} days later)", effect.behind)
    return words.format(on=effect.there_on, n=effect.behind)
