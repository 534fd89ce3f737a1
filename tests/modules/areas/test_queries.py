"""Who sees which areas, and what a written name means."""

from __future__ import annotations

import pytest

from tests.modules.areas.conftest import actor
from yingjie.areas import actions, queries
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.refusals import NotFound

TOWN = "110117001"
VILLAGE = "110117001001"


def test_area_and_children_below_ones_own(county: str) -> None:
    lead = actor("town_lead", TOWN)
    town = queries.area(lead, TOWN)
    assert (town.code, town.level, town.parent_code, town.is_open) == (TOWN, "town", "110117", True)
    children = queries.child_rows(lead, TOWN)
    assert [row.area.code for row in children] == [row.code for row in queries.villages_under(lead, TOWN)]
    assert all(row.area.level == "village" and row.children == 0 for row in children)


@pytest.mark.parametrize("code", ["110117", "110117002", "110118", "nothing"])
def test_foreign_areas_are_not_found(county: str, code: str) -> None:
    lead = actor("town_lead", TOWN)
    for read in (queries.area, queries.area_page, queries.children, queries.place_book):
        with pytest.raises(NotFound):
            read(lead, code)  # type: ignore[operator]
    assert queries.villages_under(lead, code) == (
        [] if code != "110117" else queries.villages_under(lead, TOWN)
    )


def test_children_count_only_open_areas(county: str, lead: Actor) -> None:
    first = actions.add_local(by=lead, parent_code=VILLAGE, name="一")
    second = actions.add_local(by=lead, parent_code=VILLAGE, name="二")
    from yingjie.foundation import clock

    actions.merge(by=lead, code=first.code, into=second.code, on=clock.today(), reason="")
    assert [row.children for row in queries.child_rows(lead, TOWN) if row.area.code == VILLAGE] == [1]
    assert [row.name for row in queries.children(lead, VILLAGE)] == ["二"]
    assert [row.name for row in queries.children(lead, VILLAGE, closed=True)] == ["一", "二"]


def test_home_area(county: str) -> None:
    assert queries.home_area(actor("town_lead", TOWN)).code == TOWN  # type: ignore[union-attr]
    two = Actor(name="t", held=(Held("grid_worker", VILLAGE), Held("town_lead", TOWN)))
    assert queries.home_area(two).code == TOWN  # type: ignore[union-attr]
    assert queries.home_area(system("test")).code == "110117"  # type: ignore[union-attr]
    assert queries.home_area(Actor(name="nobody")) is None


def test_places_are_said_as_a_clerk_says_them(county: str, lead: Actor) -> None:
    grid = actions.add_local(by=lead, parent_code=VILLAGE, name="第一网格")
    names = queries.names([TOWN, VILLAGE])
    said = queries.places([grid.code, TOWN, "110117"])
    assert said[grid.code] == f"{names[TOWN]} · {names[VILLAGE]} · 第一网格"
    assert (said[TOWN], said["110117"]) == (names[TOWN], "平谷区")


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("崔家庄", "exact", None),
        ("马坊镇", "exact", None),
        ("东高村镇崔家庄", "exact", None),
        ("无此村", "none", None),
    ],
)
def test_resolve(county: str, lead: Actor, text: str, kind: str, code: str | None) -> None:
    answer = queries.resolve(lead, text, "110117")
    assert answer.kind == kind
    assert len(answer.candidates) == (1 if kind == "exact" else 0)


def test_resolve_stays_inside(county: str) -> None:
    outside = queries.villages_under(system("test"), "110117002")[0]
    answer = queries.resolve(actor("town_lead", TOWN), outside.name, TOWN)
    assert all(row.code.startswith(TOWN) for row in answer.candidates)
    assert answer.kind != "exact"


def test_search_by_name_alias_pinyin_and_code(county: str, lead: Actor) -> None:
    for text in ("马坊镇", "马坊", "mafang", "mfdq"):
        assert "马坊地区" in [row.name for row in queries.search(lead, text)], text
    assert queries.search(lead, VILLAGE)[0].code == VILLAGE
    assert queries.search(lead, " ") == []
    assert queries.search(actor("town_lead", "110118001"), "马坊") == []
