"""Reasons by area and age lead to the very people counted; who goes first, with whoever lives with them."""

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import openpyxl
import pytest

from tests.modules.outreach import county
from tests.modules.outreach.county import FIRST, FOREIGN, NOON, SECOND, TOWN
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import lead_groups, queries, screen, unvaccinated
from yingjie.outreach.lead_groups import ALL, FAMILY
from yingjie.outreach.unvaccinated import Narrowed
from yingjie.people.models import Person, PersonCategory

pytestmark = pytest.mark.usefixtures("here")


def named(asked: str) -> Narrowed:
    query = dict(parse_qsl(urlsplit(asked).query))
    return Narrowed(
        area_code=query["area"], reason=query["reason"], age_band=query.get("age", ""), group=query.get("group", "")
    )  # fmt: skip


def test_every_figure_of_the_reasons_is_its_list(lead: Any) -> None:
    heard = (
        ("thinking", "afraid"),
        ("refused", "refuses"),
        ("medical", "chronic_illness"),
        ("away", "away_for_work"),
    )
    for nth in range(24):
        person = county.resident(f"P{nth}", (FIRST, SECOND)[nth % 2], 1928 + 3 * nth)
        outcome, reason = heard[nth % 4]
        county.visit(person, outcome, reason, days_ago=3)
        if nth % 5 == 0:
            county.visit(person, "not_met", days_ago=1)
        if nth % 7 == 0:
            county.dose(person), county.dose(person, 2)
    found = queries.reasons(lead, TOWN)
    cells = [
        cell
        for table in (screen.by_area(lead, found), screen.by_age(lead, found))
        for row in (*table.rows, table.total)
        for cell in row[2]
    ]
    assert sum(bool(url) for _words, _count, url in cells) >= 12
    for _words, count, url in cells:
        assert bool(url) is bool(count)
        if url:
            assert unvaccinated.count(lead, named(url)) == count
    assert found.total.total == sum(row.total for row in found.by_age)
    nurse = actor_for(county.user("health_officer", "110117"))
    urls = [cell[2] for row in screen.by_area(nurse, queries.reasons(nurse, TOWN)).rows for cell in row[2]]
    assert not any("chronic_illness" in url for url in urls)


def group(person: Person, code: str) -> None:
    PersonCategory.objects.create(
        person=person, code=code, from_on=date(2020, 1, 1), by="t", recorded_at=NOON
    )


def test_who_goes_first_counts_with_families_and_everybody_once(lead: Any) -> None:
    home = UUID(int=7)
    member = county.resident("Member", FIRST, 1970, household_id=home)
    wife = county.resident("Wife", FIRST, 1972, household_id=home)
    both = county.resident("Both", SECOND, 1960)
    for person, code in ((member, "party_member"), (both, "party_member"), (both, "official")):
        group(person, code)
    group(county.resident("Former", SECOND, 1961), "courier")
    group(county.resident("Elsewhere", FOREIGN, 1960), "party_member")
    county.dose(member), county.dose(both), county.dose(both, 2)
    found = lead_groups.board(lead, TOWN)
    told = {
        code: (row.people, row.first, row.full, row.to_do)
        for code, row in found.by_group.items()
        if row.people
    }
    assert told == {
        "party_member": (2, 2, 1, 1), "official": (1, 1, 1, 0), FAMILY: (1, 0, 0, 1), ALL: (3, 2, 1, 2),
    }  # fmt: skip
    assert {code: row.people for (code, _name), row in found.by_area.items()} == {FIRST: 2, SECOND: 1}
    listed = [row.name for row in unvaccinated.rows(lead, Narrowed(group=FAMILY), "place", 0, 9)]
    assert listed == [wife.name] and unvaccinated.count(lead, Narrowed(group="party_member")) == 1
    with pytest.raises(NotFound):
        lead_groups.board(lead, "110117002")


def test_the_pages_and_files(lead: Any) -> None:
    county.visit(county.resident("Wary"), "thinking", "afraid")
    group(county.resident("Member", FIRST, 1970), "party_member")
    client = county.signed_in(county.user("town_lead", name="page-lead"))
    for language, word in (("zh-hans", "党员"), ("en", "Party members")):
        client.cookies["yingjie_language"] = language
        assert word in client.get("/outreach/lead-groups/").content.decode()
        assert client.get(f"/outreach/lead-groups/{FIRST}/").status_code == 200
        assert "reason=afraid" in client.get("/outreach/reasons/").content.decode()
    for kind, path in (("reasons", "reasons"), ("lead-groups", "groups")):
        answer = client.get(f"/outreach/{kind}/{TOWN}/{path}.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert len(book.sheetnames) == 2
        for language in ("zh-hans", "en"):
            client.cookies["yingjie_language"] = language
            assert client.get(f"/outreach/{kind}/110117002/").status_code == 404
            assert client.get(f"/outreach/{kind}/110117002/{path}.xlsx").status_code == 404
