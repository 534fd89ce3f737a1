"""敲门行动: a round from the list of the morning to the last word, through the actions and the pages."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.modules import campaign as world
from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, NOON, SECOND, TOWN
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import (
    allotments,
    appointing,
    calls,
    contacts,
    doorstep_actions,
    duties,
    duty_actions,
    home_requests,
    mobilising,
)
from yingjie.outreach import unvaccinated as ledger
from yingjie.outreach.models import REASONS, Attempt, DoctorsWord, HomeRequest
from yingjie.outreach.plan_actions import NextStepInThePast
from yingjie.vaccines import queries as vaccines

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"


@pytest.fixture
def worker(lead: Any) -> Any:
    """A grid worker who answers for the first village under their own account."""
    appointing.appoint(by=lead, area_code=FIRST, name="李网格", account="grid1", from_on=DAY)
    return actor_for(county.user("grid_worker", FIRST, "grid1"))


def settled(lead: Any) -> None:
    duty_actions.settle(by=lead, area_code=TOWN)


def the_round(actor: Any, officer_id: UUID | None = None) -> calls.Round:
    return calls.round_of(actor, officer_id or duties.own(actor)[0].id)


def state(person: Any) -> tuple[str, date | None]:
    (row,) = calls.calls([person.pk], told=True)
    return row.state, row.on


def test_a_round_in_walking_order_until_everybody_is_closed(lead: Any, worker: Any) -> None:
    late = county.resident("Late", FIRST, address="10号楼1单元101")
    early = county.resident("Early", FIRST, address="9号楼2单元201")
    wife = county.resident("Wife", FIRST, address="9号楼2单元201", household_id=UUID(int=9))
    man = county.resident("Man", FIRST, address="9号楼2单元201", household_id=UUID(int=9))
    county.resident("Other", county.FOREIGN)
    settled(lead)
    found = the_round(worker)
    names = [[each.name for each in door.calls] for door in found.doors]
    assert names[2] == ["Late"] and sorted(sorted(door) for door in names[:2]) == [["Early"], ["Man", "Wife"]]
    assert found.people == 4
    visit = doorstep_actions.visit
    visit(by=worker, person_id=late.pk, outcome="not_met")
    visit(by=worker, person_id=early.pk, outcome="agreed", next_on=DAY + timedelta(days=2))
    visit(by=worker, person_id=wife.pk, outcome="thinking", reason="afraid", evening=True)
    visit(by=worker, person_id=man.pk, outcome="refused", reason="sees_no_need")
    assert the_round(worker).people == 0 and the_round(worker).visited_today == 4
    made = Attempt.objects.unscoped(ALL).get(person=man)
    assert (made.rung, made.by_evening) == ("officer", False)
    with clock.at(NOON + timedelta(days=1)):
        found = the_round(worker)
        assert [each.name for door in found.evening for each in door.calls] == ["Late"] and not found.doors
    with clock.at(NOON + timedelta(days=7)):
        (leader,) = [appointing.appoint(by=lead, area_code=FIRST, name="村书记", kind="leader")]
        up = the_round(lead, leader.pk)
        assert [each.name for door in up.doors for each in door.calls] == ["Man"]
        assert "Man" not in [each.name for door in the_round(worker).doors for each in door.calls]
        assert state(early) == ("call", DAY + timedelta(days=2))


def test_whom_no_officer_has_room_for_the_leader_calls_on(lead: Any) -> None:
    county.resident("Alone")
    chief = appointing.appoint(
        by=lead, area_code=FIRST, name="村书记", kind="leader", account="chief", from_on=DAY
    )
    settled(lead)
    found = the_round(lead, chief.pk)
    (call,) = [each for door in found.doors for each in door.calls]
    by = actor_for(county.user("village_officer", FIRST, "chief"))
    doorstep_actions.visit(by=by, person_id=call.person_id, outcome="not_met")
    assert Attempt.objects.unscoped(ALL).get().rung == "officer"


def test_a_refusal_is_a_right(lead: Any, worker: Any) -> None:
    person = county.resident("Firm")
    settled(lead)
    doorstep_actions.visit(by=worker, person_id=person.pk, outcome="refused", reason="refuses", stop=True)
    assert state(person) == ("stopped", None) and the_round(worker).people == 0
    before = Entry.objects.count()
    with pytest.raises(doorstep_actions.VisitsStopped) as refused:
        doorstep_actions.visit(by=lead, person_id=person.pk, outcome="thinking")
    assert refused.value.code == "outreach.visits_stopped"
    assert Attempt.objects.unscoped(ALL).count() == 1 and Entry.objects.count() == before
    with clock.at(NOON + timedelta(days=90)):
        assert the_round(worker).people == 0
        doorstep_actions.visit(by=worker, person_id=person.pk, outcome="agreed", asked=True)
        assert state(person)[0] == "agreed"


def test_three_refusals_on_the_way_up_end_the_visits(lead: Any, worker: Any) -> None:
    person = county.resident("Thrice")
    settled(lead)
    for nth in range(3):
        with clock.at(NOON + timedelta(days=8 * nth)):
            doorstep_actions.visit(by=lead, person_id=person.pk, outcome="refused", reason="afraid")
    assert list(Attempt.objects.unscoped(ALL).order_by("at").values_list("rung", flat=True)) == [
        "officer",
        "village",
        "township",
    ]
    (row,) = calls.calls([person.pk], told=True)
    assert (row.state, row.refusals, str(row.stop)) == ("stopped", 3, "refusals")


def test_medical_grounds_wait_for_the_doctor_and_come_back(lead: Any, worker: Any) -> None:
    doctor = actor_for(county.user("health_officer", "110117"))
    person, other = county.resident("Frail"), county.resident("Allergic")
    settled(lead)
    for who in (person, other):
        doorstep_actions.visit(by=worker, person_id=who.pk, outcome="medical", reason="chronic_illness")
    assert state(person) == ("doctor", DAY + timedelta(days=14))
    assert [row[0].name for row in calls.doctors_list(doctor)] == ["Frail", "Allergic"] or len(
        calls.doctors_list(doctor)
    ) == 2
    assert calls.words_due(doctor) == 0 and calls.doctors_list(lead) == []
    with pytest.raises(NotFound):
        doorstep_actions.say(by=lead, person_id=person.pk, word="cleared")
    for wrong in ({"word": "perhaps"}, {"word": "later", "review_on": DAY}):
        with pytest.raises(doorstep_actions.WordUnknown):
            doorstep_actions.say(by=doctor, person_id=person.pk, **wrong)  # type: ignore[arg-type]
    doorstep_actions.say(by=doctor, person_id=person.pk, word="later", review_on=DAY + timedelta(days=20))
    with clock.at(NOON + timedelta(days=20)):
        assert calls.words_due(doctor) == 2
        doorstep_actions.say(by=doctor, person_id=person.pk, word="cleared", note="血压平稳")
        doorstep_actions.say(by=doctor, person_id=other.pk, word="contraindicated")
        assert (
            ledger.standing(lead, person.pk)[0] == "to_do"
            and ledger.standing(lead, other.pk)[0] == "contraindicated"
        )  # type: ignore[index]
        assert state(other) == ("contraindicated", None)
        with pytest.raises(doorstep_actions.WordSaid):
            doorstep_actions.say(by=doctor, person_id=person.pk, word="cleared")
    with clock.at(NOON + timedelta(days=21)):
        assert [each.name for door in the_round(worker).doors for each in door.calls] == ["Frail"]
    words = DoctorsWord.objects.unscoped(ALL)
    assert sorted(words.values_list("state", flat=True)) == ["cleared", "contraindicated"]


def test_a_vaccination_at_home_is_asked_for_arranged_and_done(lead: Any, worker: Any) -> None:
    person = county.resident("Bed")
    settled(lead)
    asked = doorstep_actions.ask_home(by=worker, person_id=person.pk, because="bedridden", note="三楼无电梯")
    with pytest.raises(doorstep_actions.HomeRequestOpen):
        doorstep_actions.ask_home(by=worker, person_id=person.pk, because="bedridden")
    with pytest.raises(doorstep_actions.HomeWordUnknown):
        doorstep_actions.ask_home(by=worker, person_id=person.pk, because="lazy")
    assert state(person)[0] == "home" and home_requests.waiting(lead) == 1
    step = doorstep_actions.go_on_with_home
    with pytest.raises(doorstep_actions.HomeStepRefused):
        step(by=lead, request_id=asked.pk, step="finish")
    with pytest.raises(NextStepInThePast):
        step(by=lead, request_id=asked.pk, step="arrange", on=DAY - timedelta(days=1))
    assert HomeRequest.objects.unscoped(ALL).get().state == "asked"
    step(by=lead, request_id=asked.pk, step="arrange", on=DAY + timedelta(days=3))
    assert state(person) == ("home", DAY + timedelta(days=3))
    step(by=lead, request_id=asked.pk, step="finish")
    assert home_requests.rows(lead) == [] and HomeRequest.objects.unscoped(ALL).get().closed_on == DAY


def test_only_their_own_doors(lead: Any, worker: Any) -> None:
    mine, foreign = county.resident("Mine"), county.resident("Foreign", SECOND)
    appointing.appoint(by=lead, area_code=SECOND, name="别人")
    settled(lead)
    stranger = actor_for(county.user("grid_worker", SECOND, "grid2"))
    with pytest.raises(NotFound):
        calls.round_of(stranger, duties.own(worker)[0].id)
    for step in (doorstep_actions.visit, doorstep_actions.ask_home):
        given: dict[str, Any] = (
            {"outcome": "agreed"} if step is doorstep_actions.visit else {"because": "other"}
        )
        with pytest.raises(NotFound):
            step(by=worker, person_id=foreign.pk, **given)
    officer = duties.own(worker)[0]
    appointing.change_officer(by=lead, officer_id=officer.id, least=0, most=7)
    duty_actions.give(by=lead, person_id=foreign.pk, officer_id=officer.id)
    doorstep_actions.visit(by=worker, person_id=foreign.pk, outcome="agreed")
    assert Attempt.objects.unscoped(ALL).get().person_id == foreign.pk
    client = county.signed_in(county.user("grid_worker", SECOND, "grid3"))
    assert client.get(f"/outreach/door/{mine.pk}/").status_code == 404
    assert client.get(f"/outreach/round/{officer.id}/").status_code == 404
    assert client.get("/outreach/duties/").status_code in (403, 404)


def test_the_pages_of_a_morning(lead: Any, worker: Any) -> None:
    person = county.resident("王老太", FIRST, address="9号楼2单元201")
    settled(lead)
    from yingjie.foundation.access.models import User

    phone = county.signed_in(User.objects.get(username="grid1"))
    assert "王老太" in phone.get("/outreach/round/", follow=True).content.decode()
    url = f"/outreach/door/{person.pk}/"
    assert phone.get(url).status_code == 200
    assert phone.post(url, {"outcome": "refused", "reason": ""}).status_code == 409
    done = phone.post(url, {"outcome": "refused", "reason": "afraid", "stop": "on"}, follow=True)
    assert done.status_code == 200 and Attempt.objects.unscoped(ALL).get().stop
    page = phone.get(url).content.decode()
    assert "担心反应可以理解" in page and "不再上门" in page
    assert phone.post(f"{url}home/", {"because": "bedridden"}).status_code == 302
    assert phone.get(f"{url}times/").status_code == 200
    office = county.signed_in(User.objects.get(username="town_lead"))
    officer = duties.own(worker)[0]
    made = allotments.propose(by=lead, area_code=TOWN)
    for address in (
        f"duties/{TOWN}/", f"duties/{FIRST}/", f"duties/officers/{officer.id}/", f"duties/officers/{officer.id}/hand-over/",
        f"duties/officers/{officer.id}/change/", f"duties/{TOWN}/appoint/", f"duties/proposals/{made.pk}/",
        f"duties/{TOWN}/officers.xlsx", f"duties/proposals/{made.pk}/changes.xlsx", f"people/{person.pk}/officer/",
        f"round/{officer.id}/", "round/", "at-home/", "talking-points/", "contacts/", "contacts/new/",
    ):  # fmt: skip
        assert office.get(f"/outreach/{address}").status_code == 200, address
    assert (
        office.post(f"/outreach/duties/proposals/{made.pk}/decide/", {"decision": "apply"}).status_code == 302
    )
    assert office.post(f"/outreach/duties/{TOWN}/settle/").status_code == 302
    assert (
        office.get("/").status_code == 200
        and "李网格" in office.get(f"/people/{person.pk}/").content.decode()
    )


def test_contacts_by_a_deadline(lead: Any, officer: Any) -> None:
    made = contacts.ask(by=lead, area_code=TOWN, title="上报联络员", due_at=NOON + timedelta(hours=5))
    found, rows = contacts.call(lead, made.pk)
    assert (found.asked, found.reported, found.state) == (2, 0, "contact-waiting") and len(rows) == 2
    (mine,) = contacts.call(officer, made.pk)[1]
    with pytest.raises(contacts.ContactIncomplete):
        contacts.report(by=officer, contact_id=mine.id, leader="王书记", contact="", contact_phone="")
    with pytest.raises(NotFound):
        contacts.report(
            by=officer,
            contact_id=next(r.id for r in rows if r.area_code == SECOND),
            leader="a",
            contact="b",
            contact_phone="1",
        )
    with clock.at(NOON + timedelta(hours=6)):
        assert contacts.to_report(lead) == (2, 2)
        contacts.report(
            by=officer, contact_id=mine.id, leader="王书记", contact="小李", contact_phone="19900001234"
        )
        found, rows = contacts.call(lead, made.pk)
        assert (found.reported, found.is_late, [row.state for row in rows]) == (
            1,
            True,
            ["contact-overdue", "contact-late"],
        )
    with pytest.raises(NotAllowed):
        contacts.ask(by=officer, area_code=FIRST, title="x", due_at=NOON + timedelta(days=1))
    for wrong in ({"title": " "}, {"due_at": NOON}, {"whom": "all"}):
        asked: dict[str, Any] = {"title": "x", "due_at": NOON + timedelta(days=1), "whom": "units"} | wrong
        with pytest.raises(contacts.CallIncomplete):
            contacts.ask(by=lead, area_code=TOWN, **asked)
    with pytest.raises(contacts.CallNamesNobody):
        contacts.ask(by=lead, area_code=TOWN, title="x", due_at=NOON + timedelta(days=1), whom="units")


def test_something_can_be_said_of_every_reason_and_every_product_named_is_known() -> None:
    known = mobilising.talking_points()
    assert {point.reason for point in known.points} - {""} == set(REASONS)
    assert {point.product for point in known.points} - {""} <= {row.code for row in vaccines.products()}
    assert all(point.words.zh and point.words.en for point in known.points)
    assert system("x").is_system and world.TOWN == TOWN
