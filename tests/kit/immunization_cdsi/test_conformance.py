"""The conformance command: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.kit.immunization_cdsi.tiny_data import case, write_cases, write_rules

from vaxkit.immunization.conformance.__main__ import main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_rules(tmp_path / "data" / "rules")
    return tmp_path / "data"


def run(data: Path, *rows: dict[str, Any], more: tuple[str, ...] = ()) -> int:
    file = write_cases(data.parent / "cases.jsonl", *rows)
    return main([str(file), "--data", str(data), *more])


SECOND = {
    "n": 2,
    "date": "2024-05-10",
    "cvx": "03",
    "expected_status": "Not Valid",
    "expected_reason": "Interval: too Soon",
}


def test_all_pass(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, case()) == 0
    told = capsys.readouterr().out
    assert "own 1" in told and "1 cases, 1 passed, 0 failed" in told
    assert told.splitlines()[2].split() == ["Pox", "1", "1", "0", "100.00"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expected__earliest": "2024-05-28"}, "earliest"),
        ({"expected__recommended": None}, "recommended"),
        ({"expected__past_due": "2024-07-01"}, "past due"),  # a blank answer for a day that is expected
        ({"expected__forecast_dose_number": "1"}, "dose number"),
        ({"expected__series_status": "Contraindicated"}, "series status"),
        ({"doses": [{**case()["doses"][0], "expected_status": "Extraneous"}]}, "dose status"),
    ],
)
def test_every_field_is_compared(
    data: Path, capsys: pytest.CaptureFixture[str], changes: Any, field: str
) -> None:
    failures = data.parent / "failures.jsonl"
    assert (
        run(data, case(**changes), case(test_id="second"), more=("--json", "--failures", str(failures))) == 1
    )
    report = json.loads(capsys.readouterr().out)
    assert report["total"]["cases"] == 2 and report["total"]["failed"] == 1
    assert report["suites"][0]["groups"]["Pox"]["failed_by"] == {field: 1}
    written = [json.loads(line) for line in failures.read_text(encoding="utf-8").splitlines()]
    assert [row["test_id"] for row in written] == ["first"]
    assert [row["field"] for row in written[0]["differences"]] == [field]
    assert written[0]["series"] == ["Pox 2-dose series"]


def test_a_blank_expected_day_means_a_blank_answer(data: Path) -> None:
    assert run(data, case(expected__earliest="", expected__recommended="-")) == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [("Interval: too Soon", 0), ("Interval: too short", 0), ("Age: Too Young", 1), (None, 0)],
)
def test_reasons(data: Path, reason: str | None, code: int) -> None:
    row = case(
        doses=[case()["doses"][0], {**SECOND, "expected_reason": reason}],
        assessment_date="2024-05-10",
        expected__earliest="2024-06-07",
        expected__recommended="2024-07-05",
    )
    assert run(data, row) == code


def test_a_group_that_the_release_does_not_have_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, case(vaccine_group="ROTA", doses=[]), more=("--json",)) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["suites"][0]["groups"]["Rotavirus"]["failed"] == 1
    assert report["defective"][0]["reason"] == "the rules have no vaccine group Rotavirus"


def test_the_folder_may_itself_be_the_rules(data: Path) -> None:
    assert run(data, case()) == 0
    file = write_cases(data.parent / "cases.jsonl", case(supporting_data="elsewhere"))
    assert main([str(file), "--data", str(data / "rules")]) == 0


def test_defective_cases_are_counted_and_told_apart(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = [{**case()["doses"][0], "date": "2024-05-02"}]
    defects = write_cases(
        data.parent / "defects.jsonl", {"suite": "own", "test_id": "listed", "reason": "typing error"}
    )
    rows = (
        case(),
        case(test_id="after", doses=late),
        case(test_id="unknown", doses=[{**case()["doses"][0], "cvx": "999"}]),
        case(test_id="order", expected__earliest="2024-08-01"),
        case(test_id="listed", expected__past_due="2025-01-01"),
    )
    assert run(data, *rows, more=("--json", "--defects", str(defects))) == 1
    report = json.loads(capsys.readouterr().out)
    assert {row["test_id"]: row["reason"] for row in report["defective"]} == {
        "after": "dose 1 was given after the day of assessment",
        "unknown": "dose 1: the rules do not know the vaccine 999",
        "order": "earliest, recommended and past due are not in order",
        "listed": "listed: typing error",
    }
    assert (report["total"]["failed"], report["total"]["defective_failed"]) == (4, 4)
    assert report["total"]["percent_without_defective"] == 100.0
    assert run(data, *rows, more=("--defects", str(defects))) == 1
    assert "listed (failed): listed: typing error" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [
        {"gender": "Female"},
        {"gender": None},
        {"gender": "U"},
        {"observations": None},
        {"observations": [{"code": 9, "date": ""}]},
        {"dob": "2023-05-01T00:00:00", "assessment_date": "2024-05-01 00:00:00"},
        {"expected__forecast_dose_number": 2, "expected__past_due": "-"},
        {"expected__forecast_dose_number": 2.0, "expected__past_due": "n/a"},
        {"expected__series_status": "not_complete", "expected__past_due": ""},
        {"supporting_data": "./rules"},
        {"supporting_data": "shared/data/rules/"},
        {"supporting_data": "C:\\data\\rules"},
        {"vaccine_group": " Pox "},
    ],
)
def test_what_means_the_same_is_read_the_same(data: Path, changes: dict[str, Any]) -> None:
    assert run(data, case(**changes)) == 0


def test_fields_that_may_be_missing(data: Path) -> None:
    row = case(doses=None, expected__forecast_dose_number="1")
    row["expected"] |= {"earliest": "2024-05-01", "recommended": "2024-05-01", "past_due": "2024-09-28"}
    for field in ("suite", "suite_version", "name", "gender", "observations"):
        del row[field]
    assert run(data, row) == 0
    del row["doses"]
    assert run(data, row) == 0


class TestCouldNotRun:
    """Exit code 2, one clear line, never a stack trace."""

    def told(self, capsys: pytest.CaptureFixture[str]) -> str:
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.count("\n") == 1
        return captured.err

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("{", "line 1: not JSON"),
            ("[]", "line 1: expected a JSON object, found list"),
            ("{}", "line 1: the field 'expected' is missing"),
            (json.dumps(case(dob="1.5.2023")), "line 1: 'dob' is not a day like 2025-11-10: '1.5.2023'"),
            (json.dumps(case(dob=None)), "line 1: 'dob' is blank"),
            (json.dumps(case(expected__forecast_dose_number="two")), "is not a number: 'two'"),
            (json.dumps(case(expected__series_status="fine")), "unknown series status 'fine'"),
            (json.dumps(case(vaccine_group="Cowpox")), "the rules have no vaccine group 'Cowpox'"),
            (
                json.dumps(case(dob="9999-12-31", assessment_date="9999-12-31", doses=[])),
                "line 1: cannot be assessed",
            ),
            (json.dumps(case(supporting_data="nowhere")), "has no folder 'nowhere'"),
            (json.dumps(case(doses=[{"date": "2024-05-01"}])), "line 1: the field 'cvx' is missing"),
            (json.dumps(case(doses=["x"])), "line 1:"),
            (json.dumps(case(doses={"n": 1})), "line 1: 'expected' must be an object, 'doses' and 'observ"),
            (json.dumps(case(expected=None)), "line 1: 'expected' must be an object"),
            (json.dumps(case(observations="007")), "'observations' lists"),
            (json.dumps(case(observations=["007"])), "line 1:"),
            (json.dumps(case(observations=[{"date": None}])), "line 1: the field 'code' is missing"),
            (json.dumps(case(assessment_date="2024-02-30")), "'assessment_date' is not a day"),
            (json.dumps(case(expected__earliest=20240529.5)), "'earliest' is not a day"),
            (json.dumps(case(supporting_data="")), "'supporting_data' is blank"),
            ("", "no cases in it"),
        ],
    )
    def test_a_bad_row(self, data: Path, capsys: pytest.CaptureFixture[str], line: str, words: str) -> None:
        file = data.parent / "bad.jsonl"
        file.write_text(line + "\n", encoding="utf-8")
        assert main([str(file), "--data", str(data)]) == 2
        assert words in self.told(capsys)

    def test_files_that_are_not_there_or_cannot_be_read(
        self, data: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = write_cases(data.parent / "cases.jsonl", case())
        assert main([str(data / "none.jsonl"), "--data", str(data)]) == 2
        self.told(capsys)
        assert main([str(file), "--data", str(data / "none")]) == 2
        self.told(capsys)
        (data / "rules" / "AntigenSupportingData- Pox-508.xml").write_text("<broken", encoding="utf-8")
        assert main([str(file), "--data", str(data)]) == 2
        assert "AntigenSupportingData- Pox-508.xml" in self.told(capsys)
        (data / "rules" / "AntigenSupportingData- Pox-508.xml").unlink()
        assert main([str(file), "--data", str(data)]) == 2
        assert "expected AntigenSupportingData*.xml" in self.told(capsys)
        binary = data.parent / "binary.jsonl"
        binary.write_bytes(b"\xff\xfe\x00")
        assert main([str(binary), "--data", str(data)]) == 2
        self.told(capsys)
        assert main([str(file), "--data", str(data), "--defects", str(binary)]) == 2
        self.told(capsys)


def test_it_runs_as_a_module(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_cases(data.parent / "cases.jsonl", case())
    monkeypatch.setattr(sys, "argv", ["conformance", str(file), "--data", str(data)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("vaxkit.immunization.conformance", run_name="__main__", alter_sys=True)
    assert ended.value.code == 0
    assert "1 passed" in capsys.readouterr().out
