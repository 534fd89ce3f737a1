"""What residents write on the public page: written without an account, taken or answered at the desk, followed by the receipt."""

from typing import Any

import pytest
from django.test import Client

from tests.modules.outreach import county
from tests.modules.outreach.county import FIRST, TOWN
from yingjie.bookings.models import Knock
from yingjie.bookings.rules import rules
from yingjie.foundation.journal.models import Entry
from yingjie.outreach import calls, complaint_actions, written
from yingjie.outreach.models import Complaint, WrittenComplaint

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"
SAID = {
    "area_code": TOWN,
    "about": "pressed",
    "text": "说不打疫苗就不让孩子上学",
    "name": "吴秀英",
    "phone": "",
}


def rows() -> list[WrittenComplaint]:
    return list(WrittenComplaint.objects.unscoped(ALL).order_by("made_at"))


def test_written_by_anybody_taken_at_the_desk_and_answered(lead: Any, officer: Any) -> None:
    wu = county.resident("吴秀英", area=FIRST)
    wu.pinyin = "wuxiuying wxy xiuying xy"
    wu.save()
    stranger, desk = Client(), county.signed_in(county.user("county_lead", "110117"), "en")
    stranger.cookies["yingjie_language"] = "en"
    assert "Complaint" in stranger.get("/complaint/").content.decode()
    for wrong in ({"text": " "}, {"about": "nothing"}, {"area_code": "110117999"}):
        assert stranger.post("/complaint/", SAID | wrong).status_code == 400
    assert rows() == []
    assert stranger.post("/complaint/", SAID)["Location"] == "/complaint/receipt/"
    stranger.post("/complaint/", SAID)  # sent twice is one
    (row,) = rows()
    shown = stranger.get("/complaint/receipt/").content.decode()
    assert row.receipt in shown and "nobody has taken it on yet" in shown and len(row.receipt) == 10
    assert written.waiting(officer) == [] and [each.id for each in written.waiting(lead)] == [row.pk]
    assert county.signed_in(county.user("village_officer", FIRST, "v")).get(
        f"/outreach/complaints/written/{row.pk}/"
    ).status_code == 403  # fmt: skip
    page = desk.get("/outreach/complaints/").content.decode()
    assert "Written on the public page" in page and "吴秀英" in page
    address = f"/outreach/complaints/written/{row.pk}/"
    assert SAID["text"] in desk.get(address).content.decode()
    assert desk.post(address + "take/", {"who": "Nobody Else"}).status_code == 400
    assert (
        calls.calls([wu.pk], told=True)[0].state != "rests" and Complaint.objects.unscoped(ALL).count() == 0
    )
    desk.post(address + "take/", {"who": "吴秀英"})
    made = Complaint.objects.unscoped(ALL).get()
    assert (made.person_id, made.how, made.text, made.made_at) == (wu.pk, "online", SAID["text"], row.made_at)
    assert calls.calls([wu.pk], told=True)[0].state == "rests"
    assert desk.post(address + "take/", {"who": "吴秀英"}).status_code == 409
    assert "visits rest" in stranger.get("/complaint/receipt/").content.decode()
    complaint_actions.decide(by=lead, complaint_id=made.pk, finding="upheld", reply="已向家长道歉")
    other = Client()
    assert other.post("/complaint/receipt/", {"receipt": "0000000000"}).status_code == 404
    typed = f"{row.receipt[:5]} {row.receipt[5:]}"
    assert (
        "已向家长道歉" in other.post("/complaint/receipt/", {"receipt": typed}, follow=True).content.decode()
    )
    said = str(list(Entry.objects.values_list("facts", flat=True)))
    assert SAID["text"] not in said and "吴秀英" not in said


def test_answered_where_it_stands_own_ones_rest_at_once_and_too_many_are_refused(lead: Any) -> None:
    desk = county.signed_in(county.user("county_lead", "110117"))
    stranger = Client()
    stranger.post("/complaint/", SAID | {"name": ""})
    (row,) = rows()
    address = f"/outreach/complaints/written/{row.pk}/"
    assert desk.post(address, {"reply": " "}).status_code == 400
    desk.post(address, {"reply": "已转学校核实，不得以接种为入学条件"})
    assert "不得以接种为入学条件" in stranger.get("/complaint/receipt/").content.decode()
    assert desk.post(address, {"reply": "再"}).status_code in (200, 409) and rows()[0].reply.startswith(
        "已转"
    )
    wu = county.resident("Wu")
    session = stranger.session
    session["resident"], session["resident_until"] = str(wu.pk), 4_000_000_000
    session.save()
    assert "area_code" not in stranger.get("/complaint/").content.decode()
    stranger.post("/complaint/", {"about": "rude", "text": "骂人"})
    made = Complaint.objects.unscoped(ALL).get()
    assert (made.person_id, made.how, rows()[1].state) == (wu.pk, "online", "taken")
    assert calls.calls([wu.pk], told=True)[0].state == "rests"
    mine = Knock.objects.order_by("-at").first()
    Knock.objects.bulk_create(
        Knock(key_index=mine.key_index, at=mine.at) for _nth in range(rules().knocks_per_address)
    )
    assert stranger.post("/complaint/", {"about": "rude", "text": "又来"}).status_code == 429
    assert len(rows()) == 2
