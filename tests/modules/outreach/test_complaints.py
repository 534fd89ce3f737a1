"""投诉受理: a complaint stops the visits and the messages until it is decided; who sees it, what the counts say of free will."""

from datetime import timedelta
from typing import Any

import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON
from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.outreach import appointing, calls, complaint_actions, complaints, doorstep_actions
from yingjie.outreach.models import Attempt, Complaint
from yingjie.outreach.workflow import COMPLAINT

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"
TOLD: dict[str, Any] = {"about": "pressed", "how": "telephone", "text": "说不打就停低保"}


def refused(code: str, act: Any, **given: Any) -> None:
    before = (
        Entry.objects.count(),
        Complaint.objects.unscoped(ALL).count(),
        Attempt.objects.unscoped(ALL).count(),
    )
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code
    assert before == (
        Entry.objects.count(), Complaint.objects.unscoped(ALL).count(), Attempt.objects.unscoped(ALL).count(),
    )  # fmt: skip


def test_a_complaint_stops_the_visits_until_it_is_decided_and_after_if_so_decided(
    lead: Any, officer: Any
) -> None:
    person = county.resident("Left in peace")
    appointing.appoint(by=lead, area_code=FIRST, name="李网格", account="grid1", from_on=DAY)
    worker = actor_for(county.user("grid_worker", FIRST, "grid1"))
    refused(
        "outreach.complaint_incomplete",
        complaint_actions.take,
        by=lead,
        person_id=person.pk,
        **TOLD | {"text": " "},
    )
    refused(
        "outreach.complaint_incomplete",
        complaint_actions.take,
        by=lead,
        person_id=person.pk,
        **TOLD,
        due_on=DAY - timedelta(1),
    )
    for who in (officer, worker):
        with pytest.raises(NotAllowed):
            complaint_actions.take(by=who, person_id=person.pk, **TOLD)
    made = complaint_actions.take(by=lead, person_id=person.pk, **TOLD)
    assert made.due_on == DAY + timedelta(days=5)
    refused(
        "outreach.visits_rest", doorstep_actions.visit, by=worker, person_id=person.pk, outcome="thinking"
    )
    (call,) = calls.calls([person.pk], told=True)
    assert (call.state, call.is_today) == ("rests", False)
    assert [row.person_id for row in complaints.rows(lead, complaints.Narrowed(state="open"), "due_on")] == [
        person.pk
    ]
    for who in (officer, worker):
        assert complaints.rows(who, complaints.Narrowed(), "due_on") == []
        with pytest.raises(NotFound):
            complaints.complaint(who, made.pk)
    with clock.at(NOON + timedelta(days=6)):
        assert complaints.waiting(lead) == (1, 1) and complaints.complaint(lead, made.pk).state == "overdue"
        refused(
            "outreach.finding_missing",
            complaint_actions.decide,
            by=lead,
            complaint_id=made.pk,
            finding="upheld",
            reply="",
        )
        complaint_actions.hand_on(
            by=lead, complaint_id=made.pk, owner="县专班", due_on=DAY + timedelta(days=8)
        )
        assert complaints.waiting(lead) == (1, 0)
        complaint_actions.decide(
            by=lead, complaint_id=made.pk, finding="upheld", reply="已道歉，低保照发", rests=True
        )
        refused(
            "outreach.complaint_decided",
            complaint_actions.decide,
            by=lead,
            complaint_id=made.pk,
            finding="upheld",
            reply="再",
        )
        refused(
            "outreach.visits_rest", doorstep_actions.visit, by=worker, person_id=person.pk, outcome="thinking"
        )
        found = complaints.freely(lead, county.TOWN, DAY, DAY + timedelta(days=6))
        assert (found.taken, found.decided, found.upheld, found.median_days, found.open) == (1, 1, 1, 6.0, 0)
        doorstep_actions.visit(by=worker, person_id=person.pk, outcome="agreed", asked=True)
        assert complaints.resting([person.pk]) == set()
    written = str(list(Entry.objects.filter(verb__contains="complaint").values_list("facts", flat=True)))
    assert TOLD["text"] not in written and "道歉" not in written
    assert COMPLAINT.is_final("decided")


def test_nobody_decides_about_themselves_and_visits_after_a_stop_are_counted(lead: Any) -> None:
    person = county.resident("Asked for peace")
    chief = appointing.appoint(by=lead, area_code=FIRST, name="镇干部", account=lead.name, from_on=DAY)
    made = complaint_actions.take(by=lead, person_id=person.pk, **TOLD, officer_id=chief.pk)
    refused(
        "outreach.complaint_about_you",
        complaint_actions.decide,
        by=lead,
        complaint_id=made.pk,
        finding="upheld",
        reply="x",
    )
    at = NOON - timedelta(days=3)
    for nth, more in enumerate(({"stop": True}, {}, {"asked": True}, {})):
        Attempt.objects.create(
            person=person, at=at + timedelta(hours=nth), by="t", outcome="thinking", **more
        )
    found = complaints.freely(lead, county.TOWN, DAY - timedelta(days=5), DAY)
    assert (found.asked_for_rest, found.called_all_the_same) == (1, 1)


def test_the_pages_are_the_task_forces_alone(lead: Any) -> None:
    person, foreign = county.resident("Quiet"), county.resident("Elsewhere", FOREIGN)
    client = county.signed_in(county.user("town_lead", name="page-lead"))
    path = f"/outreach/people/{person.pk}/complaint/"
    assert client.get(path).status_code == 200
    assert client.post(path, TOLD | {"text": ""}).status_code == 400
    assert client.post(path, TOLD).status_code == 302
    made = Complaint.objects.unscoped(ALL).get()
    for language, word in (("zh-hans", "投诉"), ("en", "Complaint")):
        client.cookies["yingjie_language"] = language
        assert word in client.get("/outreach/complaints/").content.decode()
        assert word in client.get(f"/outreach/complaints/{made.pk}/").content.decode()
    assert client.get(f"/outreach/people/{foreign.pk}/complaint/").status_code == 404
    neighbour = county.signed_in(county.user("town_lead", "110117002", "neighbour"))
    village = county.signed_in(county.user("village_officer", FIRST, "village"))
    for each in (
        f"complaints/{made.pk}/",
        f"complaints/{made.pk}/hand-on/",
        f"people/{person.pk}/complaint/",
    ):
        assert neighbour.get(f"/outreach/{each}").status_code == 404
        assert neighbour.post(f"/outreach/{each}", {"finding": "upheld", "reply": "x"}).status_code == 404
        assert village.get(f"/outreach/{each}").status_code in (403, 404)
    assert "Quiet" not in neighbour.get("/outreach/complaints/").content.decode()
    assert (
        client.post(f"/outreach/complaints/{made.pk}/", {"finding": "partly", "reply": "已答复"}).status_code
        == 302
    )
    assert client.get("/").status_code == 200
