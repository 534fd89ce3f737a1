"""Planning, starting and stopping reminders; noting who wants none; saying what was handed out by hand."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vaxkit.workflow.table import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.foundation.texting.gateways import gateway
from yingjie.people import queries as people
from yingjie.people.models import Person, Phone
from yingjie.reminders import choosing, queries, refusals
from yingjie.reminders.choosing import REACHED, Asked
from yingjie.reminders.dropping import drop
from yingjie.reminders.models import (
    CHANNELS,
    LANGUAGES,
    OCCASIONS,
    WISHES,
    Message,
    Reminder,
    StoppedPhone,
    Wish,
)
from yingjie.reminders.texts import texts
from yingjie.reminders.workflow import REMINDER

#: How far ahead the day of a reminder may lie.
AHEAD_DAYS = 14
_CHECKED = "of a person in whose area the actor may do this"


def asked(*, by: Actor, occasion: str, area_code: str, on: date) -> Asked:
    """An occasion as it may be asked for. Raises NotAllowed, BadInput, NotThatDay."""
    by.require("reminders.send", area_code)
    if occasion not in OCCASIONS:
        raise BadInput(what=_("Choose what the reminder is about."))
    if not clock.today() <= on <= clock.today() + timedelta(days=AHEAD_DAYS):
        raise refusals.NotThatDay(days=AHEAD_DAYS)
    return Asked(occasion, area_code, on)


@transaction.atomic
def start(
    *, by: Actor, occasion: str, area_code: str, on: date, language: str = "zh-hans", send: bool = True
) -> Reminder:
    """Choose the people and begin to send (`send` False: the caller does so itself, not the background work). Returns the reminder;
    what goes wrong with single messages stands on its page.

    Raises NotAllowed, BadInput, NotThatDay, AlreadyPlanned, NobodyReached."""
    wanted = asked(by=by, occasion=occasion, area_code=area_code, on=on)
    if language not in LANGUAGES:
        raise BadInput(what=_("Choose a language."))
    now = clock.now()
    try:
        with transaction.atomic():
            made = Reminder.objects.create(
                occasion=occasion, area_id=area_code, on=on, language=language, text=texts().version,
                made_by=by.signature, made_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise refusals.AlreadyPlanned() from None
    made.counts = choosing.fates(wanted)
    if not made.counts.get(REACHED):
        raise refusals.NobodyReached()
    made.counts[REACHED], made.counts["messages"] = choosing.write(made.pk, wanted)
    made.state, made.started_at = REMINDER.advance(made.state, "start"), now
    made.save(update_fields=["counts", "state", "started_at"])
    if send:
        jobs.start(by=by, kind="reminders.send", title=_("Reminders"), reminder_id=str(made.pk))
    facts = {
        "occasion": occasion,
        "on": on.isoformat(),
        "people": made.counts[REACHED],
        "messages": made.counts["messages"],
    }
    record(by=by, verb="reminders.start", subject=made, area_code=area_code, facts=facts)
    return made


@transaction.atomic
def stop(*, by: Actor, reminder_id: UUID) -> int:
    """What has not left yet does not leave. Returns how many messages. Raises NotFound, NotAllowed, NotNow."""
    made = _locked(by, reminder_id)
    by.require("reminders.send", made.area_id)
    try:
        made.state = REMINDER.advance(made.state, "stop")
    except StepRefused:
        raise refusals.NotNow() from None
    made.ended_at = clock.now()
    made.save(update_fields=["state", "ended_at"])
    waiting = Message.objects.unscoped("all of this reminder").filter(reminder_id=made.pk, state="waiting")
    count = waiting.update(state="dropped", problem="stopped", ended_at=made.ended_at)
    record(by=by, verb="reminders.stop", subject=made, area_code=made.area_id, facts={"messages": count})
    return count


@transaction.atomic
def finish(*, by: Actor, reminder_id: UUID) -> bool:
    """Whether everything of a reminder has left or ended; then it is done. Of the work itself."""
    made = _locked(by, reminder_id)
    open_ = Message.objects.unscoped("all of this reminder").filter(
        reminder_id=reminder_id, state__in=("waiting", "claimed")
    )
    if made.state != "sending" or open_.exists():
        return False
    made.state, made.ended_at = REMINDER.advance(made.state, "finish"), clock.now()
    made.save(update_fields=["state", "ended_at"])
    record(by=by, verb="reminders.finish", subject=made, area_code=made.area_id)
    return True


@transaction.atomic
def note_wish(*, by: Actor, person_id: UUID, says: str, via: str = "desk") -> Wish:
    """Somebody says whether they want to be reminded. "no": nothing that waits is sent; "yes" opens their phone again.

    Raises NotFound, NotAllowed, BadInput."""
    person = people.person(by, person_id)
    by.require("reminders.wish", person.area_code)
    if says not in WISHES or via not in CHANNELS:
        raise BadInput(what=_("Say whether they want to be reminded, and how they said so."))
    lock(Person.objects.unscoped(_CHECKED), id=person_id)
    made = _wish(person_id, says, via, by)
    if says == "yes":
        own = Phone.objects.unscoped(_CHECKED).filter(person_id=person_id)
        StoppedPhone.objects.filter(number_index__in=own.values_list("number_index", flat=True)).delete()
    else:
        drop(live_ids(), [person_id], "said no")
    record(
        by=by, verb=f"reminders.wish_{says}", subject=("person", person_id), area_code=person.area_code,
        facts={"via": via},
    )  # fmt: skip
    return made


@transaction.atomic
def stop_phone(*, by: Actor, number_index: str, via: str = "message") -> int:
    """The holder of a phone answered that they want no messages: nothing goes to it any more, whoever has it in the ledger. Returns
    how many people have. For gateways' receipts alone (`by` is the product itself)."""
    by.require("reminders.send")
    StoppedPhone.objects.get_or_create(
        number_index=number_index, defaults={"at": clock.now(), "via": via, "by": by.name[:80]}
    )
    rows = Phone.objects.unscoped("whose holder answered").filter(number_index=number_index)
    holders = list(rows.values_list("person_id", flat=True))
    drop(live_ids(), holders, "said no")
    record(
        by=by, verb="reminders.stop_phone", subject=("phone", number_index), facts={"people": len(holders)}
    )
    return len(holders)


@transaction.atomic
def mark_told(*, by: Actor, reminder_id: UUID, person_ids: Collection[UUID]) -> int:
    """These messages were handed out by hand: sent, read out or shown. Returns how many. Raises NotFound, NotHandedOutHere."""
    if not gateway().stays_here:
        raise refusals.NotHandedOutHere()
    made = queries.reminder(by, reminder_id)
    by.require("reminders.wish")
    rows = Message.objects.visible_to(by, "reminders.wish").filter(
        reminder_id=reminder_id, person_id__in=list(person_ids), state="sent"
    )
    told = rows.update(state="delivered", ended_at=clock.now())
    record(
        by=by,
        verb="reminders.mark_told",
        subject=("reminder", reminder_id),
        area_code=made.area_code,
        facts={"messages": told},
    )
    return told


def live_ids() -> list[UUID]:
    """The reminders that are being sent."""
    return list(
        Reminder.objects.unscoped("whose messages wait").filter(state="sending").values_list("pk", flat=True)
    )


def _wish(person_id: UUID, says: str, via: str, by: Actor) -> Wish:
    Wish.objects.unscoped(_CHECKED).filter(person_id=person_id, is_live=True).update(is_live=False)
    return Wish.objects.create(person_id=person_id, says=says, via=via, at=clock.now(), by=by.signature)


def _locked(by: Actor, reminder_id: UUID) -> Reminder:
    found = lock(Reminder.objects.visible_to(by), pk=reminder_id)
    if not found:
        raise NotFound()
    return found[0]
