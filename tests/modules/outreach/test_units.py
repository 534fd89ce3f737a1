"""Units, their people and the lines that answer for them: who counts where, both ways, and what a staff roster brings."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.modules import campaign as tiny
from tests.modules.outreach import county
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, SECOND, TOWN
from yingjie.areas import unit_actions as area_actions
from yingjie.areas import unit_queries as units
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import unit_coverage
from yingjie.people import unit_actions, unit_queries
from yingjie.people.models import Employment

pytestmark = pytest.mark.usefixtures("here")


def test_a_unit_is_answered_for_by_the_line_of_its_kind_and_can_be_given_to_another(lead: Any) -> None:
    school = area_actions.open_unit(by=lead, area_code=FIRST, name="第一小学", kind="school")
    assert (school.line_id, school.line.name_zh) == ("education", "教育")
    area_actions.change_unit(by=lead, unit_id=school.pk, line="civil_affairs")
    assert units.unit(lead, school.pk).line == "civil_affairs"
    area_actions.change_unit(by=lead, unit_id=school.pk, line="")
    assert units.unit(lead, school.pk).line == ""
    assert [row.name for row in units.units(lead, units.Narrowed(text="diyi", line="none"))] == ["第一小学"]
    with pytest.raises(area_actions.UnitNameTaken):
        area_actions.open_unit(by=lead, area_code=FIRST, name="第一小学", kind="other")
    with pytest.raises(area_actions.UnknownKind):
        area_actions.open_unit(by=lead, area_code=FIRST, name="甲", kind="castle")
    for code in (FOREIGN, "110117"):
        with pytest.raises(NotFound):
            area_actions.open_unit(by=lead, area_code=code, name="甲", kind="shop")
    area_actions.close_unit(by=lead, unit_id=school.pk, on=DAY)
    assert units.count(lead, units.Narrowed()) == 0
    with pytest.raises(area_actions.UnitClosed):
        area_actions.change_unit(by=lead, unit_id=school.pk, name="第二小学")


def test_somebody_counts_at_one_unit_only(lead: Any) -> None:
    person = county.resident("Ann")
    first, second = (
        area_actions.open_unit(by=lead, area_code=FIRST, name=n, kind="shop") for n in ("甲店", "乙店")
    )
    unit_actions.employ(by=lead, person_id=person.pk, unit_id=first.pk, position="店员")
    with pytest.raises(unit_actions.AlreadyThere):
        unit_actions.employ(by=lead, person_id=person.pk, unit_id=first.pk)
    unit_actions.employ(by=lead, person_id=person.pk, unit_id=second.pk)
    assert [(row.unit.name, row.main) for row in unit_queries.units_of(lead, person.pk)] == [
        ("乙店", True),
        ("甲店", False),
    ]
    page = (
        county.signed_in(county.user("village_officer", FIRST, "clerk"))
        .get(f"/people/{person.pk}/")
        .content.decode()
    )
    assert "乙店" in page and "甲店 · 店员" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Employment.objects.unscoped("test").filter(unit=first).update(main=True)
    unit_actions.end_employment(by=lead, person_id=person.pk, unit_id=second.pk)
    assert unit_queries.staff(lead, second.pk) == []
    with pytest.raises(NotFound):
        unit_actions.employ(by=lead, person_id=county.resident("Far", FOREIGN).pk, unit_id=first.pk)


def test_both_ways_add_up_to_the_same_people(lead: Any) -> None:
    rng = Random(5)
    made = [area_actions.open_unit(by=lead, area_code=FIRST, name=f"U{n}", kind=kind)
            for n, kind in enumerate(("school", "shop", "factory", "other"))]  # fmt: skip
    for number in range(40):
        person = county.resident(
            f"P{number}", rng.choice((FIRST, SECOND, TOWN)), rng.choice((1950, 1980, 2020))
        )
        for dose in range(1, rng.choice((0, 1, 2)) + 1):
            county.dose(person, dose)
        for place, unit in enumerate(rng.sample(made, rng.randrange(3))):
            Employment.objects.create(person=person, unit=unit, from_on=DAY, main=place == 0)
    found = unit_coverage.board(lead, TOWN)
    assert (found.total.people, sum(each.people for each in found.by_area.values())) == (40, 40)
    for column in ("offered", "first", "full", "to_do"):
        by_line = sum(getattr(each, column) for each in found.by_line.values())
        assert (
            by_line
            == sum(getattr(each, column) for each in found.by_area.values())
            == getattr(found.total, column)
        )
    one = unit_coverage.board(lead, TOWN, "education")
    assert sum(each.people for each in one.by_area.values()) == found.by_line["education"].people
    assert (found.units["education"], found.units["none"]) == (1, 1)
    covered = unit_coverage.of_units([unit.pk for unit in made])
    assert {unit.pk: unit_queries.counts([unit.pk]).get(unit.pk, 0) for unit in made} == {
        unit.pk: covered[unit.pk].people for unit in made
    }
    with pytest.raises(NotFound):
        unit_coverage.board(lead, "110117002")


def roster(tmp_path: Path, *numbers: str) -> Path:
    path = tmp_path / "staff.csv"
    lines = ["姓名,身份证号,岗位", *(f"员工{at},{number},工人" for at, number in enumerate(numbers))]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_staff_roster_finds_the_actors_people_and_names_the_rest(lead: Any, tmp_path: Path) -> None:
    own, foreign = tiny.person(1), tiny.person(3, area=FOREIGN)
    unit = area_actions.open_unit(by=lead, area_code=SECOND, name="甲厂", kind="factory")
    path = roster(
        tmp_path,
        *(tiny.identity_number(date(1950, 1, 1), n) for n in (1, 3, 9)),
        "",
        tiny.identity_number(date(1950, 1, 1), 1),
    )
    made = unit_actions.import_staff(by=lead, unit_id=unit.pk, path=path)
    assert (made.made, made.already) == (1, 0)
    assert [(gap.line, gap.name, gap.why) for gap in made.gaps] == [
        (3, "员工1", "not_here"), (4, "员工2", "not_here"), (5, "员工3", "no_number"),
    ]  # fmt: skip
    assert [(row.person_id, row.position) for row in unit_queries.staff(lead, unit.pk)] == [(own.pk, "工人")]
    again = unit_actions.import_staff(by=lead, unit_id=unit.pk, path=path)
    assert (again.made, again.already, Employment.objects.unscoped("test").count()) == (0, 1, 1)
    assert not Employment.objects.unscoped("test").filter(person=foreign).exists()
    nothing = tmp_path / "x.csv"
    nothing.write_text("姓名,岗位\n甲,乙\n", "utf-8")
    with pytest.raises(unit_actions.NotAUnitRoster):
        unit_actions.import_staff(by=lead, unit_id=unit.pk, path=nothing)


def test_pages_in_both_languages_and_only_of_ones_own(lead: Any, tmp_path: Path) -> None:
    client = county.signed_in(county.user("county_lead", "110117"))
    unit = area_actions.open_unit(by=lead, area_code=FIRST, name="甲厂", kind="factory", contact="张三")
    far = county.resident("Far", FOREIGN)
    Employment.objects.create(person=far, unit=unit, from_on=DAY)
    page = client.get(f"/units/{unit.pk}/").content.decode()
    assert "工业企业 · 经信商务" in page and "Far" in page
    assert "甲厂" in client.get("/units/?line=economy_trade").content.decode()
    assert "经信商务" in client.get("/units/lines/").content.decode()
    assert (
        "Economy and trade"
        in county.signed_in(county.user("auditor", "110117"), "en").get("/units/lines/").content.decode()
    )
    sent = {"name": "乙厂", "kind": "factory", "line": "none", "area_code": SECOND}
    assert client.post("/units/new/", sent).status_code == 302
    assert units.units(lead, units.Narrowed(line="none"))[0].name == "乙厂"
    with roster(tmp_path, "x").open("rb") as file:
        said = client.post(f"/units/{unit.pk}/staff/import/", {"file": file}).content.decode()
    assert "员工0" in said
    own = county.signed_in(county.user("village_officer", FIRST))
    page = own.get(f"/units/{unit.pk}/").content.decode()
    assert "Far" not in page and "1" in page
    assert own.get(f"/units/{unit.pk}/change/").status_code == 403
    stranger = county.signed_in(county.user("village_officer", SECOND, "other"))
    assert stranger.get(f"/units/{unit.pk}/").status_code == 404
    assert "甲厂" not in stranger.get("/units/").content.decode()
