"""Writes of exercises: prepare one from a ready script, run its clock, decide, reckon what follows."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.campaign import run
from vaxkit.campaign.outlook import as_document
from vaxkit.campaign.plan import Scenario
from vaxkit.exercise import Decision, happened, kept_script, script_names, script_text
from vaxkit.exercise.effects import best, so_far
from vaxkit.ruledata.plans import parse_plan
from vaxkit.vocabulary import Text
from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.plans import campaign_facts, refusals
from yingjie.plans.actions import Tell
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.exercise_queries import minute_of
from yingjie.plans.models import Exercise, ExerciseDecision, ExerciseScript
from yingjie.plans.outlook_actions import read
from yingjie.plans.queries import CHANGE, VIEW
from yingjie.plans.running import must_have_stopped
from yingjie.plans.spoken import said_in_both
from yingjie.plans.workflow import EXERCISE

MOST_PACE = 60
_OF = "of an exercise that was checked"


@transaction.atomic
def prepare(*, by: Actor, area_code: str, script: str, pace: int = 1) -> Exercise:
    """An exercise from a shipped script (its name) or one's own that is in use (its id). Raises NotFound, NotAllowed, BadInput."""
    by.require(CHANGE, area_code)
    if areas.open_area(by, area_code, CHANGE) is None:
        raise NotFound()
    document = parse_plan(script_text(script)) if script in script_names() else _own(by, script)
    if document is None or not 1 <= pace <= MOST_PACE:
        raise BadInput(what=_("There is no such script, or the pace cannot be."))
    title = document["title"]["zh"]
    made = Exercise.objects.unscoped("made under plans.change").create(
        area_id=area_code, title=title, script=document, pace=pace, made_by=by.signature, made_at=clock.now()
    )  # fmt: skip
    record(by=by, verb="plans.exercise", subject=made, area_code=area_code, facts={"title": title})
    return made


@transaction.atomic
def clock_step(*, by: Actor, exercise_id: UUID, step: str, ahead: int = 0, later: bool = True) -> Exercise:
    """`start`, `pause` or `end`; `ahead` moves the clock by so many minutes as well. Ending reckons the effects in the background
    (`later` false: the caller does). Raises NotFound, NotAllowed, NotReady."""
    row = _locked(by, exercise_id)
    by.require(CHANGE, row.area_id)
    now = clock.now()
    row.minute = min(float(row.script["minutes"]), minute_of(row) + max(0, ahead))
    row.since_at = now
    if step:
        try:
            row.state = EXERCISE.advance(row.state, step)
        except StepRefused as refused:
            raise refusals.NotReady() from refused
    if row.state == "ended" and row.ended_at is None:
        row.ended_at = now
        if later:
            _reckon_later(by, row)
    row.save(update_fields=["minute", "since_at", "state", "ended_at", "job_id"])
    facts = {"title": row.title, "step": step or "ahead", "minute": round(row.minute)}
    record(by=by, verb="plans.exercise_clock", subject=row, area_code=row.area_id, facts=facts)
    return row


@transaction.atomic
def reckon(*, by: Actor, exercise_id: UUID) -> Exercise:
    """What follows from the decisions so far, in the background: before the end, or where that failed. Raises NotFound, NotAllowed,
    NotReady, StillComputing."""
    row = _locked(by, exercise_id)
    by.require(CHANGE, row.area_id)
    if row.state == "prepared":
        raise refusals.NotReady()
    must_have_stopped(row.job_id)
    _reckon_later(by, row)
    row.save(update_fields=["job_id"])
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": row.title})
    return row


@transaction.atomic
def decide(
    *, by: Actor, exercise_id: UUID, role: str, inject: str, option: str, words: str = ""
) -> ExerciseDecision:
    """A role's decision on an inject that it has received; it stands. Raises NotFound, BadInput, NotReady."""
    row = _locked(by, exercise_id)
    if row.state != "running":
        raise refusals.NotReady()
    minute, script = minute_of(row), kept_script(row.script)
    asked = next((each for each in script.arrived(role, minute) if each.id == inject), None)
    if asked is None or option not in {each.id for each in asked.options}:
        raise BadInput(what=_("This role has not received that, or there is no such choice."))
    try:
        with transaction.atomic():
            made = ExerciseDecision.objects.unscoped(_OF).create(
                exercise=row, inject=inject, option=option, role=role, minute=minute, words=words.strip()[:2000],
                by=by.signature, at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise refusals.NotReady() from None
    facts = {"title": row.title, "role": role, "inject": inject, "option": option}
    record(by=by, verb="plans.exercise_decide", subject=row, area_code=row.area_id, facts=facts)
    return made


def effects(*, by: Actor, exercise_id: UUID, tell: Tell | None = None) -> Exercise:
    """The campaign as the ledger has it, with what was decided, and with the best decisions. Raises NotFound, PlanUnusable."""
    row = Exercise.objects.visible_to(by, VIEW).filter(pk=exercise_id).first()
    if row is None:
        raise NotFound()
    document, _basis = campaign_facts.document(by, row.area_id, Asked())
    document = campaign_facts.supplied(document | {"scenarios": []})
    plan, script = read(document), kept_script(row.script)
    minute, over = minute_of(row), row.state == "ended"
    rows = ExerciseDecision.objects.unscoped(_OF).filter(exercise=row)
    said = [Decision(each.inject, each.option, each.role, each.minute) for each in rows]
    reached = script if over else so_far(script, said, minute)
    largest = max(plan.places, key=lambda place: (sum(place.capacity), place.id)).id
    scenarios = (
        Scenario("decided", Text(**said_in_both("decided")), happened(reached, said, plan.first, largest)),
        Scenario(
            "best",
            Text(**said_in_both("best")),
            happened(reached, best(reached), plan.first, largest),
        ),
    )

    def step(done: int) -> None:
        if tell:
            tell(done, len(scenarios) + 1, "")

    found = run(replace(plan, scenarios=scenarios), tell=step)
    with transaction.atomic():
        held = lock(Exercise.objects.unscoped(_OF), pk=row.pk)[0]
        held.plan, held.result = document, {"outlooks": [as_document(each) for each in found]}
        held.reckoned_minute = float(script.minutes) if over else minute
        held.save(update_fields=["plan", "result", "reckoned_minute"])
    return held


def _own(by: Actor, script: str) -> Any:
    """The document of a script of one's own that is in use, None where there is none."""
    try:
        key = UUID(script)
    except ValueError:
        return None
    found = ExerciseScript.objects.visible_to(by, CHANGE).filter(pk=key, state="in_use").first()
    return found.document if found else None


def _reckon_later(by: Actor, row: Exercise) -> None:
    title = str(_("What follows from the exercise: {title}")).format(title=row.title)
    job = jobs.start(
        by=by, kind="plans.exercise_effects", title=title[:200], username=by.name, exercise_id=str(row.pk)
    )
    row.job_id = job.pk


def _locked(by: Actor, exercise_id: UUID) -> Exercise:
    if not Exercise.objects.visible_to(by, VIEW).filter(pk=exercise_id).exists():
        raise NotFound()
    return lock(Exercise.objects.unscoped(_OF), pk=exercise_id)[0]
