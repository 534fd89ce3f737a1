"""Writes of scripts of one's own: bring one to look at it, take it into use, withdraw it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from vaxkit.exercise import Faulty, read_text
from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.plans import refusals
from yingjie.plans.models import ExerciseScript
from yingjie.plans.queries import CHANGE
from yingjie.plans.twice import sent_before
from yingjie.plans.workflow import SCRIPT

MOST_BYTES = 200_000


class ScriptUnusable(Refusal):
    """Every fault by its line, in the language of whoever reads it; `faults` keeps both."""

    code = "plans.script_unusable"
    status = 400

    def __init__(self, faulty: Faulty) -> None:
        super().__init__(faults=len(faulty.faults))
        self.faults = faulty.faults

    def say_reason(self) -> str:
        return "\n".join(fault.in_((get_language() or "zh")[:2]) for fault in self.faults)

    def say_next_step(self) -> str:
        return str(refusals.SCRIPT_NEXT)


@transaction.atomic
def bring(*, by: Actor, area_code: str, data: bytes) -> ExerciseScript:
    """A script to be looked at. Raises NotFound, NotAllowed, ScriptTooLong, ScriptUnusable; nothing is kept of what cannot be
    used."""
    by.require(CHANGE, area_code)
    if areas.open_area(by, area_code, CHANGE) is None:
        raise NotFound()
    if len(data) > MOST_BYTES:
        raise refusals.ScriptTooLong(most=MOST_BYTES // 1000)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusals.ScriptNotText(line=line) from None
    try:
        script, document = read_text(text)
    except Faulty as faulty:
        raise ScriptUnusable(faulty) from faulty
    rows = ExerciseScript.objects.unscoped("made under plans.change")
    twice = sent_before(rows, by, area_id=area_code, text=text)
    if twice is not None:
        return twice
    made = rows.create(
        area_id=area_code, text=text, document=document, made_by=by.signature, made_at=clock.now()
    )
    record(
        by=by,
        verb="plans.bring_script",
        subject=made,
        area_code=area_code,
        facts={"title": script.title.zh[:80]},
    )
    return made


@transaction.atomic
def step(*, by: Actor, script_id: UUID, named: str) -> ExerciseScript:
    """`use` or `withdraw`. What is taken into use takes the place of the version of the same id that was in use in that area;
    exercises prepared from either keep their own copy. Raises NotFound, NotAllowed, ScriptNotSo."""
    if not ExerciseScript.objects.visible_to(by, CHANGE).filter(pk=script_id).exists():
        raise NotFound()
    if named not in {step.name for step in SCRIPT.steps}:
        raise refusals.ScriptNotSo()
    row = lock(ExerciseScript.objects.unscoped("found as the actor's above"), pk=script_id)[0]
    try:
        row.state = SCRIPT.advance(row.state, named)
    except StepRefused as refused:
        raise refusals.ScriptNotSo() from refused
    if row.state == "in_use":
        others = ExerciseScript.objects.unscoped("of the same area").filter(
            area_id=row.area_id, state="in_use", document__id=row.document["id"]
        )
        others.exclude(pk=row.pk).update(state="withdrawn")
    row.save(update_fields=["state"])
    facts = {"title": row.document["title"]["zh"][:80], "step": named}
    record(by=by, verb="plans.script_step", subject=row, area_code=row.area_id, facts=facts)
    return row
