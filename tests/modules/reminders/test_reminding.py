"""A reminder from choosing the people to the last receipt."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.modules import campaign
from tests.modules.reminders.conftest import LEAD, OFFICER, SECRET, Service, resident
from vaxkit.vocabulary import Status
from yingjie.bookings import jobs as booking_jobs
from yingjie.bookings import residents
from yingjie.bookings.models import TextMessage
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.jobs.registry import Progress
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.texting import signing
from yingjie.foundation.texting.gateways import gateway
from yingjie.outreach import actions as outreach
from yingjie.outreach import complaint_actions
from yingjie.people.models import Person
from yingjie.reminders import actions, choosing, jobs, queries, receipts, refusals, sending
from yingjie.reminders.choosing import Asked
from yingjie.reminders.models import Message, Reminder, StoppedPhone, Wish

HOME, OTHER, THIRD = "19900000001", "19900000002", "19900000003"
DUE = {"occasion": "due", "area_code": campaign.VILLAGE}


def messages() -> dict[str, Message]:
    rows = Message.objects.unscoped(campaign.ALL).select_related("person")
    return {row.person.name: row for row in rows}


def states() -> dict[str, str]:
    return {name: row.state for name, row in sorted(messages().items())}


def start(**more: object) -> Reminder:
    return actions.start(by=LEAD, **(DUE | {"on": clock.today()} | more))  # type: ignore[arg-type]


def send(made: Reminder) -> int:
    made.refresh_from_db()
    return sending.drain(made, gateway())


def test_a_household_gets_one_message_and_everybody_else_a_reason(village: None) -> None:
    resident(1, "张一", HOME)
    resident(2, "张二", HOME)
    resident(3, "李三", OTHER)
    resident(4, "无话", "")
    resident(5, "孩子", THIRD, birth_on=date(2015, 1, 1))
    quiet, unwilling = resident(6, "不要", "19900000006"), resident(7, "拒绝", "19900000007")
    actions.note_wish(by=OFFICER, person_id=quiet.pk, says="no", via="visit")
    outreach.record_attempt(by=OFFICER, person_id=unwilling.pk, outcome="refused", reason="afraid")
    told_off = resident(8, "投诉", "19900000008")
    complaint_actions.take(
        by=LEAD, person_id=told_off.pk, about="pressed", how="telephone", text="被催得太紧"
    )
    asked = actions.asked(by=LEAD, on=clock.today(), **DUE)
    assert choosing.fates(asked) == {"reached": 3, "no_phone": 1, "said_no": 1, "declined": 1, "rests": 1}
    seen = queries.preview(asked, "zh-hans")
    assert (seen.people, seen.messages) == (3, 2)
    assert seen.samples[0] == (
        "【甲村】张一、张二：新冠疫苗可以接种了，免费、自愿。请带身份证到就近接种点，或请村（社区）代为预约。不想再收到，请回复T。"
    )
    made = start()
    assert states() == {"张一": "waiting", "张二": "named", "李三": "waiting"}
    assert Job.objects.get().arguments == {"reminder_id": str(made.pk)}
    assert send(made) == 2
    assert states() == {"张一": "sent", "张二": "named", "李三": "sent"}
    assert actions.finish(by=campaign.maker, reminder_id=made.pk)
    [row, _other] = queries.messages(OFFICER, made.pk, "", 0, 10, with_phones=True)
    assert (row.names, row.phone, row.masked) == ("张一、张二", HOME, "199****0001")
    assert actions.mark_told(by=OFFICER, reminder_id=made.pk, person_ids=[row.id]) == 1
    with clock.at(clock.now() + timedelta(days=1)):
        told_already = choosing.fates(actions.asked(by=LEAD, on=clock.today(), **DUE))
        assert told_already == {"told_lately": 3, "no_phone": 1, "said_no": 1, "declined": 1, "rests": 1}
        with pytest.raises(refusals.NobodyReached):
            start()
    with pytest.raises(refusals.AlreadyPlanned):
        start()
    assert Reminder.objects.unscoped(campaign.ALL).count() == 1
    facts = Entry.objects.get(verb="reminders.start").facts
    assert facts == {"occasion": "due", "on": "2021-05-19", "people": 3, "messages": 2}


def test_who_is_due_is_who_stands_so(village: None) -> None:
    """The SQL says of everybody what `doses` says of each."""
    for serial, year in enumerate((1940, 1961, 1962, 1980, 2003, 2004, 2018), start=1):
        resident(
            serial, f"某{'一二三四五六七'[serial - 1]}", f"1990000010{serial}", birth_on=date(year, 5, 19)
        )
    born = dict(Person.objects.unscoped(campaign.ALL).values_list("pk", "birth_on"))
    stands = doses.statuses(born, clock.today())
    for occasion, status in (("due", Status.DUE), ("overdue", Status.OVERDUE)):
        found = choosing.still(Asked(occasion, campaign.VILLAGE, clock.today()), list(born))
        assert found == {key for key, each in stands.items() if each is status}


def test_nothing_leaves_at_night_and_a_no_before_morning_counts(village: None) -> None:
    with clock.at(campaign.NOON + timedelta(hours=9)):  # 21:00
        first = resident(1, "张一", HOME)
        resident(2, "张二", HOME)
        made = start()
        assert messages()["张一"].due_at == campaign.NOON + timedelta(hours=20)  # 8:00
        assert send(made) == 0
        actions.note_wish(by=OFFICER, person_id=first.pk, says="no")
        assert states() == {"张一": "dropped", "张二": "waiting"}
    with clock.at(campaign.NOON + timedelta(hours=20)):
        assert send(made) == 1
        [_gone, row] = queries.messages(LEAD, made.pk, "", 0, 10)
        assert (row.names, row.state) == ("张二", "sent")


def test_what_is_over_by_the_time_of_sending_is_not_sent(village: None) -> None:
    first, _second = resident(1, "张一", HOME), resident(2, "张二", HOME)
    made = start()
    outreach.record_attempt(by=OFFICER, person_id=first.pk, outcome="refused", reason="afraid")
    with clock.at(campaign.NOON + timedelta(hours=2)):
        assert send(made) == 2  # hers, looked at and dropped; then his, which hers had named
    assert states() == {"张一": "dropped", "张二": "sent"}


def test_the_service_its_failures_and_its_receipts(village: None, service: Service) -> None:
    for serial, (name, phone) in enumerate({"张一": HOME, "张二": OTHER, "张三": THIRD}.items(), start=1):
        resident(serial, name, phone)
    service.refuses, service.status = {OTHER}, 503
    made = start()
    assert send(made) == 3
    assert {row.problem for row in messages().values()} == {"status 503"}
    assert set(states().values()) == {"waiting"}
    service.status = 200
    with clock.at(campaign.NOON + timedelta(hours=1)):
        assert jobs.go_on() == 0  # one is under way
        Job.objects.update(state="done")
        assert jobs.go_on() == 1
        assert send(made) == 3
    assert states() == {"张一": "sent", "张二": "failed", "张三": "sent"}
    assert messages()["张二"].problem == "no such number"
    key, words = service.words[HOME]
    assert "张一" in words
    body = json.dumps(
        {
            "receipts": [{"key": key, "state": "delivered"}, {"key": "x-y", "state": "failed"}],
            "stops": [THIRD],
        }
    ).encode()
    with pytest.raises(refusals.NotASignedRequest):
        receipts.take(moment="1", signature="", body=body)
    headers = signing.sign(SECRET, clock.now(), body)
    given = {"moment": headers[signing.MOMENT], "signature": headers[signing.SIGNATURE], "body": body}
    assert receipts.take(**given) == {"delivered": 1, "failed": 0, "stops": 1}
    assert receipts.take(**given) == {"delivered": 0, "failed": 0, "stops": 1}
    with clock.at(campaign.NOON + timedelta(minutes=6)), pytest.raises(refusals.NotASignedRequest):
        receipts.take(**given)
    assert states() == {"张一": "delivered", "张二": "failed", "张三": "sent"}
    assert StoppedPhone.objects.count() == 1
    third = Person.objects.unscoped(campaign.ALL).get(name="张三")
    assert queries.standing(OFFICER, third.pk).phone_stopped
    actions.note_wish(by=OFFICER, person_id=third.pk, says="yes")
    assert not queries.standing(OFFICER, third.pk).phone_stopped
    assert Wish.objects.unscoped(campaign.ALL).get().says == "yes"


def test_a_message_that_fails_again_and_again_is_given_up(village: None, service: Service) -> None:
    resident(1, "张一", HOME)
    service.status = 500
    made = start()
    tries = []
    for day in range(5):
        with clock.at(campaign.NOON + timedelta(days=day)):
            tries.append(send(made))
    assert tries == [1, 1, 1, 1, 0]
    assert (states(), messages()["张一"].tries) == ({"张一": "given_up"}, 4)


def test_a_stopped_reminder_and_a_foreign_one(village: None) -> None:
    resident(1, "张一", HOME)
    made = start()
    foreign = campaign.actor("town_lead", "110117002")
    with pytest.raises(NotFound):
        actions.stop(by=foreign, reminder_id=made.pk)
    assert actions.stop(by=LEAD, reminder_id=made.pk) == 1
    assert (send(made), states()) == (0, {"张一": "dropped"})
    with pytest.raises(refusals.NotNow):
        actions.stop(by=LEAD, reminder_id=made.pk)
    assert start().state == "sending"  # made anew


def test_a_resident_s_code_goes_the_same_way(village: None, service: Service) -> None:
    resident(1, "张一", HOME)
    number = campaign.identity_number(date(1950, 1, 1), 1)
    residents.ask_code(number=number, phone=OTHER, address="10.0.0.1")
    assert Job.objects.count() == 0  # number and phone of nobody: the same work, and nothing is sent
    residents.ask_code(number=number, phone=HOME, address="10.0.0.1")
    job = Job.objects.get()
    assert job.kind == "bookings.send_text"
    assert booking_jobs.send_text(Progress(), **job.arguments) == {"state": "sent"}
    assert booking_jobs.send_text(Progress(), **job.arguments) == {"state": "none"}
    [(phone, (_key, words))] = service.words.items()
    assert phone == HOME and TextMessage.objects.get().words == words
