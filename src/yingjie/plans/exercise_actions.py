"""Writes of exercises: prepare one from a script, run its clock, sit down, decide, note, reckon what follows."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.campaign import run
from vaxkit.campaign.outlook import as_document
from vaxkit.campaign.plan import Scenario
from vaxkit.exercise import Decision, Script, happened, kept_script, script_names, script_text
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
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.plans import campaign_facts, day_words, refusals
from yingjie.plans.actions import Tell
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.exercise_queries import minute_of, stamp_of, to_play
from yingjie.plans.models import Exercise, ExerciseDecision, ExerciseNote, ExerciseScript, ExerciseSeat
from yingjie.plans.outlook_actions import read
from yingjie.plans.queries import CHANGE, VIEW
from yingjie.plans.running import must_have_stopped
from yingjie.plans.spoken import said_in_both
from yingjie.plans.twice import sent_before
from yingjie.plans.workflow import EXERCISE

MOST_PACE, MOST_WORDS = 60, 2000
#: How far effects are followed.
MOST_DAYS = 180
#: The same note sent again within so many seconds is one.
SAME_SECONDS = 60
#: What a step makes of an exercise: asked again, it is done already.
EXERCISE_DONE = {"start": "running", "pause": "paused", "end": "ended"}
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
    title = document["title"]["zh"][:120]
    rows = Exercise.objects.unscoped("made under plans.change")
    twice = sent_before(rows, by, area_id=area_code, script=document, pace=pace, state=EXERCISE.initial)
    if twice is not None:
        return twice
    made = rows.create(
        area_id=area_code, title=title, script=document, pace=pace, made_by=by.signature, made_at=clock.now()
    )  # fmt: skip
    record(by=by, verb="plans.exercise", subject=made, area_code=area_code, facts={"title": title})
    return made


@transaction.atomic
def clock_step(
    *, by: Actor, exercise_id: UUID, step: str, ahead: int = 0, to: float | None = None, pace: int | None = None,
    seen: str | None = None, later: bool = True,
) -> Exercise:  # fmt: skip
    """`start`, `pause` or `end`; `ahead` moves the clock by so many minutes, `to` sets it to a minute, back no further than the
    last decision; `pace` minutes of the exercise in a real one. `seen` is the clock's stamp as whoever asks has seen it: where it
    has been moved since, nothing happens. A step that is done already is no second step. Ending reckons the effects in the
    background (`later` false: the caller does). Raises NotFound, NotAllowed, BadInput, ExerciseNotSo, ClockMoved, CannotGoBack."""
    row = _locked(by, exercise_id)
    by.require(CHANGE, row.area_id)
    if step and EXERCISE_DONE.get(step) == row.state:
        return row
    if seen is not None and seen != stamp_of(row):
        raise refusals.ClockMoved()
    if not step and row.state == "ended":
        raise refusals.ExerciseEnded()
    if pace is not None and not 1 <= pace <= MOST_PACE:
        raise BadInput(what=_("One to sixty minutes of the exercise in a real minute."))
    now = clock.now()
    row.minute = _set_to(row, ahead, to)
    row.since_at, row.pace = now, pace or row.pace
    if step:
        try:
            row.state = EXERCISE.advance(row.state, step)
        except StepRefused as refused:
            raise refusals.ExerciseNotSo() from refused
    if row.state == "ended" and row.ended_at is None:
        row.ended_at = now
        if later:
            _reckon_later(by, row)
    row.save(update_fields=["minute", "since_at", "pace", "state", "ended_at", "job_id", "reckoned_minute"])
    facts = {"title": row.title, "step": step or "ahead", "minute": round(row.minute), "pace": row.pace}
    record(by=by, verb="plans.exercise_clock", subject=row, area_code=row.area_id, facts=facts)
    return row


def _set_to(row: Exercise, ahead: int, to: float | None) -> float:
    """Where the clock stands from now on."""
    most = float(row.script["minutes"])
    if to is None:
        return min(most, minute_of(row) + max(0, ahead))
    if not 0 <= to <= most:
        raise BadInput(what=_("The clock cannot be set to that time: the exercise is shorter."))
    last = max(
        (each.minute for each in ExerciseDecision.objects.unscoped(_OF).filter(exercise=row)), default=0.0
    )
    if to < last:
        raise refusals.CannotGoBack()
    if row.reckoned_minute is not None and row.reckoned_minute > to:
        row.reckoned_minute = to
    return to


@transaction.atomic
def reckon(*, by: Actor, exercise_id: UUID) -> Exercise:
    """What follows from the decisions so far, in the background: before the end, or where that failed. Raises NotFound, NotAllowed,
    ExerciseNotSo, StillComputing."""
    row = _locked(by, exercise_id)
    by.require(CHANGE, row.area_id)
    if row.state == "prepared":
        raise refusals.ExerciseNotSo()
    must_have_stopped(row.job_id)
    _reckon_later(by, row)
    row.save(update_fields=["job_id"])
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": row.title})
    return row


@transaction.atomic
def decide(
    *, by: Actor, exercise_id: UUID, role: str, inject: str, option: str, words: str = ""
) -> ExerciseDecision:
    """A role's decision on an inject that it has received; it stands. The same one sent again is the one that was written down.
    Whoever decides sits in the role's seat; where somebody else sits, nothing is decided. Raises NotFound, BadInput, ExerciseEnded,
    TimeOver, ClockStands, AlreadyDecided, SeatTaken."""
    row = _played(by, exercise_id)
    script, words = kept_script(row.script), words.strip()
    before = ExerciseDecision.objects.unscoped(_OF).filter(exercise=row, inject=inject, role=role).first()
    if before is not None:
        if (before.option, before.words, before.by) == (option, words, by.signature):
            return before
        chosen = script.inject(inject).option(before.option).title
        raise refusals.AlreadyDecided(
            by=before.by, at=_said(script, before.minute), what=chosen.in_(language_now())
        )
    minute = _deciding_at(row, script)
    asked = next((each for each in script.arrived(role, minute) if each.id == inject), None)
    if asked is None or option not in {each.id for each in asked.options}:
        raise BadInput(what=_("This role has not received that, or there is no such choice."))
    _fits(words)
    sitting = ExerciseSeat.objects.unscoped(_OF).filter(exercise=row, role=role).first()
    if sitting is not None and sitting.username != by.name:
        raise refusals.SeatTaken(by=sitting.by)
    if sitting is None:
        _seat(by, row, role)
    made = ExerciseDecision.objects.unscoped(_OF).create(
        exercise=row, inject=inject, option=option, role=role, minute=minute, words=words, by=by.signature, at=clock.now()
    )  # fmt: skip
    facts = {"title": row.title, "role": role, "inject": inject, "option": option}
    record(by=by, verb="plans.exercise_decide", subject=row, area_code=row.area_id, facts=facts)
    return made


@transaction.atomic
def sit(*, by: Actor, exercise_id: UUID, role: str) -> ExerciseSeat:
    """Take a role's seat, from whoever sits there. Raises NotFound, ExerciseEnded."""
    row = _played(by, exercise_id)
    if role not in {each.id for each in kept_script(row.script).roles}:
        raise NotFound()
    if row.state == "ended":
        raise refusals.ExerciseEnded()
    held = ExerciseSeat.objects.unscoped(_OF).filter(exercise=row, role=role).first()
    if held is not None and held.username == by.name:
        return held
    if held is not None:
        held.delete()
    facts = {"title": row.title, "role": role, "before": held.by if held else ""}
    record(by=by, verb="plans.exercise_seat", subject=row, area_code=row.area_id, facts=facts)
    return _seat(by, row, role)


@transaction.atomic
def note(*, by: Actor, exercise_id: UUID, words: str) -> ExerciseNote:
    """What a facilitator saw; it stands in the report. The same words sent again at once are one note. Raises NotFound, NotAllowed,
    BadInput."""
    row = _locked(by, exercise_id)
    by.require(CHANGE, row.area_id)
    words = words.strip()
    if not words:
        raise BadInput(what=_("Write what you saw first."))
    _fits(words)
    now, rows = clock.now(), ExerciseNote.objects.unscoped(_OF)
    last = rows.filter(exercise=row, by=by.signature).order_by("-at").first()
    if last is not None and last.words == words and (now - last.at).total_seconds() < SAME_SECONDS:
        return last
    made = rows.create(exercise=row, minute=minute_of(row), words=words, by=by.signature, at=now)
    record(by=by, verb="plans.exercise_note", subject=row, area_code=row.area_id, facts={"title": row.title})
    return made


def _deciding_at(row: Exercise, script: Script) -> float:
    """The minute at which something can be decided now."""
    minute = minute_of(row)
    if row.state == "ended":
        raise refusals.ExerciseEnded()
    if minute >= script.minutes:
        raise refusals.TimeOver()
    if row.state != "running":
        raise refusals.ClockStands()
    return minute


def _fits(words: str) -> None:
    if len(words) > MOST_WORDS or "\0" in words:
        raise BadInput(
            what=_("These are {n} characters; {most} at most, without control characters.").format(
                n=len(words), most=MOST_WORDS
            )
        )


def _seat(by: Actor, row: Exercise, role: str) -> ExerciseSeat:
    return ExerciseSeat.objects.unscoped(_OF).create(
        exercise=row, role=role, username=by.name[:150], by=by.signature, at=clock.now()
    )


def _said(script: Script, minute: float) -> str:
    return day_words.clock_of(script.clock, minute)


def effects(*, by: Actor, exercise_id: UUID, tell: Tell | None = None) -> Exercise:
    """The campaign as the ledger has it, with what was decided, and with the best decisions. Raises NotFound, PlanUnusable."""
    row = Exercise.objects.visible_to(by, VIEW).filter(pk=exercise_id).first()
    if row is None:
        raise NotFound()
    script = kept_script(row.script)
    document, _basis = campaign_facts.document(by, row.area_id, Asked(most_days=MOST_DAYS))
    document |= {"scenarios": []}
    if script.stock_days is not None:
        usual = run(read(campaign_facts.supplied(document)), replications=20)[0]
        few = round(script.stock_days * sum(usual.daily.mean[:7]) / 7)
        held = document["stock"]["on_hand"]
        document = document | {"stock": document["stock"] | {"on_hand": min(held, few)}}
    document = campaign_facts.supplied(document)
    plan = read(document)
    minute, over = minute_of(row), row.state == "ended"
    rows = ExerciseDecision.objects.unscoped(_OF).filter(exercise=row)
    said = [Decision(each.inject, each.option, each.role, each.minute) for each in rows]
    reached = so_far(script, said, minute)
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
        if held.result is not None and held.state == "ended" and not over:
            return (
                held  # it ended meanwhile: what followed to its end is reckoned by another job, or has been
            )
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


def _played(by: Actor, exercise_id: UUID) -> Exercise:
    if to_play(by, exercise_id) is None:
        raise NotFound()
    return lock(Exercise.objects.unscoped(_OF), pk=exercise_id)[0]


def _locked(by: Actor, exercise_id: UUID) -> Exercise:
    if not Exercise.objects.visible_to(by, VIEW).filter(pk=exercise_id).exists():
        raise NotFound()
    return lock(Exercise.objects.unscoped(_OF), pk=exercise_id)[0]
