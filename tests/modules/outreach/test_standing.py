"""Officers side by side by a fair rule, the least number to win over, and offices that help villages."""

from datetime import timedelta
from typing import Any

import pytest

from tests.modules import campaign as world
from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON, SECOND, TOWN
from yingjie.areas import unit_actions
from yingjie.bookings.models import Session
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach import (
    appointing,
    charging,
    doorstep_actions,
    duties,
    home_requests,
    officer_ranking,
    teams,
)
from yingjie.outreach.models import Charge, Officer
from yingjie.people.models import Person

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"


def charge(officer: Officer, *people: Person, closed: bool = False) -> None:
    for person in people:
        ended = {"until_on": DAY, "ended": "closed"} if closed else {}
        Charge.objects.create(
            person=person, officer=officer, from_on=DAY - timedelta(days=9), why="kept", by="t", **ended
        )


def won(officer: Officer, number: int, area: str = FIRST) -> None:
    for nth in range(number):
        person = county.resident(f"Won{nth}", area)
        county.dose(person)
        charge(officer, person, closed=True)


def test_places_go_by_what_can_be_won_and_a_refusal_counts_against_nobody(lead: Any) -> None:
    few, many, none, chief = (
        appointing.appoint(by=lead, area_code=area, name=name, kind=kind)
        for name, area, kind in (
            ("少", FIRST, "officer"),
            ("多", SECOND, "officer"),
            ("空", FIRST, "officer"),
            ("长", TOWN, "leader"),
        )
    )
    won(few, 2), won(many, 6)
    charge(many, county.resident("Open"))
    declined, ill, away, moved = (county.resident(name) for name in ("No", "Ill", "Away", "Moved"))
    county.visit(declined, "refused", "refuses"), county.visit(ill, "medical", "chronic_illness")
    county.visit(away, "away", "away_for_work")
    charge(few, declined, ill, away)
    charge(few, moved, closed=True)
    before = county.resident("Before")
    county.dose(before, on=DAY - timedelta(days=20))
    charge(none, before)
    found = {row.officer.name: row for row in officer_ranking.ranking(lead, TOWN)}
    assert set(found) == {"少", "多", "空"} and chief.kind == "leader"
    told = {
        name: (row.counts.numerator, row.counts.denominator, row.left_out, row.place)
        for name, row in found.items()
    }
    assert told == {"多": (6, 7, 0, 1), "少": (2, 2, 3, 2), "空": (0, 1, 0, 3)}
    assert [found[name].has_least for name in ("少", "多", "空")] == [True, True, False] and found[
        "空"
    ].missing == 2
    for area in ("110117", "110117002"):
        with pytest.raises(NotFound):
            officer_ranking.ranking(lead, area)


def refused(code: str, act: Any, **given: Any) -> None:
    before = Entry.objects.count(), Charge.objects.unscoped(ALL).count()
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code and before == (
        Entry.objects.count(),
        Charge.objects.unscoped(ALL).count(),
    )


def test_an_office_helps_a_village_and_takes_on_whom_no_officer_has(lead: Any) -> None:
    office = unit_actions.open_unit(by=lead, area_code=FIRST, name="农业农村局", kind="other")
    team = appointing.appoint(by=lead, area_code=FIRST, name="组长", kind="team", unit_id=office.pk, most=3)
    officer = appointing.appoint(by=lead, area_code=FIRST, name="包保人")
    had, *free = (county.resident(f"P{nth}", FIRST, address=f"{nth}号") for nth in range(5))
    charge(officer, had)
    ((office_row,), villages) = teams.offices(lead, TOWN)
    assert (office_row.name, [(each.open, each.nobodys) for each in office_row.teams]) == (
        "农业农村局",
        [(5, 4)],
    )
    assert [code for code, _name in villages] == [SECOND]
    refused("outreach.team_full", teams.take_on, by=lead, officer_id=team.pk, people=4)
    refused("outreach.not_a_team", teams.take_on, by=lead, officer_id=officer.pk, people=1)
    assert teams.take_on(by=lead, officer_id=team.pk, people=3) == 3
    assert set(charging.held_of([person.pk for person in free])) == {person.pk for person in free[:3]}
    refused("outreach.team_full", teams.take_on, by=lead, officer_id=team.pk, people=1)
    appointing.change_officer(by=lead, officer_id=team.pk, least=0, most=9, to_win=4)
    assert teams.take_on(by=lead, officer_id=team.pk, people=5) == 1
    refused("outreach.village_shared_out", teams.take_on, by=lead, officer_id=team.pk, people=1)
    assert duties.officer(lead, team.pk).to_win == 4
    refused(
        "outreach.officer_numbers_wrong",
        appointing.change_officer,
        by=lead,
        officer_id=team.pk,
        least=0,
        most=3,
        to_win=4,
    )
    neighbour = actor_for(county.user("town_lead", "110117002", "neighbour"))
    with pytest.raises(NotFound):
        teams.take_on(by=neighbour, officer_id=team.pk, people=1)
    assert teams.offices(neighbour, "110117002") == ([], [(FOREIGN, "丙村")])


def test_the_pages_and_nothing_of_the_neighbours(lead: Any) -> None:
    team = appointing.appoint(by=lead, area_code=FIRST, name="组长甲", kind="team")
    won(appointing.appoint(by=lead, area_code=FIRST, name="包保人甲"), 2)
    county.resident("Free")
    client, neighbour, village = (
        county.signed_in(county.user(role, code, f"p-{role}-{code}"))
        for role, code in (("town_lead", TOWN), ("town_lead", "110117002"), ("village_officer", SECOND))
    )
    for language in ("zh-hans", "en"):
        client.cookies["yingjie_language"] = language
        assert "包保人甲" in client.get(f"/outreach/duties/{TOWN}/ranking/").content.decode()
        assert "组长甲" in client.get("/outreach/teams/").content.decode()
        assert client.get(f"/outreach/duties/{TOWN}/appoint/?kind=team").status_code == 200
    assert client.get(f"/outreach/duties/{TOWN}/ranking.xlsx").status_code == 200
    assert client.post(f"/outreach/teams/{team.pk}/people/", {"people": 90}).status_code == 409
    for other in (neighbour, village):
        for path in (f"duties/{TOWN}/ranking/", f"duties/{FIRST}/ranking.xlsx"):
            assert other.get(f"/outreach/{path}").status_code == 404
        assert "组长甲" not in other.get("/outreach/teams/").content.decode()
        assert other.post(f"/outreach/teams/{team.pk}/people/", {"people": 1}).status_code in (403, 404)
    assert client.post(f"/outreach/teams/{team.pk}/people/", {"people": 1}).status_code == 302


def test_a_vaccination_at_home_goes_with_a_session_of_the_township(lead: Any) -> None:
    near, far = (world.site(code, area_code=area) for code, area in (("SN", TOWN), ("SF", "110117002")))
    begin = NOON + timedelta(days=2)
    ours, theirs = (
        Session.objects.create(
            site=site, on=begin.date(), from_at=begin, until_at=begin + timedelta(hours=2), products=[world.BIBP], made_by="t",
            made_at=NOON,
        )
        for site in (near, far)
    )  # fmt: skip
    person = county.resident("Frail")
    asked = doorstep_actions.ask_home(by=lead, person_id=person.pk, because="bedridden")
    with pytest.raises(doorstep_actions.SessionElsewhere):
        doorstep_actions.go_on_with_home(by=lead, request_id=asked.pk, step="arrange", session_id=theirs.pk)
    assert home_requests.rows(lead)[0].state == "asked"
    doorstep_actions.go_on_with_home(by=lead, request_id=asked.pk, step="arrange", session_id=ours.pk)
    (row,) = home_requests.rows(lead)
    assert (row.state, row.arranged_on) == ("arranged", begin.date()) and near.name in row.session
    page = (
        county.signed_in(county.user("village_officer", FIRST, "v"))
        .get("/outreach/at-home/")
        .content.decode()
    )
    assert near.name in page
