"""Writes of the day's plan: freeze it, state a cause."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.supervision.dayplans import STATED, Cause
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import day_plans
from yingjie.oversight.content import hash_of
from yingjie.oversight.models import DayPlan, PlanNote
from yingjie.oversight.refusals import DayOver, PlanFrozen

#: The hour from which the product freezes the plan of a county that nobody has frozen.
FREEZES_AT_HOUR = 7


def freeze(*, by: Actor, area_code: str, on: date) -> DayPlan:
    """Keep the plan of today or a day to come as it stands now. Raises NotFound, NotAllowed, DayOver, PlanFrozen."""
    if not by.may(day_plans.VIEW, area_code):
        raise NotFound()
    by.require(day_plans.FREEZE, area_code)
    if on < clock.today():
        raise DayOver(on=on)
    with one_snapshot():
        stored = day_plans.to_json(day_plans.laid_out(area_code, on))
    try:
        with transaction.atomic():
            plan = DayPlan.objects.create(
                area_id=area_code, on=on, frozen_at=clock.now(), frozen_by=by.signature, content=stored,
                content_sha256=hash_of(stored),
            )  # fmt: skip
            facts = {"on": on.isoformat(), "rows": len(stored["rows"]), "sha256": plan.content_sha256}
            record(by=by, verb="oversight.freeze_plan", subject=plan, area_code=area_code, facts=facts)
            return plan
    except IntegrityError:
        raise PlanFrozen(on=on) from None


@transaction.atomic
def state_cause(
    *, by: Actor, area_code: str, on: date, key: str, cause: str, doses: int, text: str
) -> PlanNote:
    """Say what kept up to `doses` doses of a row from being given; said again, it replaces what was said. Raises NotFound,
    NotAllowed, BadInput."""
    plan = DayPlan.objects.visible_to(by).filter(area_id=area_code, on=on).first()
    if plan is None or key not in {row.key for row in day_plans.from_json(plan.content)}:
        raise NotFound()
    by.require(day_plans.FREEZE, area_code)
    if cause not in {each.value for each in STATED} or doses < 1 or not text.strip():
        raise BadInput(what=_("A cause needs its kind, a number of doses and a few words."))
    kept = {
        "doses": doses, "text": text.strip()[:200], "by": by.signature, "at": clock.now(),
    }  # fmt: skip
    rows = PlanNote.objects.unscoped("of a plan that was scoped before")
    note, _made = rows.update_or_create(plan=plan, key=key, cause=Cause(cause).value, defaults=kept)
    facts = {"cause": cause, "doses": doses, "on": on.isoformat()}
    record(by=by, verb="oversight.state_cause", subject=plan, area_code=area_code, facts=facts)
    return note


def freeze_what_is_due() -> int:
    """In the first hour from FREEZES_AT_HOUR: the plan of every county whose plan of today nobody froze. Returns how many."""
    now = clock.now().astimezone(clock.CAMPAIGN_ZONE)
    if now.hour < FREEZES_AT_HOUR:
        return 0
    maker, on = system("oversight"), now.date()
    done = set(
        DayPlan.objects.unscoped("the product's own work").filter(on=on).values_list("area_id", flat=True)
    )
    made = 0
    for county in areas.open_under(maker, "", ("county",)):
        if county.code not in done:
            freeze(by=maker, area_code=county.code, on=on)
            made += 1
    return made
