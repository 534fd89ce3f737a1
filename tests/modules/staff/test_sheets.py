"""A staff sheet as a county keeps it: every line has its fate, refused ones come back with why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from tests.modules import campaign
from tests.modules.campaign import TOWN, actor, maker

from yingjie.foundation import clock
from yingjie.staff import actions
from yingjie.staff.models import Certificate, StaffMember

HEADER = (
    "序号",
    "姓 名",
    "执业资格",
    "现场岗位",
    "联系电话",
    "登录名",
    "证书类别",
    "证书编号",
    "发证日期",
    "有效期至",
)
ROWS = (
    (1, "李秀兰", "注册护士", "接种、留观", "19900000011", "nurse_li", "预防接种培训合格证", "P-1", "2021-03-01", "2023-02-28"),
    (2, "李秀兰", "注册护士", "接种", "19900000011", "nurse_li", "急救", "E-1", date(2021, 4, 1), None),
    (3, "王建国", "医师", "预检医生", "19900000012", None, "预检", "S-1", "2021.4.1", "2023.3.31"),
    (4, "赵小明", "理发师", "接种", None, None, None, None, None, None),
    (5, "钱有", "无", "引导员", None, None, "预防接种", "P-9", None, None),
    (6, None, "护士", "接种", None, None, None, None, None, None),
    (7, "老成", "护士", "接种", None, "old", None, None, None, None),
)  # fmt: skip


@pytest.fixture
def signed_in(db: None, client: Client) -> Iterator[Client]:
    campaign.places()
    with clock.at(campaign.NOON):
        actions.enrol(
            by=maker, area_code=TOWN, name="老成", qualification="nurse", roles=["vaccinator"], account="old"
        )
        campaign.sign_in(client, "health_officer")
        yield client


def workbook() -> SimpleUploadedFile:
    book, content = Workbook(), BytesIO()
    book.active.append(("某某街道接种人员花名册",))
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(content)
    return SimpleUploadedFile("staff.xlsx", content.getvalue())


def counted(shown: Any) -> list[int]:
    said = re.findall(r"figure-value[^>]*>\s*(?:<[^>]+>)?\s*(\d+)", shown.content.decode())
    return [int(each) for each in said]


def test_from_the_sheet_to_the_certificates(signed_in: Client) -> None:
    shown = signed_in.post("/staff/import/", {"file": workbook(), "area_code": TOWN})
    assert counted(shown) == [2, 0, 1, 1, 3]
    assert (
        StaffMember.objects.unscoped(campaign.ALL).filter(name="李秀兰").count() == 0
    )  # looked at, not taken in
    token = re.search(r'name="sheet" value="([^"]+)"', shown.content.decode())[1]  # type: ignore[index]
    assert counted(signed_in.post("/staff/import/take-in/", {"sheet": token})) == [2, 0, 1, 1, 3]
    nurse = StaffMember.objects.unscoped(campaign.ALL).get(account="nurse_li")
    assert (nurse.roles, nurse.qualification) == (["vaccinator", "observer"], "nurse")
    rows = Certificate.objects.unscoped(campaign.ALL).filter(member=nurse).order_by("number")
    assert list(rows.values_list("number", "valid_until")) == [
        ("E-1", date(2022, 3, 31)),
        ("P-1", date(2023, 2, 28)),
    ]
    assert (
        not StaffMember.objects.unscoped(campaign.ALL).filter(name="钱有").exists()
    )  # her certificate has no first day
    # The same sheet again changes nothing, and the refused lines come back with why.
    assert counted(signed_in.post("/staff/import/take-in/", {"sheet": token})) == [0, 0, 0, 4, 3]
    back = load_workbook(BytesIO(signed_in.post("/staff/import/refused/", {"sheet": token}).content)).active
    lines = [[cell.value for cell in row] for row in back.iter_rows(min_row=2)]
    assert [(line[1], bool(line[-1])) for line in lines if line[0]] == [
        ("赵小明", True),
        ("钱有", True),
        ("", True),
    ]
    assert "理发师" in next(str(line[-1]) for line in lines if line[1] == "赵小明")


def test_a_sheet_is_for_whoever_handed_it_in(signed_in: Client) -> None:
    shown = signed_in.post("/staff/import/", {"file": workbook(), "area_code": TOWN})
    token = re.search(r'name="sheet" value="([^"]+)"', shown.content.decode())[1]  # type: ignore[index]
    other = Client()
    campaign.sign_in(other, "county_lead", "110117")
    assert other.post("/staff/import/take-in/", {"sheet": token}).status_code == 404
    assert signed_in.post("/staff/import/take-in/", {"sheet": token + "x"}).status_code == 404
    assert signed_in.post("/staff/import/", {"file": workbook(), "area_code": "110118"}).status_code == 403
    empty = SimpleUploadedFile("staff.csv", "甲,乙\n1,2\n".encode())
    assert signed_in.post("/staff/import/", {"file": empty, "area_code": TOWN}).status_code == 400


def test_a_name_that_two_people_bear(signed_in: Client) -> None:
    by = actor("health_officer")
    for phone in ("19900000021", "19900000022"):
        actions.enrol(by=by, area_code=TOWN, name="重名", qualification="nurse", phone=phone)
    book = SimpleUploadedFile("staff.csv", "姓名,电话,资格\n重名,,护士\n重名,19900000022,医师\n".encode())
    assert counted(signed_in.post("/staff/import/", {"file": book, "area_code": TOWN})) == [0, 1, 0, 0, 1]
