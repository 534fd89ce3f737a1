"""A township clerk's evening on the command line: an ugly roster becomes a ledger, the ledger a bulletin, and nothing is lost.

The clerk loads the county, then tries a roster nobody prepared: title rows above the header, a number that Excel spoilt,
a mistyped one, full-width digits, spaces, a village written short, one that does not exist, a totals row.
First nothing is written. Then the good lines are; the bad ones come back with the reason beside each.
The same file again changes nothing. The bulletin shows the ledger, as a spreadsheet, as PDF and as Word.
The journal is whole, and a backup brings everything back after somebody wiped the database.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from vaxkit.identity import check_digit
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.temporary import reachable_directory

COUNTY = "110117"
TOWN = "110117101"  # 东高村镇
COUNTED = ("new", "same", "changed", "doubtful", "refused")


def test_from_an_ugly_roster_to_the_bulletin(yj: "CommandLine", tmp_path: Path) -> None:
    yj("areas", "load", "110117")
    roster = ugly_roster(tmp_path / "花名册.xlsx")

    proposed = yj.json("import", "roster", roster, "--area", TOWN)
    assert fates(proposed) == {"new": 6, "same": 0, "changed": 0, "doubtful": 1, "refused": 3}
    assert (
        yj.json("bulletin", "--area", TOWN, "--out", tmp_path / "before.pdf")["content"]["lines"][0]["people"]
        == 0
    )

    returned = tmp_path / "退回.xlsx"
    committed = yj.json("import", "roster", roster, "--area", TOWN, "--commit", "--bad", returned)
    assert fates(committed) == fates(proposed)
    assert reasons_in(returned) == {
        3: "身份证号被表格软件当成数字",
        4: "身份证号校验位不符",
        8: "没有“不存在村”这个村",
        9: "没有身份证号",
    }

    again = yj.json("import", "roster", roster, "--area", TOWN, "--commit")
    assert fates(again) == {"new": 0, "same": 6, "changed": 0, "doubtful": 1, "refused": 3}

    for kind in ("xlsx", "pdf", "docx"):
        out = tmp_path / f"通报.{kind}"
        content = yj.json("bulletin", "--area", TOWN, "--out", out)["content"]
        people = {line["name"]: line["people"] for line in content["lines"] if line["people"]}
        assert people == {"东高村村委会": 3, "大旺务村委会": 2, "南宅村委会": 1}
    assert "东高村村委会" in pdf_text(tmp_path / "通报.pdf")
    assert "东高村镇" in "".join(
        paragraph.text for paragraph in docx.Document(str(tmp_path / "通报.docx")).paragraphs
    )
    assert any("东高村村委会" in row for row in openpyxl.load_workbook(tmp_path / "通报.xlsx").active.values)

    yj("bulletin", "--area", COUNTY, "--out", tmp_path / "issued.pdf", "--issue")
    assert yj.json("bulletin", "--check") == {"bulletins": 1, "differ": []}

    assert yj.json("journal", "verify")["whole"] is True
    yj("db", "backup")
    yj.wipe_people()
    counted_again = yj.run("bulletin", "--check")
    assert counted_again.returncode == 1
    assert "issued 6, counted 0" in counted_again.stdout
    assert (
        yj.json("bulletin", "--area", TOWN, "--out", tmp_path / "wiped.pdf")["content"]["lines"][0]["people"]
        == 0
    )
    assert (
        yj.run("db", "restore", "--yes", "--at", yj.moment_before_the_wipe).returncode == 3
    )  # people work on it
    yj("db", "stop")
    yj("db", "restore", "--yes", "--at", yj.moment_before_the_wipe)
    yj("db", "start")
    restored = yj.json("bulletin", "--area", TOWN, "--out", tmp_path / "restored.pdf")["content"]
    assert sum(line["people"] for line in restored["lines"]) == 6
    assert yj.json("bulletin", "--check") == {"bulletins": 1, "differ": []}


def test_what_cannot_be_done_is_said_with_a_code_a_reason_and_a_next_step(
    yj: "CommandLine", tmp_path: Path
) -> None:
    yj("areas", "load", "110117")
    (tmp_path / "letter.xlsx").write_bytes(b"%PDF-1.7 not a spreadsheet")
    missing = yj.refused("import", "roster", tmp_path / "missing.xlsx", "--area", TOWN)
    assert "[people.file_unreadable]" in missing
    assert "PDF" in yj.refused("import", "roster", tmp_path / "letter.xlsx", "--area", TOWN)
    assert "[not_found]" in yj.refused("bulletin", "--area", "999999", "--out", tmp_path / "x.pdf")
    assert "[access.unknown_role]" in yj.refused(
        "user", "add", "li", "--name", "李", "--role", "king", "--area", TOWN
    )
    assert "[file.system]" in yj.refused("bulletin", "--area", TOWN, "--out", "/no/such/place/x.pdf")
    wrong_usage = yj.run("bulletin", "--area", TOWN, "--out", tmp_path / "x.txt")
    assert wrong_usage.returncode == 2
    assert not list(tmp_path.glob("x.*"))


# --- below the fold ------------------------------------------------------------------------------------------------


class CommandLine:
    """`yj` as a user runs it, in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            **os.environ,
            "YINGJIE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "yingjie.config.settings",
        }
        self.environment.pop("DATABASE_URL", None)
        self.home = home
        self.moment_before_the_wipe = ""

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "yingjie.cli", *map(str, words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)

    def __call__(self, *words: object) -> str:
        outcome = self.run(*words)
        assert outcome.returncode == 0, outcome.stderr + outcome.stdout
        return outcome.stdout

    def json(self, *words: object) -> dict:
        return json.loads(self(*words, "--json"))

    def refused(self, *words: object) -> str:
        outcome = self.run(*words)
        assert outcome.returncode == 1, outcome.stderr + outcome.stdout
        assert "Traceback" not in outcome.stderr + outcome.stdout
        assert "→" in outcome.stderr
        return outcome.stderr

    def wipe_people(self) -> None:
        """What an accident looks like: rows gone by somebody's hand, past the product."""
        script = (
            "from yingjie.foundation.postgres.cluster import Cluster; from yingjie.foundation.postgres.home import Home;"
            "d = Cluster(Home.default()).connect();"
            "print(d.execute('select clock_timestamp()').fetchone()[0].isoformat());"
            "d.execute('truncate people_person cascade'); d.close()"
        )
        outcome = subprocess.run(
            [sys.executable, "-c", script], env=self.environment, capture_output=True, text=True, check=True
        )
        self.moment_before_the_wipe = outcome.stdout.strip()


@pytest.fixture
def yj() -> Iterator[CommandLine]:
    with reachable_directory(Account.choose()) as directory:
        line = CommandLine(directory / "home")
        line("db", "start")  # commands then share one server instead of starting one each
        yield line
        line.run("db", "stop")


def fates(answer: dict) -> dict[str, int]:
    return {fate: answer["counts"].get(fate, 0) for fate in COUNTED}


def number(first17: str) -> str:
    return first17 + check_digit(first17)


def ugly_roster(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["东高村镇摸底花名册"])
    sheet.merge_cells("A1:G1")
    sheet.append(["填报单位：东高村镇人民政府", None, None, None, None, "2021.5.19"])
    sheet.append(["序号", "村（居）", "姓 名", "性别", "公民身份号码", "联系电话", "家庭住址"])
    good = number("99999919500101001")
    full_width = "".join(
        chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit for digit in number("99999919620312002")
    )
    spoilt, mistyped = float(int(good[:17] + "0")), number("99999919700101003")
    mistyped = mistyped[:-1] + ("1" if mistyped[-1] != "1" else "2")
    spaced = number("99999919880808004")
    lines = [
        ("东高村", "王建国", "男", good, "19900000001"),
        ("东高村", "李秀英", "女", full_width, "19900000002、19900000003"),
        ("东高村", "张 伟", "男", spoilt, ""),
        ("大旺务", "刘洋", "男", mistyped, ""),
        ("大旺务村", "陈静", "女", f"{spaced[:6]} {spaced[6:14]} {spaced[14:]}", ""),
        ("大旺务村委会", "赵云", "男", number("99999919850505005").lower(), ""),
        ("南宅", "买买提·艾力", "男", number("99999919770707007"), ""),
        ("不存在村", "周杰", "男", number("99999919790909009"), ""),
        ("南宅", "吴倩", "女", None, "19900000009"),
        ("东高村", "郑爽", "女", number("99999920010203006"), ""),
    ]
    for count, (village, name, sex, identity, phone) in enumerate(lines, 1):
        sheet.append([count, village, name, sex, identity, phone, f"{village}{count}号"])
    sheet.append(["合计", len(lines)])
    book.save(path)
    return path


def reasons_in(path: Path) -> dict[int, str]:
    """Serial number of each returned line → the beginning of its reason."""
    rows = list(openpyxl.load_workbook(path).active.values)
    header = next(index for index, row in enumerate(rows) if "姓 名" in row)
    serial, reason = rows[header].index("序号"), len(rows[header]) - 1
    said = {int(row[serial]): str(row[reason]) for row in rows[header + 1 :] if isinstance(row[serial], int)}
    starts = ("身份证号被表格软件当成数字", "身份证号校验位不符", "没有“不存在村”这个村", "没有身份证号")
    return {line: next(start for start in starts if start in text) for line, text in said.items()}


def pdf_text(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
