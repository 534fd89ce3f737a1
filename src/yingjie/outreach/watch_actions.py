"""暂缓人员监测 (SAF-5): writes. A watch begins when medical grounds are heard or the night finds somebody deferred; each check says
how they are. Stable or worse goes to the doctor that day; the doctor's word, a dose or the end of the deferral closes the watch.
"""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed
from yingjie.outreach import watches
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import WATCH_RESULTS, DoctorsWord, Watch, WatchCheck
from yingjie.outreach.watch_refusals import WatchClosed, WatchNumbersWrong, WatchResultUnknown
from yingjie.outreach.workflow import WATCH

_SCOPED = "of people whom the caller was authorised for"
#: Where somebody stands → why the watch over them ends.
_ENDS = {"done": "vaccinated", "elsewhere_proved": "vaccinated", "contraindicated": "contraindicated"}


@transaction.atomic
def check(*, by: Actor, watch_id: UUID, result: str, note: str = "") -> WatchCheck:
    """How they are today. Raises NotFound, NotAllowed, WatchClosed, WatchResultUnknown."""
    row = watches.watch(by, watch_id)
    if not watches.may_check(by, row):
        raise NotAllowed(permission="outreach.record")
    if result not in WATCH_RESULTS:
        raise WatchResultUnknown()
    found = _locked(row)
    made = WatchCheck.objects.create(
        watch=found, person_id=found.person_id, at=clock.now(), by=by.signature, result=result, note=note.strip()[:300]
    )  # fmt: skip
    wait = 1 if result == "not_met" else found.every_days
    found.next_on = clock.today() + timedelta(days=wait)
    if result == "stable" and found.state == "watching":
        found.state = WATCH.advance(found.state, "stable")
    elif result in ("unchanged", "worse") and found.state == "stable":
        found.state = WATCH.advance(found.state, "watch_on")
    found.save(update_fields=["next_on", "state"])
    if result in ("stable", "worse"):
        _to_the_doctor(by, found.person_id)
    record_of_person(by, "outreach.check_deferred", made, row.area_code)
    return made


@transaction.atomic
def change(*, by: Actor, watch_id: UUID, monitor: str, account: str, every_days: int, next_on: date) -> Watch:
    """Who asks, how often, next when. Raises NotFound, NotAllowed, WatchClosed, WatchNumbersWrong."""
    row = watches.watch(by, watch_id)
    if not (by.may("outreach.record", row.area_code) or by.may("people.health", row.area_code)):
        raise NotAllowed(permission="outreach.record")
    if not monitor.strip() or not 1 <= every_days <= 90 or next_on < clock.today():
        raise WatchNumbersWrong()
    found = _locked(row)
    found.monitor, found.account = monitor.strip()[:80], account.strip()[:64]
    found.every_days, found.next_on = every_days, next_on
    found.save(update_fields=["monitor", "account", "every_days", "next_on"])
    record_of_person(by, "outreach.change_watch", found, row.area_code)
    return found


def settle(*, by: Actor, area_code: str) -> tuple[int, int]:
    """Begin a watch over everybody at or below an area who is deferred, end those of whoever no longer is. Returns (begun, ended);
    once more: (0, 0). Raises NotAllowed."""
    by.require("outreach.assign", area_code)
    with transaction.atomic():
        live = list(
            Watch.objects.unscoped(_SCOPED)
            .filter(person__area__code__startswith=area_code)
            .exclude(state="closed")
        )
        deferred = watches.deferred_in(area_code)
        begun = begin(deferred - {row.person_id for row in live})
        over = [row.person_id for row in live if row.person_id not in deferred]
        terms = watches.terms_of(over)
        why = {key: "gone" if key not in terms else _ENDS.get(terms[key], "over") for key in over}
        ended = sum(
            end([key for key in over if why[key] == word], word) for word in sorted(set(why.values()))
        )
        if begun or ended:
            facts = {"begun": begun, "ended": ended}
            record(
                by=by,
                verb="outreach.settle_watches",
                subject=("area", area_code),
                area_code=area_code,
                facts=facts,
            )
    return begun, ended


def begin(person_ids: Collection[UUID]) -> int:
    """Of people for whom the caller answers: nobody is watched twice."""
    ids = sorted(person_ids)
    known = Watch.objects.unscoped(_SCOPED).filter(person_id__in=ids).exclude(state="closed")
    there = set(known.values_list("person_id", flat=True))
    named, today, every = watches.monitors_for(ids), clock.today(), mobilising().check_days
    made = [
        Watch(
            person_id=key, monitor=named.get(key, ("", ""))[0], account=named.get(key, ("", ""))[1], every_days=every,
            began_on=today, next_on=today + timedelta(days=every),
        )
        for key in ids
        if key not in there
    ]  # fmt: skip
    Watch.objects.bulk_create(made, batch_size=2_000, ignore_conflicts=True)
    return len(made)


def end(person_ids: Collection[UUID], why: str) -> int:
    """The watch over these people is over; how many there were."""
    rows = Watch.objects.unscoped(_SCOPED).filter(person_id__in=list(person_ids)).exclude(state="closed")
    return rows.update(state="closed", ended=why, ended_on=clock.today())


def go_on_until(person_id: UUID, review_on: date) -> None:
    """The doctor looks again on a later day: the watch goes on."""
    begin([person_id])
    rows = Watch.objects.unscoped(_SCOPED).filter(person_id=person_id).exclude(state="closed")
    rows.update(state="watching")
    rows.filter(next_on__gt=review_on).update(next_on=review_on)


def _to_the_doctor(by: Actor, person_id: UUID) -> None:
    waiting = DoctorsWord.objects.unscoped(_SCOPED)
    waiting.update_or_create(
        person_id=person_id, state="waiting",
        defaults={"review_on": clock.today(), "asked_on": clock.today(), "asked_by": by.signature},
    )  # fmt: skip


def _locked(row: watches.WatchRow) -> Watch:
    found = lock(Watch.objects.unscoped(_SCOPED), pk=row.id, person_id=row.person_id)[0]
    try:
        WATCH.advance(found.state, "close")
    except StepRefused:
        raise WatchClosed() from None
    return found
