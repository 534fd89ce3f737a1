"""What the demo county was reminded of: a round of reminders two days ago, partly handed out; tomorrow's appointments, waiting to
be handed out; some who want no messages; and an emergency drill at each site. Through the product's own actions, by its own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import Refusal
from yingjie.foundation.texting.gateways import LocalOutbox
from yingjie.people.models import Person
from yingjie.reminders import actions, queries, sending
from yingjie.sites import drill_actions

_DEMO = "the demo county is all there is"
#: Every so many people of the demo's own village want no messages; of what was sent so much was handed out.
UNWILLING, HANDED_OUT = 23, 0.7


def leave(*, by: Actor, told: Campaign, now: datetime, sites: Mapping[str, UUID]) -> None:
    """Write all of it; people, doses, visits, appointments and accounts stand in the database already."""
    nodes, today = accounts.nodes(told), now.astimezone(ZONE).date()
    town = accounts.actor(told, "town")
    _wishes(told, nodes["village"], today)
    with clock.at(datetime.combine(today - timedelta(days=2), time(9, 30), ZONE)):
        _remind(town, "overdue", nodes["town"], today - timedelta(days=2), handed_out=HANDED_OUT)
    with clock.at(min(now, datetime.combine(today, time(10), ZONE))):
        _remind(town, "appointment", nodes["town"], today + timedelta(days=1), handed_out=0)
    for nth, code in enumerate(site.code for site in told.sites):
        _drill(by, sites[code], told.began_on - timedelta(days=1), nth)


def _wishes(told: Campaign, village: str, today: date) -> None:
    officer = accounts.actor(told, "village")
    people = Person.objects.unscoped(_DEMO).filter(area__code__startswith=village, left_on__isnull=True)
    with clock.at(datetime.combine(today - timedelta(days=5), time(17), ZONE)):
        for person_id in people.order_by("pinyin", "name", "birth_on").values_list("pk", flat=True)[
            ::UNWILLING
        ]:
            actions.note_wish(by=officer, person_id=person_id, says="no", via="visit")


def _remind(by: Actor, occasion: str, area_code: str, on: date, *, handed_out: float) -> None:
    """One reminder, sent into the house's own outbox and handed out in part; none where it concerns nobody."""
    try:
        made = actions.start(by=by, occasion=occasion, area_code=area_code, on=on, send=False)
    except Refusal:
        return
    sending.drain(made, LocalOutbox())
    actions.finish(by=by, reminder_id=made.pk)
    rows = sorted(
        queries.every_message(by, made.pk, "sent"), key=lambda row: (row.place, row.names, row.masked)
    )
    done = [row.id for row in rows[: int(len(rows) * handed_out)]]
    if done:
        actions.mark_told(by=by, reminder_id=made.pk, person_ids=done)


def _drill(by: Actor, site_id: UUID, on: date, nth: int) -> None:
    """The day before the campaign began: anaphylaxis everywhere; where help was slow, it says so and what was done."""
    slow = nth % 3 == 1
    with clock.at(datetime.combine(on, time(16), ZONE)):
        made = drill_actions.hold_drill(
            by=by, site_id=site_id, on=on, scenario="anaphylaxis", led_by="王建国", people=("李秀兰", "张敏", "刘洋"),
            seconds={"doctor": 40 + 5 * nth, "medicine": 240 if slow else 150, "ambulance": 420},
            finding="急救箱锁在登记处，取药慢" if slow else "", correct_by_on=on + timedelta(days=1) if slow else None,
        )  # fmt: skip
        if slow:
            drill_actions.correct_drill(by=by, drill_id=made.pk, how="急救箱移到留观区，钥匙挂在旁边")
