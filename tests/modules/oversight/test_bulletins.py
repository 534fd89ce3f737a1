"""The bulletin of a day: what it counts, how it is frozen, who may see and issue it."""

import hashlib
import io
import subprocess
from collections.abc import Callable
from datetime import date, timedelta

import docx
import openpyxl
import pytest

from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, THIRD, actor, moment
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.oversight import actions, queries, reproducing
from yingjie.oversight.models import Bulletin
from yingjie.oversight.paper import report
from yingjie.oversight.refusals import (
    AlreadyIssued,
    ContentDiffers,
    CutOffOutsideDay,
    DayToCome,
    LaterIssued,
)
from yingjie.people.models import Person

DAY = date(2021, 6, 2)
BEFORE = DAY - timedelta(days=1)
AFTER = DAY + timedelta(days=1)
EVENING = moment(DAY, 17)
LEAD = actor("county_lead", COUNTY)
TOWN_LEAD = actor("town_lead", NORTH)

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(people: Callable[..., list[Person]], doses: Callable[..., list[Dose]]) -> None:
    """甲村 100 adults (60 with a first dose, 20 of them with both), 乙村 40 (30, 10), 丙村 50 (20), 北镇 without village 3 (1);
    of the first doses 5 in 甲村 and 2 in 丙村, and of the second doses 4 in 乙村, were given on the day."""
    first, second, third, nowhere = (
        people(100, FIRST),
        people(40, SECOND),
        people(50, THIRD),
        people(3, NORTH),
    )
    people(7, FIRST, birth_on=date(2010, 5, 5))
    earlier = date(2021, 4, 20)
    doses(first[:55] + second[:30] + third[:18] + nowhere[:1], 1, earlier)
    doses(first[55:60] + third[18:20], 1, DAY)
    doses(first[:20] + second[:6], 2, BEFORE)
    doses(second[6:10], 2, DAY)


@pytest.fixture
def evening(counted: None):  # type: ignore[no-untyped-def]
    with clock.at(EVENING):
        yield EVENING


def figures(line) -> tuple:  # type: ignore[no-untyped-def, type-arg]
    return (
        line.name,
        line.people,
        line.today,
        line.to_date,
        line.first_dose,
        line.full_course,
        line.remaining,
        line.place,
    )


def test_a_countys_bulletin_lists_its_towns_and_its_villages_in_the_annex(evening: object) -> None:
    found = queries.draft(LEAD, COUNTY, DAY)
    assert (found.level, found.minimum_age, found.cut_off_at, found.number) == (
        "county",
        "18 years",
        EVENING,
        None,
    )
    assert [figures(line) for line in found.lines] == [
        ("北镇", 143, (5, 4), (91, 30), 91, 30, 52, 1),
        ("南镇", 50, (2, 0), (20, 0), 20, 0, 30, 2),
    ]
    assert figures(found.total) == ("平谷区", 193, (7, 4), (111, 30), 111, 30, 82, None)
    assert [(line.name, line.under, line.place) for line in found.annex] == [
        ("甲村", "北镇", 2), ("乙村", "北镇", 1), ("丙村", "南镇", 3), ("", "", None),
    ]  # fmt: skip
    assert sum(line.people for line in found.annex) == found.total.people


def test_a_towns_bulletin_shows_who_stands_in_no_village(evening: object) -> None:
    found = queries.draft(TOWN_LEAD, NORTH, DAY)
    assert [figures(line) for line in found.lines] == [
        ("甲村", 100, (5, 0), (60, 20), 60, 20, 40, 2),
        ("乙村", 40, (0, 4), (30, 10), 30, 10, 10, 1),
        ("", 3, (0, 0), (1, 0), 1, 0, 2, None),
    ]
    assert (found.total.people, found.total.remaining, found.annex) == (143, 52, ())


def test_a_villages_bulletin_is_about_itself(evening: object) -> None:
    found = queries.draft(actor("village_officer", SECOND), SECOND, DAY)
    assert [line.name for line in found.lines] == ["乙村"]
    assert found.total.first_dose_coverage.format() == "30/40 75.0%"


def test_more_doses_than_people_are_shown_as_they_are(people, doses) -> None:  # type: ignore[no-untyped-def]
    doses(people(140, FIRST) + people(5, FIRST, birth_on=date(2003, 6, 3)), 1, date(2021, 5, 1))
    people(4, FIRST)
    with clock.at(EVENING):
        line = queries.draft(LEAD, FIRST, DAY).lines[0]
    assert line.first_dose_coverage.format() == "145/144 100.7%"
    assert line.remaining == 0


def test_a_site_lead_sees_the_same_counts_without_seeing_people(evening: object) -> None:
    assert queries.draft(actor("site_lead", COUNTY), COUNTY, DAY) == queries.draft(LEAD, COUNTY, DAY)


def test_places_are_compared_with_the_day_before(people, doses) -> None:  # type: ignore[no-untyped-def]
    first, second = people(40, FIRST), people(40, SECOND)
    doses(first[:10], 1, BEFORE - timedelta(days=1))
    doses(second[:5], 1, BEFORE - timedelta(days=1))
    doses(second[5:15], 1, DAY)
    with clock.at(EVENING):
        recomputed = queries.draft(TOWN_LEAD, NORTH, DAY).lines
    assert [(line.place, line.place_before, line.moved) for line in recomputed] == [(2, 1, -1), (1, 2, 1)]
    with clock.at(moment(BEFORE, 17)):
        actions.issue(by=TOWN_LEAD, area_code=NORTH, on=BEFORE)
    doses(second[15:30], 1, BEFORE, recorded_at=moment(BEFORE, 18))
    with clock.at(EVENING):
        assert [line.moved for line in queries.draft(TOWN_LEAD, NORTH, DAY).lines] == [-1, 1]


def test_issuing_freezes_the_content_under_the_next_number_of_the_year(evening: object) -> None:
    bulletin = actions.issue(by=LEAD, area_code=COUNTY, on=DAY, problems="冷链车不足", plan="增开夜场")
    assert (bulletin.number, bulletin.year, bulletin.cut_off_at, bulletin.issued_by) == (
        1,
        2021,
        EVENING,
        LEAD.name,
    )
    found = queries.issued(LEAD, COUNTY, DAY)
    assert found and found.sha256 == bulletin.content_sha256
    assert (found.content.number, found.content.issued_on, found.content.problems) == (1, DAY, "冷链车不足")
    entry = Entry.objects.get(verb="oversight.issue")
    assert (entry.area_code, entry.facts["number"], entry.facts["sha256"]) == (
        COUNTY,
        1,
        bulletin.content_sha256,
    )
    with clock.at(moment(AFTER)):
        assert actions.issue(by=LEAD, area_code=COUNTY, on=AFTER).number == 2
        assert actions.issue(by=TOWN_LEAD, area_code=NORTH, on=AFTER).number == 1
    with clock.at(moment(date(2022, 1, 1))):
        assert actions.issue(by=LEAD, area_code=COUNTY, on=date(2022, 1, 1)).number == 1


def test_a_bulletin_is_issued_once(evening: object) -> None:
    first = actions.issue(by=LEAD, area_code=COUNTY, on=DAY)
    with pytest.raises(AlreadyIssued) as refused:
        actions.issue(by=LEAD, area_code=COUNTY, on=DAY, plan="again")
    assert refused.value.code == "oversight.already_issued"
    kept = Bulletin.objects.unscoped("test").get()
    assert (kept.pk, kept.content["plan"], Entry.objects.filter(verb="oversight.issue").count()) == (
        first.pk,
        "",
        1,
    )


def test_late_doses_change_nothing_that_was_issued_and_appear_the_next_day(counted: None, doses) -> None:  # type: ignore[no-untyped-def]
    with clock.at(EVENING):
        actions.issue(by=LEAD, area_code=COUNTY, on=DAY)
        was = {kind: queries.file(LEAD, COUNTY, DAY, kind, "zh-hans") for kind in ("pdf", "docx", "xlsx")}
    late = list(
        Person.objects.unscoped("test")
        .filter(area_id=FIRST, birth_on__lt=date(2003, 1, 1))
        .filter(doses=None)[:3]
    )
    doses(late, 1, DAY, recorded_at=moment(DAY, 19))
    Dose.objects.unscoped("test").filter(person__area_id=THIRD, given_on=DAY)[0:1].get().delete()
    with clock.at(moment(AFTER, 17)):
        for kind, bytes_ in was.items():
            assert queries.file(LEAD, COUNTY, DAY, kind, "zh-hans") == bytes_
        found = queries.draft(LEAD, COUNTY, AFTER)
    assert [(line.name, line.today, line.late) for line in found.lines] == [
        ("北镇", (0, 0), 3),
        ("南镇", (0, 0), 0),
    ]
    assert (found.total.late, found.total.doses_to_date, found.adjusted) == (3, 141 + 3 - 1, -1)


def test_bulletins_are_issued_in_the_order_of_their_days(evening: object) -> None:
    actions.issue(by=LEAD, area_code=COUNTY, on=DAY)
    with pytest.raises(LaterIssued):
        actions.issue(by=LEAD, area_code=COUNTY, on=BEFORE)
    assert Bulletin.objects.unscoped("test").count() == 1


def test_nothing_is_reported_in_advance(evening: object) -> None:
    with pytest.raises(DayToCome):
        queries.draft(LEAD, COUNTY, AFTER)
    for wrong in (moment(DAY, 18), moment(BEFORE, 23), moment(AFTER, 1)):
        with pytest.raises(CutOffOutsideDay):
            actions.issue(by=LEAD, area_code=COUNTY, on=DAY, cut_off_at=wrong)
    assert not Bulletin.objects.unscoped("test").exists()


def test_a_cut_off_in_the_day_leaves_later_records_out(evening: object) -> None:
    assert queries.draft(LEAD, COUNTY, DAY, moment(DAY, 9)).total.today == (0, 0)
    assert queries.draft(LEAD, COUNTY, BEFORE).cut_off_at == moment(DAY, 0)


def test_a_foreign_area_does_not_exist(evening: object) -> None:
    actions.issue(by=LEAD, area_code=SOUTH, on=DAY)
    for ask in (
        lambda: queries.draft(TOWN_LEAD, SOUTH, DAY),
        lambda: queries.issued(TOWN_LEAD, SOUTH, DAY),
        lambda: queries.archive(TOWN_LEAD, SOUTH),
        lambda: queries.file(TOWN_LEAD, COUNTY, DAY, "pdf", "en"),
        lambda: actions.issue(by=TOWN_LEAD, area_code=SOUTH, on=DAY),
        lambda: queries.draft(LEAD, "110118", DAY),
        lambda: queries.draft(LEAD, FIRST + "01", DAY),
    ):
        with pytest.raises(NotFound):
            ask()
    assert queries.archive(TOWN_LEAD) == []
    assert [row.area_name for row in queries.archive(LEAD)] == ["南镇"]


def test_who_may_see_may_not_always_issue(evening: object) -> None:
    with pytest.raises(NotAllowed):
        actions.issue(by=actor("village_officer", FIRST), area_code=FIRST, on=DAY)
    assert not Bulletin.objects.unscoped("test").exists()


def test_a_bulletin_changed_in_the_database_is_found_out(evening: object) -> None:
    bulletin = actions.issue(by=LEAD, area_code=COUNTY, on=DAY)
    bulletin.content["lines"][0]["first_dose"] += 1
    Bulletin.objects.unscoped("test").filter(pk=bulletin.pk).update(content=bulletin.content)
    with pytest.raises(ContentDiffers):
        queries.issued(LEAD, COUNTY, DAY)


def test_counting_again_names_every_cell_that_is_not_as_issued(evening: object) -> None:
    actions.issue(by=LEAD, area_code=COUNTY, on=DAY)
    assert [each.differences for each in reproducing.check(LEAD)] == [()]
    Dose.objects.unscoped("test").filter(person__area_id=THIRD, given_on=DAY)[0:1].get().delete()
    (found,) = reproducing.check(LEAD, COUNTY, DAY)
    assert (found.on, found.number) == (DAY, 1)
    first = found.differences[0]
    assert (first.table, first.row, first.cell, first.issued, first.counted) == (
        "lines", SOUTH, "today", (2, 0), (1, 0),
    )  # fmt: skip
    assert {(each.table, each.row) for each in found.differences} == {
        ("lines", SOUTH), ("annex", THIRD), ("groups", "age 18-59"), ("groups", "line none"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "organisation", "unplaced", "mark"),
    [("zh-hans", "北镇新冠病毒疫苗接种工作专班", "未落到村", "草稿"),
     ("en", "北镇 COVID-19 Vaccination Task Force", "Not placed in a village", "DRAFT")],
)  # fmt: skip
def test_files_open_in_both_languages(
    evening: object, language, organisation, unplaced, mark, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    draft = report(queries.draft(TOWN_LEAD, NORTH, DAY), language)
    assert (draft.organisation, draft.watermark, draft.number) == (organisation, mark, "")
    made = {kind: queries.file(TOWN_LEAD, NORTH, DAY, kind, language) for kind in ("xlsx", "docx", "pdf")}
    sheet = openpyxl.load_workbook(io.BytesIO(made["xlsx"])).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {organisation, "甲村", unplaced, 143} <= set(cells)
    word = docx.Document(io.BytesIO(made["docx"]))
    assert any(unplaced in cell.text for table in word.tables for row in table.rows for cell in row.cells)
    (tmp_path / "b.pdf").write_bytes(made["pdf"])
    said = subprocess.run(
        ["pdftotext", tmp_path / "b.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    text = " ".join(said.split())
    assert organisation in text and "甲村" in text and "63.64%" in text
    again = {kind: queries.file(TOWN_LEAD, NORTH, DAY, kind, language) for kind in made}
    assert {kind: hashlib.sha256(data).hexdigest() for kind, data in made.items()} == {
        kind: hashlib.sha256(data).hexdigest() for kind, data in again.items()
    }


def test_an_issued_paper_carries_its_number_and_no_draft_mark(evening: object) -> None:
    actions.issue(by=TOWN_LEAD, area_code=NORTH, on=DAY)
    paper = report(queries.shown(TOWN_LEAD, NORTH, DAY), "zh-hans")
    assert (paper.number, paper.watermark, paper.issued_on, paper.cut_off) == (
        "2021年第1期",
        "",
        DAY,
        EVENING,
    )


def test_a_day_that_is_over_is_counted_at_its_end(evening: object) -> None:
    assert (
        report(queries.draft(LEAD, COUNTY, BEFORE), "en").subtitle
        == "Report of 1 June 2021, counted at 24:00"
    )
    assert (
        report(queries.draft(LEAD, COUNTY, DAY), "en").subtitle == "Report of 2 June 2021, counted at 17:00"
    )


def test_the_spreadsheet_keeps_the_whole_rate(evening: object) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(queries.file(TOWN_LEAD, NORTH, DAY, "xlsx", "en"))).worksheets[
        0
    ]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert (
        pytest.approx(
            max(cell for cell in cells if isinstance(cell, float) and 0.63 < cell < 0.64), abs=1e-12
        )
        == 91 / 143
    )
