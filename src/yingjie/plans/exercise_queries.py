"""Reads of exercises: the clock, inboxes, decisions, the score."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from vaxkit.exercise import (
    Decision,
    Score,
    Script,
    kept_script,
    read_script,
    scored,
    script_names,
    script_text,
)
from vaxkit.ruledata.plans import parse_plan
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import Exercise, ExerciseDecision, ExerciseScript


@dataclass(frozen=True)
class Said:
    """A decision with its words and who took it."""

    decision: Decision
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ExerciseRow:
    """`minute` is that of the moment asked. `result` holds the outlooks with and without these decisions, once reckoned."""

    id: UUID
    area_code: str
    area_name: str
    title: str
    script: Script
    state: str
    minute: float
    pace: int
    said: tuple[Said, ...]
    result: dict[str, Any] | None
    reckoned_minute: float | None
    job_id: UUID | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    may_lead: bool

    @property
    def score(self) -> Score:
        return scored(self.script, [each.decision for each in self.said], self.minute)

    def decided(self, inject: str, role: str) -> Said | None:
        return next(
            (each for each in self.said if (each.decision.inject, each.decision.role) == (inject, role)), None
        )


@lru_cache(maxsize=8)
def ready_scripts() -> dict[str, Script]:
    """The scripts that are shipped, by name."""
    return {name: read_script(parse_plan(script_text(name))) for name in script_names()}


@dataclass(frozen=True)
class ScriptRow:
    """A script of one's own. Of `may_change` the actor may take it into use and withdraw it."""

    id: UUID
    area_code: str
    area_name: str
    script: Script
    text: str
    state: str
    made_by: str
    made_at: datetime
    may_change: bool


def own_scripts(actor: Actor) -> list[ScriptRow]:
    """Those of the actor's area that were not withdrawn, the newest first."""
    rows = list(
        ExerciseScript.objects.visible_to(actor).exclude(state="withdrawn").order_by("-made_at", "-pk")[:50]
    )
    names = areas.names({row.area_id for row in rows})
    return [_script(actor, row, names) for row in rows]


def own_script(actor: Actor, script_id: UUID) -> ScriptRow:
    """One of them. Raises NotFound."""
    row = ExerciseScript.objects.visible_to(actor).filter(pk=script_id).first()
    if row is None:
        raise NotFound()
    return _script(actor, row, areas.names({row.area_id}))


def _script(actor: Actor, row: ExerciseScript, names: dict[str, str]) -> ScriptRow:
    return ScriptRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), kept_script(row.document), row.text, row.state, row.made_by,
        row.made_at, actor.may("plans.change", row.area_id),
    )  # fmt: skip


def exercises(actor: Actor, most: int = 50) -> list[ExerciseRow]:
    """Exercises of the actor's area, the newest first."""
    rows = list(Exercise.objects.visible_to(actor).order_by("-made_at", "-pk")[:most])
    names = areas.names({row.area_id for row in rows})
    return [_row(actor, row, names, ()) for row in rows]


def exercise(actor: Actor, exercise_id: UUID) -> ExerciseRow:
    """One of them. Raises NotFound."""
    row = Exercise.objects.visible_to(actor).filter(pk=exercise_id).first()
    if row is None:
        raise NotFound()
    decisions = ExerciseDecision.objects.unscoped("of an exercise that was checked").filter(exercise=row)
    said = tuple(
        Said(Decision(each.inject, each.option, each.role, each.minute), each.words, each.by, each.at)
        for each in decisions.order_by("minute", "pk")
    )
    return _row(actor, row, areas.names({row.area_id}), said)


def minute_of(row: Exercise) -> float:
    """Where the exercise's clock stands now."""
    passed = 0.0
    if row.state == "running" and row.since_at is not None:
        passed = (clock.now() - row.since_at).total_seconds() / 60 * row.pace
    return min(float(row.script["minutes"]), row.minute + passed)


def _row(actor: Actor, row: Exercise, names: dict[str, str], said: tuple[Said, ...]) -> ExerciseRow:
    return ExerciseRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.title, kept_script(row.script), row.state, minute_of(row),
        row.pace, said, row.result, row.reckoned_minute, row.job_id, row.made_by, row.made_at, row.ended_at,
        actor.may("plans.change", row.area_id),
    )  # fmt: skip
