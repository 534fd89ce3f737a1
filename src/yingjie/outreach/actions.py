"""Writing visits down."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import Refusal
from yingjie.outreach.models import REASONS, Attempt
from yingjie.outreach.words import HEARD_TITLES
from yingjie.people import queries as people


class UnknownOutcome(Refusal):
    code = "outreach.unknown_outcome"
    reason = _("The visit needs one of the listed outcomes, and a reason only from the list.")
    next_step = _("Choose what came of the visit.")
    status = 400


class ReasonNeeded(Refusal):
    code = "outreach.reason_needed"
    reason = _("A declined vaccination is recorded with its reason.")
    next_step = _("Choose the reason that comes nearest to what was said.")


class ReasonNotExpected(Refusal):
    code = "outreach.reason_not_expected"
    reason = _("Somebody who agreed has no reason against it.")
    next_step = _("Leave the reason empty, or choose another outcome.")


class VisitToCome(Refusal):
    code = "outreach.visit_to_come"
    reason = _("The visit is dated in the future.")
    next_step = _("Enter when the visit took place.")


#: What is wrong with what was entered; whoever entered it corrects it and sends it again.
OF_THE_ENTRY = (UnknownOutcome, ReasonNeeded, ReasonNotExpected, VisitToCome)


def record_attempt(
    *, by: Actor, person_id: UUID, outcome: str, reason: str = "", note: str = "", at: datetime | None = None
) -> Attempt:
    """Write down one visit or call. `at` is when it was (now, if left out).

    Raises NotFound, NotAllowed, UnknownOutcome, ReasonNeeded, ReasonNotExpected, VisitToCome. The journal holds that there was a
    visit, not what was said: a reason may be about someone's health.
    """
    person = people.person(by, person_id)
    by.require("outreach.record", person.area_code)
    return write(
        by=by, person_id=person_id, area_code=person.area_code, outcome=outcome, reason=reason, note=note, at=at or clock.now()
    )  # fmt: skip


@transaction.atomic
def write(
    *,
    by: Actor,
    person_id: UUID,
    area_code: str,
    outcome: str,
    reason: str,
    note: str,
    at: datetime,
    rung: str = "",
    next_on: date | None = None,
    by_evening: bool = False,
    evening: bool = False,
    stop: bool = False,
    asked: bool = False,
) -> Attempt:
    """The same for a person for whom the actor was authorised, with all that a visit can say. Raises as above."""
    _check(outcome, reason, at)
    attempt = Attempt.objects.create(
        person_id=person_id, at=at, by=by.signature, outcome=outcome, reason=reason, note=note.strip()[:300],
        rung=rung, next_on=next_on, by_evening=by_evening, evening=evening, stop=stop, asked=asked,
    )  # fmt: skip
    record(
        by=by,
        verb="outreach.record_attempt",
        subject=attempt,
        area_code=area_code,
        facts={"person_id": str(person_id)},
    )
    return attempt


def _check(outcome: str, reason: str, at: datetime) -> None:
    if outcome not in HEARD_TITLES or reason not in ("", *REASONS):
        raise UnknownOutcome()
    if outcome == "refused" and not reason:
        raise ReasonNeeded()
    if outcome == "agreed" and reason:
        raise ReasonNotExpected()
    if at > clock.now():
        raise VisitToCome()
