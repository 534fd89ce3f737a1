"""Pushed lists: taken in as they come, assigned, checked, and sent back in the sender's own layout."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from tests.modules import campaign as tiny
from tests.modules.outreach import county
from tests.modules.outreach.county import FIRST, FOREIGN, NOON, SECOND, TOWN
from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import check_actions, check_paper, checks, web_entries
from yingjie.outreach.check_reading import understood
from yingjie.outreach.checks import Narrowed
from yingjie.outreach.models import CheckItem, CheckList

pytestmark = pytest.mark.usefixtures("here")
HEADER = ["序号", "姓名", "公民身份号码", "手机号码", "现住址", "推送时间", "核查结果", "备注"]


def number(serial: int) -> str:
    return tiny.identity_number(date(1950, 1, 1), serial)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """As an upper level sends it: a title, its own columns, a figure, a day, somebody of elsewhere, a total."""
    tiny.person(1, name="王甲")
    tiny.person(2, name="李乙", area=SECOND)
    tiny.person(4, name="赵丁", area=FOREIGN)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "第12批"
    sheet.append(["滨河街道疑似密接人员核查名单（第12批）"])
    sheet.merge_cells("A1:H1")
    for row in (
        HEADER,
        [1, "王甲", number(1), "19900001111", "", date(2021, 6, 29), "", ""],
        [2, "李乙", "", "", "滨河街道乙村3号", date(2021, 6, 29), "", "大数据"],
        [3, "钱丙", number(77), "", "甲村", date(2021, 6, 30), "", ""],
        [4, "赵丁", number(4), "", "", date(2021, 6, 30), "", ""],
        ["合计", "4人"],
    ):
        sheet.append(row)
    path = tmp_path / "第12批.xlsx"
    book.save(path)
    return path


@pytest.fixture
def made(lead: Any, file: Path) -> CheckList:
    return check_actions.import_list(
        by=lead,
        area_code=TOWN,
        path=file,
        file_name="第12批.xlsx",
        title="第12批密接",
        due_at=NOON + timedelta(hours=4),
        sender="区专班",
    )


def test_columns_are_understood_by_their_labels() -> None:
    assert understood(HEADER) == ("", "name", "number", "phone", "address", "", "finding", "note")
    assert understood(["被核查人姓名", "联系电话（手机）", "所属村", "核实情况"]) == (
        "name",
        "phone",
        "village",
        "finding",
    )


def test_lines_go_to_the_village_of_their_person_and_the_rest_stay_visible(
    lead: Any, made: CheckList
) -> None:
    rows = checks.items(lead, Narrowed(), "number")
    assert [(row.name, row.area_code, row.matched, row.person_id is not None) for row in rows] == [
        ("王甲", FIRST, "number", True),
        ("李乙", SECOND, "name_address", True),
        ("钱丙", FIRST, "village", False),
        ("赵丁", TOWN, "", False),
    ]
    assert [row.name for row in checks.items(lead, Narrowed(match="unmatched"), "number")] == ["赵丁"]
    row = checks.check_list(lead, made.pk)
    assert (row.lines, row.done, row.unmatched, row.state) == (4, 0, 1, "open")
    check_actions.assign(by=lead, item_ids=[rows[3].id], area_code=SECOND, officer="李会计")
    assert checks.items(lead, Narrowed(area_code=SECOND), "number")[1].officer == "李会计"
    with pytest.raises(NotAllowed):
        check_actions.assign(by=lead, item_ids=[rows[3].id], area_code="110117003", officer="")


def test_an_officer_sees_and_records_only_the_lines_of_her_village(lead: Any, made: CheckList) -> None:
    officer = actor_for(county.user("village_officer", FIRST))
    mine, hers = (
        checks.items(officer, Narrowed(), "number"),
        checks.items(lead, Narrowed(area_code=SECOND), "number")[0],
    )
    assert [row.name for row in mine] == ["王甲", "钱丙"]
    check_actions.record_finding(by=officer, item_id=mine[0].id, finding="in_area", note="已居家")
    with pytest.raises(NotFound):
        check_actions.record_finding(by=officer, item_id=hers.id, finding="in_area")
    with pytest.raises(check_actions.FindingUnknown):
        check_actions.record_finding(by=officer, item_id=mine[1].id, finding="maybe")
    with pytest.raises(NotAllowed):
        check_actions.report_list(by=officer, list_id=made.pk)
    with pytest.raises(NotAllowed):
        check_actions.report_file(by=officer, list_id=made.pk) if officer.may(
            "outreach.check"
        ) else officer.require("outreach.check")
    assert CheckItem.objects.unscoped("test").exclude(finding="").count() == 1
    view = checks.item(officer, mine[0].id)
    said = dict(view.cells)
    assert (said["姓名"], number(1) in str(said), "19900001111" in str(said), view.note) == (
        "王甲",
        False,
        False,
        "已居家",
    )


def test_what_is_overdue_is_on_the_page_of_today(lead: Any, made: CheckList) -> None:
    line = web_entries.lines_to_check(lead)
    assert line and (line.count, line.tone) == (4, "blue")
    with clock.at(NOON + timedelta(days=1)):
        late = web_entries.lines_to_check(lead)
        assert late and (late.count, late.tone, late.url) == (4, "orange", "/outreach/checks/?state=overdue")
        assert checks.check_list(lead, made.pk).is_overdue


def test_the_report_goes_back_in_the_senders_own_layout(lead: Any, made: CheckList, file: Path) -> None:
    rows = checks.items(lead, Narrowed(), "number")
    check_actions.record_finding(by=lead, item_id=rows[0].id, finding="in_area")
    check_actions.record_finding(by=lead, item_id=rows[1].id, finding="cannot_reach", note="电话关机")
    with pytest.raises(check_actions.LinesMissing):
        check_actions.report_list(by=lead, list_id=made.pk)
    check_actions.report_list(by=lead, list_id=made.pk, although_missing=True)
    with pytest.raises(check_actions.ListReported):
        check_actions.record_finding(by=lead, item_id=rows[2].id, finding="in_area")
    came = openpyxl.load_workbook(file).active
    back = openpyxl.load_workbook(io.BytesIO(check_actions.report_file(by=lead, list_id=made.pk)[0])).active
    assert (back.title, back["A1"].value) == ("第12批", "滨河街道疑似密接人员核查名单（第12批）")
    assert [cell.value for cell in back[2]] == [*HEADER, "核查人", "核查时间"]
    for row in range(3, 8):
        kept = [cell.value for cell in back[row]][:6]
        assert kept == [cell.value for cell in came[row]][:6]
    found = [[cell.value for cell in back[row]][6:9] for row in range(3, 8)]
    assert found == [
        ["在辖区", None, "the town_lead"], ["联系不上", "大数据；电话关机", "the town_lead"], *[[None, None, None]] * 3,
    ]  # fmt: skip
    check_actions.reopen_list(by=lead, list_id=made.pk)
    assert checks.check_list(lead, made.pk).state == "open"


def test_pages(lead: Any, made: CheckList, file: Path) -> None:
    client = county.signed_in(county.user("county_lead", "110117"))
    page = client.get("/outreach/checks/").content.decode()
    assert "第12批密接" in page and "王甲" in page and number(1) not in page
    assert "第12批密接" in client.get(f"/outreach/checks/{made.pk}/").content.decode()
    with file.open("rb") as sent:
        given = {"file": sent, "title": "再来", "due_at": "2021-07-01T12:00", "area_code": TOWN}
        assert client.post("/outreach/checks/new/", given).status_code == 302
    row = checks.items(lead, Narrowed(list_id=str(made.pk), match="unmatched"), "number")[0]
    asked = client.post("/outreach/checks/assign/", {"ids": [str(row.id)], "query": ""})
    assert asked.status_code == 200
    assert (
        client.post("/outreach/checks/assign/", {"ids": [str(row.id)], "area_code": FIRST}).status_code == 302
    )
    address = f"/outreach/checks/lines/{row.id}/"
    assert client.post(address, {"finding": "not_here", "note": ""}).status_code == 302
    assert "不在本地" in client.get(address).content.decode()
    assert client.get(f"/outreach/checks/{made.pk}/report.xlsx").status_code == 200
    other = county.signed_in(county.user("town_lead", "110117002", "other"))
    assert "王甲" not in other.get("/outreach/checks/").content.decode()
    for address in (f"lines/{row.id}/", f"{made.pk}/", f"{made.pk}/report.xlsx"):
        assert other.get(f"/outreach/checks/{address}").status_code == 404


def styled(path: Path) -> Path:
    """A list as an upper level lays it out: colours, widths, merges, a drop-down, a second sheet, columns that begin at B."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet["B1"] = "核查名单"
    sheet.merge_cells("B1:F1")
    for column, label in zip("BCDEF", ("序号", "姓名", "公民身份号码", "核查结果", "备注"), strict=True):
        sheet[f"{column}3"] = label
        sheet[f"{column}3"].fill = PatternFill("solid", fgColor="FFC000")
        for row in (4, 5):
            sheet[f"{column}{row}"].border = Border(bottom=Side("thin"))
    for row, (name, serial) in enumerate((("王甲", 1), ("钱丙", 77)), 4):
        sheet[f"B{row}"], sheet[f"C{row}"], sheet[f"D{row}"] = row - 3, name, number(serial)
    sheet["F4"] = "大数据"
    sheet["B7"] = "=COUNTA(C4:C5)"
    sheet.column_dimensions["D"].width = 31
    sheet.row_dimensions[4].height = 40
    sheet.add_data_validation(DataValidation(type="list", formula1='"在辖区,不在"', sqref="E4:E5"))
    book.create_sheet("填表说明")["A1"] = "请于今日18时前反馈"
    book.save(path)
    return path


def taken_in(lead: Any, path: Path) -> CheckList:
    return check_actions.import_list(
        by=lead, area_code=TOWN, path=path, file_name=path.name, title="t", due_at=NOON + timedelta(hours=4)
    )


def found(lead: Any, made: CheckList) -> tuple[bytes, str]:
    row = checks.items(lead, Narrowed(list_id=str(made.pk)), "number")[0]
    check_actions.record_finding(by=lead, item_id=row.id, finding="in_area", note="已居家 <&>")
    return check_actions.report_file(by=lead, list_id=made.pk)


def test_the_senders_file_keeps_its_looks(lead: Any, tmp_path: Path) -> None:
    tiny.person(1, name="王甲")
    path = styled(tmp_path / "名单.xlsx")
    content, ending = found(lead, taken_in(lead, path))
    assert ending == ".xlsx"
    came, back = openpyxl.load_workbook(path), openpyxl.load_workbook(io.BytesIO(content))
    assert back.sheetnames == came.sheetnames
    one, two = came["名单"], back["名单"]
    assert two.merged_cells.ranges == one.merged_cells.ranges
    assert two.column_dimensions["D"].width == 31 and two.row_dimensions[4].height == 40
    assert two.data_validations.dataValidation[0].sqref == one.data_validations.dataValidation[0].sqref
    told = [two[f"{c}4"].value for c in "BCDEFGH"]
    assert told == [1, "王甲", number(1), "在辖区", "大数据；已居家 <&>", "the town_lead", "2021-06-30"]
    assert [two[f"{c}3"].value for c in "FGH"] == ["备注", "核查人", "核查时间"]
    assert (
        two["G3"].fill.fgColor.rgb == one["F3"].fill.fgColor.rgb and two["E4"].border.bottom.style == "thin"
    )
    assert two["B7"].value == "=COUNTA(C4:C5)"
    given, kept = zipfile.ZipFile(path), zipfile.ZipFile(io.BytesIO(content))
    other = [name for name in given.namelist() if not name.endswith("sheet1.xml")]
    assert [kept.read(name) for name in other] == [given.read(name) for name in other]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "ends"),
    [("gb18030", ",", "\r\n"), ("utf-8-sig", "\t", "\n"), ("utf-8", ";", "\n")],
)
def test_a_text_table_keeps_encoding_delimiter_and_line_ends(
    lead: Any, tmp_path: Path, encoding: str, delimiter: str, ends: str
) -> None:
    tiny.person(1, name="王甲")
    path = tmp_path / "名单.csv"
    rows = (["姓名", "公民身份号码", "核查结果"], ["王甲", number(1), ""], ["钱丙", number(77), ""])
    path.write_bytes(ends.join(delimiter.join(row) for row in (*rows, ())).encode(encoding))
    content, ending = found(lead, taken_in(lead, path))
    assert ending == ".csv"
    assert content.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    lines = content.decode(encoding).split(ends)
    assert lines[0].split(delimiter) == ["姓名", "公民身份号码", "核查结果", "核查人", "核查时间", "备注"]
    assert lines[1].split(delimiter) == [
        "王甲",
        number(1),
        "在辖区",
        "the town_lead",
        "2021-06-30",
        "已居家 <&>",
    ]
    assert lines[2] == delimiter.join(rows[2])


def test_a_file_that_cannot_be_filled_comes_back_as_a_new_sheet(
    lead: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.person(1, name="王甲")
    made = taken_in(lead, styled(tmp_path / "名单.xlsx"))

    def never(*_given: object, **_more: object) -> bytes:
        raise check_paper.CannotFill("xls")

    monkeypatch.setattr(check_paper, "filled", never)
    content, ending = found(lead, made)
    assert ending == ".xlsx"
    assert "在辖区" in [
        cell.value for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row
    ]
