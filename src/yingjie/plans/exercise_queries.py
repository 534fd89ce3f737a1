"""Reads of exercises: the clock, inboxes, decisions, the score."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from vaxkit.coverage.rollup import AREA_CODE_LENGTHS
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
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import Exercise, ExerciseDecision, ExerciseNote, ExerciseScript, ExerciseSeat

_OF = "of an exercise that was checked"


@dataclass(frozen=True)
class Said:
    """A decision with its words and who took it."""

    decision: Decision
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Seat:
    """Who plays a role; `username` as the actor's name."""

    role: str
    username: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Note:
    """What a facilitator wrote down at a minute."""

    minute: float
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ExerciseRow:
    """`minute` is that of the moment asked. `result` holds the outlooks with and without these decisions, once reckoned
    on `plan`. `may_see`: the actor may see the whole exercise, not only its inboxes."""

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
    stamp: str
    plan: dict[str, Any] | None
    seats: tuple[Seat, ...] = ()
    notes: tuple[Note, ...] = ()
    may_see: bool = True

    @property
    def score(self) -> Score:
        return scored(self.script, [each.decision for each in self.said], self.minute)

    @property
    def is_over(self) -> bool:
        """Whether nothing can be decided any more: ended, or the last minute has come."""
        return self.state == "ended" or self.minute >= self.script.minutes

    def seat(self, role: str) -> Seat | None:
        return next((each for each in self.seats if each.role == role), None)

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
    """A script of one's own. Of `may_change` the actor may take it into use and withdraw it. `version`: the how-manyth of its
    id."""

    id: UUID
    area_code: str
    area_name: str
    script: Script
    text: str
    state: str
    made_by: str
    made_at: datetime
    may_change: bool
    version: int


def own_scripts(actor: Actor) -> list[ScriptRow]:
    """Those of the actor's area that were not withdrawn, the newest first."""
    rows = list(
        ExerciseScript.objects.visible_to(actor).exclude(state="withdrawn").order_by("-made_at", "-pk")[:50]
    )
    names, versions = areas.names({row.area_id for row in rows}), _versions({row.area_id for row in rows})
    return [_script(actor, row, names, versions) for row in rows]


def own_script(actor: Actor, script_id: UUID) -> ScriptRow:
    """One of them. Raises NotFound."""
    row = ExerciseScript.objects.visible_to(actor).filter(pk=script_id).first()
    if row is None:
        raise NotFound()
    return _script(actor, row, areas.names({row.area_id}), _versions({row.area_id}))


def _versions(codes: set[str]) -> dict[UUID, int]:
    """Scripts of one area with the same id are versions of one another, in the order in which they came."""
    found: dict[UUID, int] = {}
    count: Counter[tuple[str, str]] = Counter()
    rows = ExerciseScript.objects.unscoped("of areas whose scripts are shown").filter(area_id__in=codes)
    for key, area, name in rows.order_by("made_at", "pk").values_list("pk", "area_id", "document__id"):
        count[area, name] += 1
        found[key] = count[area, name]
    return found


def _script(actor: Actor, row: ExerciseScript, names: dict[str, str], versions: dict[UUID, int]) -> ScriptRow:
    return ScriptRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), kept_script(row.document), row.text, row.state, row.made_by,
        row.made_at, actor.may("plans.change", row.area_id), versions.get(row.pk, 1),
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
    return _whole(actor, row, may_see=True)


def played(actor: Actor, exercise_id: UUID) -> ExerciseRow:
    """One whose inboxes the actor may open: of their own area, or of one above it. Raises NotFound."""
    row = to_play(actor, exercise_id)
    if row is None:
        raise NotFound()
    return _whole(actor, row, Exercise.objects.visible_to(actor).filter(pk=row.pk).exists())


def to_play(actor: Actor, exercise_id: UUID) -> Exercise | None:
    """The row of an exercise in which the actor may play a role."""
    own = Exercise.objects.visible_to(actor).filter(pk=exercise_id).first()
    return own or _above(actor).filter(pk=exercise_id).first()


def open_above(actor: Actor) -> list[ExerciseRow]:
    """Exercises of areas above the actor's that have not ended: there are roles for those who plan below."""
    rows = list(_above(actor).exclude(state="ended").order_by("-made_at", "-pk")[:20])
    seen = set(
        Exercise.objects.visible_to(actor)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    names = areas.names({row.area_id for row in rows})
    return [_row(actor, row, names, ()) for row in rows if row.pk not in seen]


def _above(actor: Actor) -> ScopedQuerySet[Exercise]:
    """A county's exercise is played by its townships and sites as well: their leads hold no role over the whole county. They open
    inboxes; neither the clock nor the report."""
    held = {each.area_code for each in actor.held if each.permits("plans.view") and not each.line_code}
    codes = {code[:length] for code in held for length in AREA_CODE_LENGTHS if length <= len(code)}
    return Exercise.objects.unscoped("of areas above one in which the actor plans").filter(area_id__in=codes)


def _whole(actor: Actor, row: Exercise, may_see: bool) -> ExerciseRow:
    decisions = ExerciseDecision.objects.unscoped(_OF).filter(exercise=row)
    said = tuple(
        Said(Decision(each.inject, each.option, each.role, each.minute), each.words, each.by, each.at)
        for each in decisions.order_by("minute", "pk")
    )
    of = {"exercise": row}
    seats = ExerciseSeat.objects.unscoped(_OF).filter(**of).order_by("at")
    notes = ExerciseNote.objects.unscoped(_OF).filter(**of).order_by("at", "pk")
    return replace(
        _row(actor, row, areas.names({row.area_id}), said),
        seats=tuple(Seat(each.role, each.username, each.by, each.at) for each in seats),
        notes=tuple(Note(each.minute, each.words, each.by, each.at) for each in notes),
        may_see=may_see,
    )


def minute_of(row: Exercise) -> float:
    """Where the exercise's clock stands now."""
    passed = 0.0
    if row.state == "running" and row.since_at is not None:
        passed = (clock.now() - row.since_at).total_seconds() / 60 * row.pace
    return min(float(row.script["minutes"]), row.minute + passed)


def stamp_of(row: Exercise) -> str:
    """A mark of the clock's last change: it differs after each."""
    return f"{row.state} {row.since_at.isoformat() if row.since_at else ''}"


def plays(actor: Actor, of: ExerciseRow) -> list[ExerciseRow]:
    """Other plays of the same script that have ended, the newest first."""
    rows = Exercise.objects.visible_to(actor).filter(state="ended", script__id=of.script.id).exclude(pk=of.id)
    found = list(rows.order_by("-made_at", "-pk")[:50])
    names = areas.names({row.area_id for row in found})
    return [_row(actor, row, names, ()) for row in found]


def _row(actor: Actor, row: Exercise, names: dict[str, str], said: tuple[Said, ...]) -> ExerciseRow:
    return ExerciseRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.title, kept_script(row.script), row.state, minute_of(row),
        row.pace, said, row.result, row.reckoned_minute, row.job_id, row.made_by, row.made_at, row.ended_at,
        actor.may("plans.change", row.area_id), stamp_of(row), row.plan,
    )  # fmt: skip
