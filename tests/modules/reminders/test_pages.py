"""The pages: look, send, hand out, wish, public texts, receipts."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.modules import campaign
from tests.modules.bookings.conftest import open_session
from tests.modules.reminders.conftest import SECRET, resident
from yingjie.bookings import actions as bookings
from yingjie.bookings import session_actions
from yingjie.bookings.models import Session, Slot
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.texting import signing
from yingjie.foundation.texting.gateways import gateway
from yingjie.reminders import actions, notices, queries, sending
from yingjie.reminders.models import Reminder

HOME = "19900000001"


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_preview_to_the_last_one_handed_out(village: None, client: Client) -> None:
    first, _second = resident(1, "张一", HOME), resident(2, "张二", HOME)
    campaign.sign_in(client, "town_lead")
    asked = {"occasion": "due", "area_code": campaign.VILLAGE, "on": "2021-05-19", "language": "zh-hans"}
    shown = text(client.post("/reminders/new/", asked | {"step": "look"}))
    assert "张一、张二：新冠疫苗可以接种了" in shown and "同一号码的家人合并为一条短信" in shown
    assert Reminder.objects.unscoped(campaign.ALL).count() == 0
    sent = client.post("/reminders/new/", asked | {"step": "send"})
    made = Reminder.objects.unscoped(campaign.ALL).get()
    assert sent.headers["Location"] == f"/reminders/{made.pk}/"
    sending.drain(made, gateway())
    for path in (
        "/reminders/",
        f"/reminders/{made.pk}/",
        f"/reminders/messages/?reminder={made.pk}",
        f"/people/{first.pk}/",
    ):
        for language in ("zh-hans", "en"):
            client.cookies["yingjie_language"] = language
            assert client.get(path).status_code == 200
    client.cookies["yingjie_language"] = "zh-hans"
    assert "199****0001" in text(client.get("/reminders/messages/"))
    book = load_workbook(BytesIO(client.get(f"/reminders/{made.pk}/sheet.xlsx").content))
    assert [cell.value for cell in book.active[book.active.max_row - 1]].count(HOME) + [
        cell.value for cell in book.active[book.active.max_row]
    ].count(HOME) == 1
    assert client.get("/reminders/messages/?export=xlsx").status_code == 200
    client.post("/reminders/messages/told/", {"ids": [str(first.pk)], "query": f"reminder={made.pk}"})
    assert queries.reminder(campaign.maker, made.pk).delivered == 1
    client.post(f"/reminders/people/{first.pk}/wish/", {"says": "no", "via": "visit"})
    assert "不愿接收短信" in text(client.get(f"/people/{first.pk}/"))


def test_receipts_are_for_whoever_signs(village: None, client: Client, settings: Any, tmp_path: Any) -> None:
    settings.YINGJIE_SMS_SECRET = tmp_path / "secret"
    body = json.dumps({"receipts": [], "stops": []}).encode()
    assert client.post("/reminders/receipts/", body, content_type="application/json").status_code == 403
    settings.YINGJIE_SMS_SECRET.write_bytes(SECRET)
    signed = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in signing.sign(SECRET, clock.now(), body).items()
    }
    answer = client.post("/reminders/receipts/", body, content_type="application/json", **signed)
    assert answer.json() == {"delivered": 0, "failed": 0, "stops": 0}


def test_appointments_cancelled_sessions_and_public_texts(village: None) -> None:
    site = campaign.make_ready(campaign.site())
    campaign.lot(site, doses=50)
    session = open_session(site)
    slot = Slot.objects.unscoped(campaign.ALL).filter(session=session).order_by("at")[1]
    person, desk = resident(1, "张一", HOME), campaign.actor("registrar")
    lead, tomorrow = campaign.actor("town_lead"), clock.today() + timedelta(days=1)
    officer = campaign.actor("village_officer", campaign.VILLAGE)
    [chat, _speaker, *_english] = notices.notices(officer, campaign.VILLAGE).texts
    assert chat.words == (
        "【甲村 新冠疫苗接种通知】\n"
        "● 5月20日（周四）08:00–10:00，接种点S1，北京生物，还有 12 个号\n"
        "我们这里只剩最后几位没有接种，加油！\n"
        "免费、自愿。请带身份证，戴口罩，提前吃饭。身体有变化的，先问接种点医生。要预约、要接送，请找村（社区）干部。"
    )
    with pytest.raises(NotFound):
        notices.notices(officer, campaign.OTHER_VILLAGE)
    sessions = Session.objects.unscoped(campaign.ALL)
    sessions.update(kept=5)
    assert (
        "还有 12 个号（其中 5 个留给打第二针的）\n"
        in notices.notices(officer, campaign.VILLAGE).texts[0].words
    )
    sessions.update(kept=0)
    bookings.book(by=desk, person_id=person.pk, slot_id=slot.pk, channel="desk")
    due = actions.asked(by=lead, occasion="due", area_code=campaign.TOWN, on=clock.today())
    assert queries.preview(due, "zh-hans").suppressed == (("booked", 1),)
    made = actions.start(by=lead, occasion="appointment", area_code=campaign.TOWN, on=tomorrow)
    sending.drain(made, gateway())
    [row] = queries.messages(officer, made.pk, "", 0, 5)  # her township sent it, her village hands it out
    [seen] = queries.reminders(officer)
    assert (seen.people, seen.messages, seen.only_sent) == (1, 1, 1)
    assert queries.reminder(campaign.actor("village_officer", campaign.OTHER_VILLAGE), made.pk).people == 0
    assert actions.mark_told(by=officer, reminder_id=made.pk, person_ids=[row.id]) == 1
    assert (
        row.words
        == "【滨河街道】接种预约：张一5月20日08:30到接种点S1。请带身份证、戴口罩，提前吃饭。来不了请回电取消。"
    )
    session_actions.cancel_session(by=campaign.actor("site_lead"), session_id=session.pk, because="停电")
    made = actions.start(by=lead, occasion="cancelled", area_code=campaign.TOWN, on=tomorrow, language="en")
    [row] = queries.messages(lead, made.pk, "", 0, 5)
    assert "张一 (2021-05-20 08:30, 接种点S1)" in row.words
