"""The tree changes, and nothing that happened to it is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.modules.areas.conftest import actor
from yingjie.areas import actions, queries, refusals
from yingjie.areas.models import Area, AreaChange, AreaName
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people.models import Person
from yingjie.sites.models import Site

TOWN = "110117001"
VILLAGE = "110117001001"
OTHER = "110117001002"
EVERY = "a test looks at everything"


def areas() -> list[tuple[str, str, date | None]]:
    return list(Area.objects.unscoped(EVERY).order_by("code").values_list("code", "name", "closed_on"))


def person(area_code: str) -> Person:
    return Person.objects.create(
        area_id=area_code, name="甲乙", pinyin="jiayi jy", sex="female", birth_on=date(1950, 1, 1),
        registered_on=clock.today(), source="test",
    )  # fmt: skip


def refused(error: type[Refusal], verb: object, **arguments: object) -> Refusal:
    """The refusal; asserts that the tree and its history did not change."""
    before = areas(), AreaChange.objects.unscoped(EVERY).count(), Entry.objects.count()
    with pytest.raises(error) as caught:
        verb(**arguments)  # type: ignore[operator]
    assert (areas(), AreaChange.objects.unscoped(EVERY).count(), Entry.objects.count()) == before
    return caught.value


# --- loading ---------------------------------------------------------------------------------------


def test_load_brings_the_county_with_its_ancestors(county: str) -> None:
    levels = {
        level: Area.objects.unscoped(EVERY).filter(level=level).count() for level in ("province", "city")
    }
    assert levels == {"province": 1, "city": 1}
    assert queries.path(VILLAGE)[:3] == (
        queries.AreaRow("11", "北京市", "province", None),
        queries.AreaRow("1101", "市辖区", "city", "11"),
        queries.AreaRow("110117", "平谷区", "county", "1101"),
    )
    assert queries.level_counts(system("test"), county) == {"town": 18, "village": 323}
    popular = AreaName.objects.unscoped(EVERY).filter(kind="popular", name="马坊镇").get()
    assert popular.area.name == "马坊地区"


def test_load_twice_changes_nothing(county: str) -> None:
    before = areas(), AreaName.objects.unscoped(EVERY).count()
    again = actions.load_county(by=system("test"), code=county)
    assert again == 344
    assert (areas(), AreaName.objects.unscoped(EVERY).count()) == before


def test_load_leaves_a_renamed_area_alone(county: str, lead: Actor) -> None:
    actions.rename(by=lead, code=VILLAGE, name="新名村", on=clock.today(), reason="")
    actions.load_county(by=system("test"), code=county)
    assert queries.names([VILLAGE]) == {VILLAGE: "新名村"}


@pytest.mark.parametrize("code", ["110999", "1101", "110117001", "平谷", ""])
def test_load_refuses_what_is_no_county(db: None, code: str) -> None:
    assert refused(refusals.UnknownCounty, actions.load_county, by=system("test"), code=code).code == (
        "areas.unknown_county"
    )


def test_load_needs_the_permission(db: None) -> None:
    refused(NotAllowed, actions.load_county, by=actor("town_lead", "110117"), code="110117")
    refused(NotAllowed, actions.load_county, by=actor("county_lead", "110118"), code="110117")


# --- local areas -----------------------------------------------------------------------------------


def test_grids_and_micro_grids_count_up_and_no_number_comes_again(county: str, lead: Actor) -> None:
    first = actions.add_local(by=lead, parent_code=VILLAGE, name="第一网格")
    second = actions.add_local(by=lead, parent_code=VILLAGE, name="第二网格")
    micro = actions.add_local(by=lead, parent_code=second.code, name="1号楼")
    assert (first.code, second.code, micro.code) == (VILLAGE + "01", VILLAGE + "02", VILLAGE + "0201")
    assert (first.level, micro.level, micro.opened_on) == ("grid", "micro_grid", clock.today())
    actions.merge(by=lead, code=second.code, into=first.code, on=clock.today(), reason="")
    third = actions.add_local(by=lead, parent_code=VILLAGE, name="第三网格")
    assert third.code == VILLAGE + "03"


def test_local_areas_are_refused_elsewhere(county: str, lead: Actor) -> None:
    grid = actions.add_local(by=lead, parent_code=VILLAGE, name="第一网格")
    micro = actions.add_local(by=lead, parent_code=grid.code, name="1号楼")
    for parent in (TOWN, micro.code):
        refused(refusals.NotALocalParent, actions.add_local, by=lead, parent_code=parent, name="网格")
    refused(refusals.NameTaken, actions.add_local, by=lead, parent_code=VILLAGE, name=" 第一网格 ")
    for name in ("", "  ", "长" * 65):
        refused(refusals.NameMissing, actions.add_local, by=lead, parent_code=VILLAGE, name=name)
    actions.merge(by=lead, code=VILLAGE, into=OTHER, on=clock.today(), reason="")
    refused(refusals.AreaClosed, actions.add_local, by=lead, parent_code=VILLAGE, name="网格")


def test_numbers_are_used_up_after_99(county: str, lead: Actor) -> None:
    Area.objects.bulk_create([actions._local(VILLAGE + "99", "末", "grid", VILLAGE)])
    error = refused(refusals.NumbersUsedUp, actions.add_local, by=lead, parent_code=VILLAGE, name="网格")
    assert error.code == "areas.numbers_used_up"


def test_foreign_areas_are_not_found(county: str) -> None:
    neighbour = actor("county_lead", "110118")
    today = clock.today()
    refused(NotFound, actions.add_local, by=neighbour, parent_code=VILLAGE, name="网格")
    refused(NotFound, actions.rename, by=neighbour, code=VILLAGE, name="甲", on=today, reason="")
    refused(NotFound, actions.merge, by=neighbour, code=VILLAGE, into=OTHER, on=today, reason="")
    refused(NotFound, actions.rename, by=system("test"), code="999999", name="甲", on=today, reason="")
    refused(NotAllowed, actions.add_local, by=actor("town_lead", TOWN), parent_code=VILLAGE, name="网格")


# --- renaming --------------------------------------------------------------------------------------


def test_renamed_area_is_found_under_both_names(county: str, lead: Actor) -> None:
    former = queries.names([VILLAGE])[VILLAGE]
    on = clock.today() - timedelta(days=3)
    actions.rename(by=lead, code=VILLAGE, name="幸福里社区居委会", on=on, reason="county order 7")
    for text in (former, "幸福里", "幸福里社区"):
        answer = queries.resolve(lead, text, "110117")
        assert (answer.kind, [row.code for row in answer.candidates]) == ("exact", [VILLAGE]), text
    change = AreaChange.objects.unscoped(EVERY).get()
    assert (change.kind, change.on, change.from_name, change.to_name, change.by) == (
        "rename", on, former, "幸福里社区居委会", lead.name,
    )  # fmt: skip
    assert Entry.objects.filter(verb="areas.rename", subject_id=VILLAGE, area_code=VILLAGE).count() == 1


def test_renaming_back_leaves_no_former_name_equal_to_the_present(county: str, lead: Actor) -> None:
    former = queries.names([VILLAGE])[VILLAGE]
    actions.rename(by=lead, code=VILLAGE, name="幸福里村", on=clock.today(), reason="")
    actions.rename(by=lead, code=VILLAGE, name=former, on=clock.today(), reason="")
    kept = AreaName.objects.unscoped(EVERY).filter(area_id=VILLAGE, kind="former")
    assert [name.name for name in kept] == ["幸福里村"]


def test_renames_that_are_refused(county: str, lead: Actor) -> None:
    name, other = (queries.names([code])[code] for code in (VILLAGE, OTHER))
    today = clock.today()
    arguments = {"by": lead, "code": VILLAGE, "on": today, "reason": ""}
    refused(refusals.SameName, actions.rename, **arguments, name=name)
    refused(refusals.NameTaken, actions.rename, **arguments, name=other)
    refused(refusals.NameMissing, actions.rename, **arguments, name=" ")
    arguments["on"] = today + timedelta(days=1)
    refused(refusals.DayToCome, actions.rename, **arguments, name="新名村")


# --- merging ---------------------------------------------------------------------------------------


def test_merge_moves_everything_that_hangs_on_the_village(county: str, lead: Actor) -> None:
    grid = actions.add_local(by=lead, parent_code=VILLAGE, name="第一网格")
    micro = actions.add_local(by=lead, parent_code=grid.code, name="1号楼")
    there = actions.add_local(by=lead, parent_code=OTHER, name="第一网格")
    people = [person(code) for code in (VILLAGE, grid.code, micro.code, OTHER, "110117001003")]
    site = Site.objects.create(
        area_id=VILLAGE, code="S1", name="s", kind="temporary", opened_on=clock.today()
    )
    user = User.objects.create(username="u", display_name="u", created_at=clock.now())
    grant = Grant.objects.create(
        user=user, role="village_officer", area_code=VILLAGE, from_on=clock.today(), granted_by="t"
    )
    names = queries.names([VILLAGE, OTHER])
    actions.merge(by=lead, code=VILLAGE, into=OTHER, on=clock.today(), reason="county order 8")
    for row in (*people, site, grant):
        row.refresh_from_db()
    assert [row.area_id for row in people] == [
        OTHER, OTHER + "02", OTHER + "0201", OTHER, "110117001003",
    ]  # fmt: skip
    assert (site.area_id, grant.area_code, there.code) == (OTHER, OTHER, OTHER + "01")
    moved = queries.area(lead, OTHER + "02")
    assert (moved.name, moved.level) == (f"{names[VILLAGE]} 第一网格", "grid")
    closed = Area.objects.unscoped(EVERY).filter(closed_on__isnull=False).order_by("code")
    assert [(area.code, area.successor_id) for area in closed] == [
        (VILLAGE, OTHER), (grid.code, OTHER + "02"), (micro.code, OTHER + "0201"),
    ]  # fmt: skip
    history = AreaChange.objects.unscoped(EVERY).filter(kind="merge").order_by("area")
    assert [(change.area_id, change.into_id, change.rows_moved) for change in history] == [
        (VILLAGE, OTHER, 2), (grid.code, OTHER + "02", 1), (micro.code, OTHER + "0201", 1),
    ]  # fmt: skip
    entry = Entry.objects.get(verb="areas.merge")
    assert (entry.facts["rows"], entry.facts["into"]) == (4, OTHER)


def test_merged_village_is_found_by_its_old_names_and_code(county: str, lead: Actor) -> None:
    names = queries.names([VILLAGE, OTHER])
    actions.merge(by=lead, code=VILLAGE, into=OTHER, on=clock.today(), reason="")
    for text in (names[VILLAGE], names[OTHER], VILLAGE):
        answer = queries.resolve(lead, text, "110117")
        assert (answer.kind, answer.candidates[0].code) == ("exact", OTHER), text
    actions.merge(by=lead, code=OTHER, into="110117001003", on=clock.today(), reason="")
    assert queries.resolve(lead, names[VILLAGE], "110117").candidates[0].code == "110117001003"
    assert VILLAGE not in [row.code for row in queries.villages_under(lead, TOWN)]


def test_bulletins_stay_with_the_village_that_they_speak_of(county: str) -> None:
    moved = {(model.__name__, column) for model, column in actions._columns_to_move()}
    assert moved >= {
        ("Person", "area_id"),
        ("RosterImport", "area_id"),
        ("Site", "area_id"),
        ("Unit", "area_id"),
    }
    assert not {model for model, _column in moved} & {
        "Area",
        "Bulletin",
        "UnvaccinatedIssue",
        "ReportedFigures",
    }


def test_merges_that_are_refused(county: str, lead: Actor) -> None:
    today = clock.today()
    grid = actions.add_local(by=lead, parent_code=VILLAGE, name="第一网格")
    arguments = {"by": lead, "on": today, "reason": ""}
    refused(refusals.MergeIntoItself, actions.merge, **arguments, code=VILLAGE, into=VILLAGE)
    refused(refusals.LevelNotMerged, actions.merge, **arguments, code=TOWN, into="110117002")
    refused(refusals.OtherLevel, actions.merge, **arguments, code=grid.code, into=OTHER)
    tomorrow = arguments | {"on": today + timedelta(days=1)}
    refused(refusals.DayToCome, actions.merge, **tomorrow, code=VILLAGE, into=OTHER)
    actions.merge(**arguments, code=VILLAGE, into=OTHER)
    refused(refusals.AreaClosed, actions.merge, **arguments, code=VILLAGE, into="110117001003")
    refused(refusals.AreaClosed, actions.merge, **arguments, code="110117001003", into=VILLAGE)


def test_counties_are_not_mixed(county: str) -> None:
    actions.load_county(by=system("test"), code="110118")
    neighbour = queries.villages_under(system("test"), "110118")[0].code
    error = refused(
        refusals.OtherCounty, actions.merge, by=system("test"), code=VILLAGE, into=neighbour,
        on=clock.today(), reason="",
    )  # fmt: skip
    assert error.code == "areas.other_county"
