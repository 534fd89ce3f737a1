"""敲门行动: what is done at a door. A visit with what came of it, a vaccination at home asked for and arranged, a doctor's word.

A refusal is a right: once somebody said that nobody shall come again, or declined as often as the rules allow, a further visit is
refused until they ask for one themselves (`asked`). What is asked for is the resident's; nothing here counts against anybody.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.vocabulary import Status
from vaxkit.workflow import StepRefused
from yingjie.bookings import actions as bookings
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach import actions, calls, complaints, duties, home_requests, watch_actions
from yingjie.outreach.complaint_refusals import VisitsRest
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.mobilising import mobilising, said
from yingjie.outreach.models import HOME_BECAUSE, Attempt, DoctorsWord, HomeRequest
from yingjie.outreach.plan_actions import NextStepInThePast
from yingjie.outreach.workflow import DOCTORS_WORD, HOME_REQUEST
from yingjie.people import queries as people
from yingjie.people.actions import end_condition
from yingjie.people.queries import PersonView

_SCOPED = "of a person whom the actor was authorised for"


class VisitsStopped(Refusal):
    code = "outreach.visits_stopped"
    reason = _("No more visits to {name}: {why}. A refusal is a right.")
    next_step = _("Record a visit only if they asked for it themselves, and say so in the form.")


class HomeRequestOpen(Refusal):
    code = "outreach.home_request_open"
    reason = _("A vaccination at home has been asked for already.")
    next_step = _("Arrange its day, or withdraw it first.")


class HomeWordUnknown(Refusal):
    code = "outreach.home_word_unknown"
    reason = _("The reason for a vaccination at home is not one of the list.")
    next_step = _("Choose from the list.")
    status = 400


class HomeStepRefused(Refusal):
    code = "outreach.home_step_refused"
    reason = _("This request is not at that step.")
    next_step = _("Look at the request again: somebody may have gone on with it.")


class SessionElsewhere(Refusal):
    code = "outreach.session_elsewhere"
    reason = _("From this session nobody can go to them: it is over, cancelled, or of another township.")
    next_step = _("Choose another session, or only a day.")


class WordSaid(Refusal):
    code = "outreach.word_said"
    reason = _("A doctor has decided this already.")
    next_step = _("If something has changed, let the next visit hear it.")


class WordUnknown(Refusal):
    code = "outreach.word_unknown"
    reason = _(
        "Say whether nothing stands against a dose, the doctor sees them again on a later day, or it is never to be given."
    )
    next_step = _("Choose one of the three; a later day lies ahead.")
    status = 400


class WordAgainstRecord(Refusal):
    code = "outreach.word_against_record"
    reason = _(
        "The health record of {name} holds a contraindication: cleared, they would still not be offered a dose."
    )
    next_step = _(
        "If it no longer holds, end it on their page first; otherwise choose that no dose is ever to be given."
    )


@transaction.atomic
def visit(
    *,
    by: Actor,
    person_id: UUID,
    outcome: str,
    reason: str = "",
    note: str = "",
    next_on: date | None = None,
    evening: bool = False,
    stop: bool = False,
    asked: bool = False,
    at: datetime | None = None,
) -> Attempt:
    """Write down what came of a visit. `stop`: they want nobody to come again; `asked`: they asked for this visit. Medical grounds
    wait for a doctor's word by `next_on`, or the days that the rules give.

    Raises NotFound, NotAllowed, VisitsStopped, VisitsRest, NextStepInThePast and what `actions.record_attempt` raises.
    """
    person = calls.reach(by, person_id)
    if next_on is not None and next_on < clock.today():
        raise NextStepInThePast()
    if not asked and complaints.resting([person_id]):
        raise VisitsRest(name=person.name)
    found = calls.calls([person_id], told=True)
    now = found[0] if found else None
    if now is not None and now.stop is not None and not asked:
        raise VisitsStopped(name=person.name, why=_stop_said(now))
    moment = at or clock.now()
    rung = _rung(by, person_id, person.area_code, now.rung if now else "")
    made = actions.write(
        by=by, person_id=person_id, area_code=person.area_code, outcome=outcome, reason=reason, note=note, at=moment, rung=rung,
        next_on=next_on, evening=evening, stop=stop, asked=asked,
        by_evening=moment.astimezone(clock.CAMPAIGN_ZONE).hour >= mobilising().evening_from,
    )  # fmt: skip
    if outcome == "medical" and reason != "contraindication":
        _ask_doctor(by, person_id, next_on)
    return made


def book(*, by: Actor, person_id: UUID, slot_id: UUID) -> UUID:
    """A place at a session, taken at the door; a visit that agreed is written down with it. Raises what `bookings.book` and `visit`
    raise."""
    calls.reach(by, person_id)
    with transaction.atomic():
        taken = bookings.book(by=by, person_id=person_id, slot_id=slot_id, channel="desk")
        visit(by=by, person_id=person_id, outcome="agreed", asked=_is_stopped(person_id))
    return taken


@transaction.atomic
def ask_home(*, by: Actor, person_id: UUID, because: str, note: str = "") -> HomeRequest:
    """Raises NotFound, HomeWordUnknown, HomeRequestOpen."""
    person = calls.reach(by, person_id)
    if because not in HOME_BECAUSE:
        raise HomeWordUnknown()
    try:
        with transaction.atomic():
            made = HomeRequest.objects.create(
                person_id=person_id, because=because, note=note.strip()[:300], asked_on=clock.today(),
                asked_by=by.signature,
            )  # fmt: skip
    except IntegrityError as clash:
        raise HomeRequestOpen() from clash
    record_of_person(by, "outreach.ask_home", made, person.area_code)
    return made


@transaction.atomic
def go_on_with_home(
    *, by: Actor, request_id: UUID, step: str, on: date | None = None, session_id: UUID | None = None
) -> HomeRequest:
    """`step`: arrange (with a session of the township's sites, or with a day `on`), finish, withdraw. Raises NotFound, NotAllowed,
    HomeStepRefused, NextStepInThePast, SessionElsewhere."""
    seen = HomeRequest.objects.visible_to(by).filter(pk=request_id).select_related("person").first()
    if seen is None:
        raise NotFound()
    by.require("outreach.record", seen.person.area_id)
    found = lock(HomeRequest.objects.unscoped(_SCOPED), pk=request_id, person_id=seen.person_id)[0]
    try:
        found.state = HOME_REQUEST.advance(found.state, step)
    except StepRefused:
        raise HomeStepRefused() from None
    if step == "arrange":
        if session_id is not None:
            near = {row.id: row.on for row in home_requests.sessions_near(seen.person.area_id)}
            if session_id not in near:
                raise SessionElsewhere()
            on, found.session_id = near[session_id], session_id
        if on is None or on < clock.today():
            raise NextStepInThePast()
        found.arranged_on = on
    else:
        found.closed_on, found.closed_by = clock.today(), by.signature
    found.save(update_fields=["state", "arranged_on", "session_id", "closed_on", "closed_by"])
    record_of_person(by, f"outreach.{step}_home", found, seen.person.area_id)
    return found


@transaction.atomic
def say(
    *, by: Actor, person_id: UUID, word: str, review_on: date | None = None, note: str = ""
) -> DoctorsWord:
    """The doctor's word: `cleared` (they are called on again; conditions that only put the dose off are over), `later` (looked at
    again on `review_on`), `contraindicated` (nobody calls again). Raises NotFound, NotAllowed, WordSaid, WordUnknown,
    WordAgainstRecord."""
    person = people.person(by, person_id, "people.health")
    by.require("people.health", person.area_code)
    if word not in ("cleared", "later", "contraindicated"):
        raise WordUnknown()
    rows = lock(DoctorsWord.objects.unscoped(_SCOPED), person_id=person_id, state="waiting")
    if not rows:
        raise WordSaid()
    found = rows[0]
    doctor = by.signature
    if word == "later":
        if review_on is None or review_on <= clock.today():
            raise WordUnknown()
        found.review_on, found.doctor = review_on, doctor
        watch_actions.go_on_until(person_id, review_on)
    else:
        found.state = DOCTORS_WORD.advance(found.state, "clear" if word == "cleared" else "exclude")
        found.decided_at, found.doctor = clock.now(), doctor
    found.note = note.strip()[:300]
    found.save(update_fields=["state", "review_on", "decided_at", "doctor", "note"])
    if word == "cleared":
        _end_deferrals(by, person)
    if word != "later":
        outcome, reason = ("cleared", "") if word == "cleared" else ("medical", "contraindication")
        Attempt.objects.create(
            person_id=person_id, at=clock.now(), by=doctor, outcome=outcome, reason=reason, rung="doctor"
        )
        watch_actions.end([person_id], "cleared" if word == "cleared" else "contraindicated")
    record_of_person(by, "outreach.doctors_word", found, person.area_code)
    return found


def _end_deferrals(by: Actor, person: PersonView) -> None:
    """What the health record says puts the dose off is over; what forbids it is for the doctor to end by name."""
    today = clock.today()
    for code in sorted(doses.deferred_by(person.id, today)):
        end_condition(by=by, person_id=person.id, code=code)
    if doses.advice_of(person.id, today).status is Status.CONTRAINDICATED:
        raise WordAgainstRecord(name=person.name)


def _ask_doctor(by: Actor, person_id: UUID, review_on: date | None) -> None:
    on = review_on or clock.today() + timedelta(days=mobilising().review_days)
    DoctorsWord.objects.unscoped(_SCOPED).update_or_create(
        person_id=person_id, state="waiting",
        defaults={"review_on": on, "asked_on": clock.today(), "asked_by": by.signature},
    )  # fmt: skip
    watch_actions.begin([person_id])


def _rung(by: Actor, person_id: UUID, area_code: str, due: str) -> str:
    """On which rung whoever visits stands: by what they answer for, else the one whose turn it is."""
    mine = [row for row in duties.own(by) if area_code.startswith(row.area_code[:9])]
    if by.may("people.health", area_code) and not by.may("outreach.record", area_code):
        return "doctor"
    if calls.is_own(by, person_id):
        return "officer"
    for row in mine:
        if row.kind != "leader":
            return "officer"
        if area_code.startswith(row.area_code):
            return calls.rungs_of(row)[0]
    return due


def _is_stopped(person_id: UUID) -> bool:
    found = calls.calls([person_id], told=True)
    return bool(found) and found[0].stop is not None


def _stop_said(now: calls.Call) -> str:
    return said(now.stop.text) if now.stop else ""
