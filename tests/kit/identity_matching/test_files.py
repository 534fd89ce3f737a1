"""Two files matched from the command line: what is read, what comes out, what is refused, how it is scored."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from tests.kit.identity_matching.people import number

from vaxkit.identity.matching.__main__ import main
from vaxkit.identity.matching.scores import score

CARD, WIFE = number("19500307", "123"), number("19520809", "124")
REGISTER = (
    "编号,姓名,身份证号,出生日期,性别,电话,住址,村\n"
    f"甲,王建国,{CARD},1950-03-07,男,19900010001,3村88号,三村\n"
    f"乙,李秀英,{WIFE},1952.8.9,女,19900010001,3村88号,三村\n"
)
ROSTER = (
    f"姓名,身份证号码,出生年月日,联系电话,备注\n王 建国,{CARD},,,党员\n李秀英,{CARD},1952年8月9日,19900010001,\n"
    "张三,3.20E+17,某日,19900019999/19900018888,\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    register, roster = tmp_path / "register.csv", tmp_path / "roster.csv"
    register.write_text(REGISTER, "utf-8-sig")
    roster.write_bytes(ROSTER.encode("gb18030"))
    return str(register), str(roster)


def test_two_files_as_people_save_them(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", *files, "--explain"]) == 0
    told = capsys.readouterr()
    lines = list(csv.DictReader(io.StringIO(told.out)))
    assert [(line["id"], line["verdict"], line["person"], line["why"]) for line in lines] == [
        ("2", "same", "甲", "number_and_name"), ("3", "doubtful", "乙", "number_of_other"), ("4", "new", "", "nobody_alike"),
    ]  # fmt: skip
    assert lines[0]["because"] == "证件号码和姓名都相同。"
    assert "填的是别人的号码" in lines[1]["because"]
    assert "同一人 1，待核 1，新增 1  /  same 1, doubtful 1, new 1" in told.err
    assert "roster: number" in told.err and "roster: born_on" in told.err and "备注" in told.err


def test_json_with_scores_and_candidates(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth, shown, out = tmp_path / "truth.csv", tmp_path / "shown.csv", tmp_path / "out.csv"
    truth.write_text("id,person,bad_number\n2,甲,0\n3,乙,1\n4,,1\n", "utf-8")
    more = [
        "--truth",
        str(truth),
        "--candidates",
        str(shown),
        "--out",
        str(out),
        "--json",
        "--lang",
        "en",
        "--explain",
    ]
    assert main(["match", *files, *more]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdicts"] == {"same": 1, "doubtful": 1, "new": 1}
    assert answer["unread"] == {"register": {}, "roster": {"number": 1, "born_on": 1}}
    scores = answer["scores"]
    assert (scores["right"], scores["wrong"], scores["missed"], scores["in_review"], scores["lost"]) == (
        1,
        0,
        1,
        1,
        0,
    )
    assert (scores["precision"], scores["recall"], scores["recall_bad_number"]) == (1.0, 0.5, 0.0)
    assert answer["rows"][1]["because"].endswith("the number written there is somebody else's: please check.")
    assert {line["person"] for line in csv.DictReader(shown.open(encoding="utf-8-sig"))} == {"甲", "乙"}
    assert pl.read_csv(out).height == 3


def test_a_namesakes_number_is_told_in_its_own_words(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "namesake.csv"
    roster.write_text(f"姓名,身份证号,出生日期\n王建国,{CARD},1983-11-22\n", "utf-8")
    assert main(["match", files[0], str(roster), "--explain"]) == 0
    assert "doubtful,甲" in (out := capsys.readouterr().out) and "可能误用他人的号码" in out


def test_scores_tell_wrong_links_from_missed_people() -> None:
    verdicts = pl.DataFrame(
        {"id": [1, 2, 3, 4], "verdict": ["same", "same", "doubtful", "new"], "person": [10, 11, 12, None]}
    )
    found = score(verdicts, pl.DataFrame({"id": [1, 2, 3, 4], "person": [10, 99, 12, 13]}))
    assert (found.right, found.wrong, found.missed, found.in_review, found.lost) == (1, 1, 3, 1, 1)
    assert (found.mistakes, found.recall_bad_number) == (4, None)


@pytest.mark.parametrize(
    ("register", "said"),
    [
        (None, "cannot be opened"),
        ("编号,身份证号\n1,2\n", "no column of names"),
        ("编号,姓名,name\n1,王,王\n", "are one field"),
        ("编号,姓名\n1,王\n1,李\n", "stands more than once"),
        ("编号,姓名\n1,王\n,李\n", "line 3 has no 编号"),
        ("", "cannot be read as a table"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_both_languages(
    register: str | None,
    said: str,
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "other.csv"
    if register is not None:
        path.write_text(register, "utf-8")
    assert main(["match", str(path), files[1]]) == 2
    told = capsys.readouterr()
    assert told.out == "" and said in told.err and "  /  " in told.err


def test_the_headers_that_are_understood_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["columns"]) == 0
    assert "公民身份号码" in json.loads(capsys.readouterr().out)["number"]
