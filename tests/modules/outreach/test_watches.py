"""暂缓人员监测 (SAF-5): from medical grounds at a door to the doctor's word and back to the list, through the actions and pages."""

from datetime import timedelta
from typing import Any

import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON, TOWN
from vaxkit.vocabulary import Status
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.outreach import appointing, calls, doorstep_actions, duty_actions, watch_actions, watches
from yingjie.outreach.models import DoctorsWord, Watch, WatchCheck
from yingjie.people import actions as people
from yingjie.people import person_page

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"


@pytest.fixture
def worker(lead: Any) -> Any:
    appointing.appoint(by=lead, area_code=FIRST, name="李网格", account="grid1", from_on=DAY)
    return actor_for(county.user("grid_worker", FIRST, "grid1"))


@pytest.fixture
def doctor(here: None) -> Any:
    return actor_for(county.user("health_officer", "110117"))


def states(who: Any, state: str = "") -> list[tuple[str, str]]:
    return [(row.name, row.state) for row in watches.rows(who, watches.Narrowed(state=state), "next_on")]


def refused(code: str, act: Any, **given: Any) -> None:
    before = (
        Entry.objects.count(),
        list(Watch.objects.unscoped(ALL).values()),
        WatchCheck.objects.unscoped(ALL).count(),
    )
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code
    assert before == (
        Entry.objects.count(), list(Watch.objects.unscoped(ALL).values()), WatchCheck.objects.unscoped(ALL).count(),
    )  # fmt: skip


def test_from_the_door_through_checks_and_the_doctors_word_back_to_the_list(
    lead: Any, worker: Any, doctor: Any
) -> None:
    person = county.resident("Frail")
    duty_actions.settle(by=lead, area_code=TOWN)
    doorstep_actions.visit(by=worker, person_id=person.pk, outcome="medical", reason="chronic_illness")
    (row,) = watches.rows(worker, watches.Narrowed(), "next_on")
    assert (row.state, row.monitor, row.account, row.next_on) == (
        "watching",
        "李网格",
        "grid1",
        DAY + timedelta(days=7),
    )
    assert watch_actions.settle(by=lead, area_code=TOWN) == (0, 0)
    refused("outreach.watch_result_unknown", watch_actions.check, by=worker, watch_id=row.id, result="well")
    refused("outreach.watch_numbers_wrong", watch_actions.change, by=lead, watch_id=row.id, monitor="甲", account="", every_days=91,
            next_on=DAY)  # fmt: skip
    with clock.at(NOON + timedelta(days=7)):
        assert watches.due(worker) == watches.due(doctor) == 1 and states(worker, "due") == [("Frail", "due")]
        watch_actions.check(by=worker, watch_id=row.id, result="unchanged", note="血压仍高")
        assert watches.due(worker) == 0
    with clock.at(NOON + timedelta(days=10)):
        watch_actions.check(by=worker, watch_id=row.id, result="stable")
        assert DoctorsWord.objects.unscoped(ALL).get().review_on == DAY + timedelta(days=10)
        assert calls.words_due(doctor) == 1 and states(doctor) == [("Frail", "stable")]
        doorstep_actions.say(by=doctor, person_id=person.pk, word="later", review_on=DAY + timedelta(days=12))
        (row,) = watches.rows(worker, watches.Narrowed(), "next_on")
        assert (row.state, row.next_on) == ("watching", DAY + timedelta(days=12)) and watches.back(
            worker
        ) == 0
    with clock.at(NOON + timedelta(days=12)):
        doorstep_actions.say(by=doctor, person_id=person.pk, word="cleared")
        assert states(worker) == [] and states(worker, "back") == [("Frail", "closed")]
        assert watches.back(worker) == watches.back(lead) == 1
        refused("outreach.watch_closed", watch_actions.check, by=worker, watch_id=row.id, result="stable")
        doorstep_actions.ask_home(by=doctor, person_id=person.pk, because="housebound")
    with clock.at(NOON + timedelta(days=13)):
        doorstep_actions.visit(by=worker, person_id=person.pk, outcome="agreed")
        assert watches.back(worker) == 0
    assert [each.note for each in watches.checks(worker, row.id)] == ["", "血压仍高"]
    auditor = actor_for(county.user("auditor", "110117"))
    assert [each.note for each in watches.checks(auditor, row.id)] == ["", ""]


def test_the_doctors_word_ends_what_put_the_dose_off(doctor: Any, lead: Any) -> None:
    person = county.resident("Feverish")
    for code, until_on in (
        ("fever", DAY + timedelta(days=20)),
        ("hypertension", None),
        ("acute-illness", None),
    ):
        people.add_condition(by=doctor, person_id=person.pk, code=code, from_on=DAY, until_on=until_on)
    assert doses.advice_of(person.pk, DAY).status is Status.DEFERRED
    assert watch_actions.settle(by=lead, area_code=TOWN) == (1, 0)
    (row,) = watches.rows(lead, watches.Narrowed(), "next_on")
    with clock.at(NOON + timedelta(days=3)):
        watch_actions.check(by=lead, watch_id=row.id, result="stable")
        people.add_condition(by=doctor, person_id=person.pk, code="allergy-to-component")
        refused(
            "outreach.word_against_record",
            doorstep_actions.say,
            by=doctor,
            person_id=person.pk,
            word="cleared",
        )
        people.end_condition(by=doctor, person_id=person.pk, code="allergy-to-component")
        doorstep_actions.say(by=doctor, person_id=person.pk, word="cleared")
        assert doses.advice_of(person.pk, clock.today()).status is Status.DUE
        assert person_page.condition_codes([person.pk], clock.today()) == {
            person.pk: frozenset({"hypertension"})
        }
        assert states(lead, "back") == [("Feverish", "closed")]


def test_the_night_begins_and_ends_watches_by_where_people_stand(lead: Any) -> None:
    sick, shot, gone = (county.resident(name) for name in ("Sick", "Shot", "Gone"))
    for person in (sick, shot, gone):
        county.visit(person, "medical", "chronic_illness")
    assert watch_actions.settle(by=lead, area_code=TOWN) == (3, 0)
    county.dose(shot), county.dose(shot, 2)
    gone.left_on = DAY
    gone.save()
    county.visit(sick, "thinking", "afraid", days_ago=0)
    assert watch_actions.settle(by=lead, area_code=TOWN) == (0, 3)
    ended = Watch.objects.unscoped(ALL).values_list("person__name", "ended")
    assert dict(ended) == {"Sick": "over", "Shot": "vaccinated", "Gone": "gone"}
    assert watch_actions.settle(by=lead, area_code=TOWN) == (0, 0)


def test_the_pages_and_nothing_of_the_neighbours(lead: Any, worker: Any) -> None:
    person, foreign = county.resident("Frail"), county.resident("Elsewhere", FOREIGN)
    for each in (person, foreign):
        county.visit(each, "medical", "chronic_illness")
        watch_actions.begin([each.pk])
    own, other = (Watch.objects.unscoped(ALL).get(person=each) for each in (person, foreign))
    client = county.signed_in(county.user("grid_worker", FIRST, "grid2"))
    for language in ("zh-hans", "en"):
        client.cookies["yingjie_language"] = language
        page = client.get("/outreach/deferred/").content.decode()
        assert "Frail" in page and "Elsewhere" not in page
        assert client.get(f"/outreach/deferred/{own.pk}/").status_code == 200
    assert client.get(f"/outreach/deferred/{own.pk}/change/").status_code == 200
    assert client.post(f"/outreach/deferred/{own.pk}/", {"result": "stable"}).status_code == 302
    for path in (f"{other.pk}/", f"{other.pk}/change/"):
        assert client.get(f"/outreach/deferred/{path}").status_code == 404
        assert client.post(f"/outreach/deferred/{path}", {"result": "stable"}).status_code == 404
    with pytest.raises(NotFound):
        watch_actions.check(by=worker, watch_id=other.pk, result="stable")
    auditor = actor_for(county.user("auditor", "110117"))
    with pytest.raises(NotAllowed):
        watch_actions.check(by=auditor, watch_id=other.pk, result="stable")
