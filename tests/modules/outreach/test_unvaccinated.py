"""The unvaccinated ledger: who is on it, what narrows it, who sees it; and the lists that are fed back to the villages."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON, SECOND, TOWN
from yingjie.areas import unit_actions
from yingjie.doses.models import Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import User
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import feedback, saved_views, unvaccinated, unvaccinated_actions
from yingjie.outreach.models import SavedView, UnvaccinatedIssue
from yingjie.outreach.unvaccinated import Narrowed
from yingjie.people.models import Employment, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def residents(here: None) -> dict[str, Person]:
    people = {
        "todo": county.resident("Todo"),
        "old": county.resident("Old", born=1935, address="村东1号"),
        "refused": county.resident("Refused"),
        "frail": county.resident("Frail", area=SECOND),
        "away": county.resident("Away", whereabouts="away"),
        "once": county.resident("Once"),
        "done": county.resident("Done"),
        "child": county.resident("Child", born=2020),
        "gone": county.resident("Gone", left_on=date(2021, 6, 1)),
        "foreign": county.resident("Foreign", area=FOREIGN),
    }
    county.visit(people["refused"], "refused", "afraid")
    county.visit(people["frail"], "medical", "chronic_illness", by="李医生")
    county.dose(people["once"], 1, DAY - timedelta(days=40))
    for number, days in ((1, 60), (2, 30)):
        county.dose(people["done"], number, DAY - timedelta(days=days))
    return people


def names(actor: Any, **narrowed: Any) -> list[str]:
    found = unvaccinated.rows(actor, Narrowed(**narrowed), "name", 0, 50)
    assert unvaccinated.count(actor, Narrowed(**narrowed)) == len(found)
    assert [row.id for row in unvaccinated.every(actor, Narrowed(**narrowed), "name")] == [
        row.id for row in found
    ]
    return [row.name for row in found]


def test_who_is_missing_a_dose_is_on_it(lead: Any) -> None:
    assert names(lead) == ["Away", "Frail", "Old", "Once", "Refused", "Todo"]
    assert names(lead, dose=1) == ["Away", "Frail", "Old", "Refused", "Todo"]
    assert names(lead, dose=2) == ["Once"]
    assert unvaccinated.by_dose(lead, TOWN) == {1: 5, 2: 1, 3: 1}


def test_counts_by_dose_are_those_of_the_lists_also_where_one_dose_was_the_whole_course(lead: Any) -> None:
    single = county.resident("Single")
    county.dose(single, 1, DAY - timedelta(days=50))
    Standing.objects.unscoped("test").filter(person=single).update(
        primary_number=1, primary_on=DAY - timedelta(days=50)
    )
    assert unvaccinated.by_dose(lead, TOWN) == {1: 5, 2: 2, 3: 1}
    assert {number: len(names(lead, dose=number)) for number in (1, 2, 3)} == {1: 5, 2: 2, 3: 1}
    assert "Single" not in names(lead)


def test_filters_combine(lead: Any) -> None:
    assert names(lead, term="declined") == ["Refused"]
    assert names(lead, area_code=SECOND) == ["Frail"]
    assert names(lead, age_band="80+", dose=1) == ["Old"]
    assert names(lead, age_band="80+", dose=2) == []
    assert names(lead, reason="afraid") == ["Refused"]
    assert names(lead, reason="health") == ["Frail"]
    assert names(lead, officer="李医生") == ["Frail"]
    assert names(lead, band="deferred") == ["Frail"]
    assert names(lead, band="healthy", term="to_do") == ["Old", "Once", "Todo"]
    assert names(lead, text="on") == ["Once"]
    assert names(lead, text="某某") == names(lead, text="1234567") == []


def test_by_line_and_unit(lead: Any, residents: dict[str, Person]) -> None:
    made = unit_actions.open_unit(by=lead, area_code=FIRST, name="甲厂", kind="factory")
    Employment.objects.create(person=residents["todo"], unit=made, from_on=DAY)
    Employment.objects.create(person=residents["refused"], unit=made, from_on=DAY, main=False)
    assert names(lead, line="economy_trade") == ["Todo"]
    assert names(lead, unit_id=str(made.pk)) == ["Todo"]
    assert names(lead, line="none", area_code=FIRST) == ["Away", "Old", "Once", "Refused"]
    row = unvaccinated.rows(lead, Narrowed(line="economy_trade"), "name", 0, 5)[0]
    assert (row.unit, row.line) == ("甲厂", "economy_trade")


def test_a_row_says_status_and_never_a_diagnosis_to_who_may_not_know(
    lead: Any, residents: dict[str, Person]
) -> None:
    rows = {row.name: row for row in unvaccinated.rows(lead, Narrowed(), "name", 0, 50)}
    assert {name: row.status for name, row in rows.items()} == {
        "Away": "away", "Frail": "deferred", "Old": "due", "Once": rows["Once"].status, "Refused": "declined", "Todo": "due",
    }  # fmt: skip
    assert (rows["Refused"].officer, rows["Refused"].visited_on) == ("王主任", DAY - timedelta(days=1))
    assert rows["Frail"].reason == "chronic_illness"
    auditor = actor_for(county.user("auditor"))
    told = {row.name: row.reason for row in unvaccinated.rows(auditor, Narrowed(), "name", 0, 50)}
    assert told["Frail"] == "health"
    assert "chronic_illness" not in unvaccinated.reasons_for(auditor)


def test_nobody_sees_another_township(lead: Any) -> None:
    assert names(actor_for(county.user("town_lead", "110117002", "other"))) == ["Foreign"]
    assert names(actor_for(county.user("grid_worker", SECOND))) == ["Frail"]
    assert names(lead, area_code=FOREIGN) == []


def test_the_page_its_export_and_a_kept_view() -> None:
    client = county.signed_in(county.user("town_lead"))
    page = client.get("/outreach/unvaccinated/?dose=1&term=declined").content.decode()
    assert "Refused" in page and "Todo" not in page and "担心不良反应" in page and "拒绝" in page
    kept = client.post("/outreach/unvaccinated/views/", {"title": "拒绝的", "query": "term=declined"})
    assert (kept.status_code, kept["Location"]) == (302, "/outreach/unvaccinated/?term=declined")
    (view,) = saved_views.views(_actor("town_lead"), "unvaccinated")
    assert (view.title, view.query) == ("拒绝的", "term=declined")
    assert "拒绝的" in client.get("/outreach/unvaccinated/").content.decode()
    stranger = county.signed_in(county.user("grid_worker", FIRST))
    assert stranger.post(f"/outreach/unvaccinated/views/{view.id}/forget/").status_code == 404
    assert SavedView.objects.count() == 1
    assert client.post(f"/outreach/unvaccinated/views/{view.id}/forget/").status_code == 302
    assert not SavedView.objects.exists()
    file = client.get("/outreach/unvaccinated/?dose=2&export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content))).active
    assert [cell.value for cell in sheet["A"]][1] == "Once"
    assert Entry.objects.filter(verb="list.export").count() == 1
    assert stranger.get("/outreach/unvaccinated/?export=xlsx").status_code == 403


def _actor(username: str) -> Any:
    return actor_for(User.objects.get(username=username))


def test_the_days_lists_are_frozen_and_tell_what_changed(lead: Any, residents: dict[str, Person]) -> None:
    with clock.at(NOON - timedelta(days=1)):
        assert unvaccinated_actions.issue_unvaccinated(by=lead, area_code=TOWN) == 2
    county.dose(residents["old"])
    Person.objects.unscoped("test").filter(pk=residents["away"].pk).update(left_on=DAY)
    county.resident("Newcomer")
    assert unvaccinated_actions.issue_unvaccinated(by=lead, area_code=FIRST) == 1
    found = feedback.day_list(lead, FIRST, DAY)
    assert sorted(row.name for row in found.rows) == ["Newcomer", "Old", "Once", "Refused", "Todo"]
    assert [row.name for row in found.rows if row.person_id in found.new] == ["Newcomer"]
    assert {(each.row.name, each.now) for each in found.closed} == {("Away", "left")}
    before = feedback.day_list(lead, FIRST, DAY - timedelta(days=1))
    assert (len(before.rows), before.before_on) == (5, None)
    issue = UnvaccinatedIssue.objects.unscoped("test").get(on=DAY)
    assert issue.sha256 == feedback.hash_of(issue.rows)
    assert [(row.area.code, row.on, row.people, row.before) for row in feedback.overview(lead, TOWN)] == [
        (FIRST, DAY, 5, 5),
        (SECOND, DAY - timedelta(days=1), 1, None),
    ]
    assert feedback.missing(lead, DAY) == 1


def test_a_list_is_made_once_a_day(lead: Any) -> None:
    unvaccinated_actions.issue_unvaccinated(by=lead, area_code=TOWN)
    with pytest.raises(unvaccinated_actions.ListMade):
        unvaccinated_actions.issue_unvaccinated(by=lead, area_code=FIRST)
    assert UnvaccinatedIssue.objects.unscoped("test").count() == 2


def test_lists_are_made_by_a_township_for_its_own_villages(lead: Any) -> None:
    officer = actor_for(county.user("village_officer", FIRST))
    for actor, code in ((officer, FIRST), (lead, FOREIGN)):
        with pytest.raises(NotAllowed):
            unvaccinated_actions.issue_unvaccinated(by=actor, area_code=code)
    assert not UnvaccinatedIssue.objects.unscoped("test").exists()


def test_a_village_opens_and_takes_its_list_and_nobody_elses() -> None:
    unvaccinated_actions.issue_unvaccinated(by=system("test"), area_code="110117")
    officer = county.user("village_officer", FIRST)
    client = county.signed_in(officer)
    page = client.get(f"/outreach/unvaccinated/lists/{FIRST}/").content.decode()
    assert "Refused" in page and "慢性病" not in page
    file = client.get(f"/outreach/unvaccinated/lists/{FIRST}/{DAY}/list.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    names = [row[0].value for row in book.worksheets[0].iter_rows(min_row=3) if isinstance(row[1].value, int)]
    assert sorted(names) == ["Away", "Old", "Once", "Refused", "Todo"]
    assert "the village_officer" in str(book.worksheets[0].cell(book.worksheets[0].max_row, 1).value)
    assert Entry.objects.filter(verb="outreach.take_list").count() == 1
    for code in (SECOND, FOREIGN):
        assert client.get(f"/outreach/unvaccinated/lists/{code}/{DAY}/").status_code == 404
        assert client.get(f"/outreach/unvaccinated/lists/{code}/{DAY}/list.xlsx").status_code == 404
    with pytest.raises(NotFound):
        feedback.day_list(actor_for(officer), SECOND, DAY)
