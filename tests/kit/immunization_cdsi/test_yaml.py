"""CDC's data as policy files: what is written reads back to the same model, and one group alone judges the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.immunization_cdsi.tiny_data import case, write_cases, write_rules

from vaxkit.immunization import GivenDose, Observation, Patient, assess
from vaxkit.immunization.conformance.__main__ import main as conformance
from vaxkit.ruledata import read_cdsi, read_shipped_cdsi
from vaxkit.ruledata.__main__ import main
from vaxkit.ruledata.loader import PlainLoader
from vaxkit.ruledata.policies import policies_in_force
from vaxkit.ruledata.policies.comparing import differing
from vaxkit.ruledata.policies.yaml_text import FlowList, FlowMap, yaml_text


def test_the_shipped_release_is_the_same_model_as_policy_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["to-yaml", "-", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "读回后与原数据逐项相同 / read back, it is the same model in every part"
    assert len(list((tmp_path / "out").glob("*.yaml"))) == len(told) - 1 == 31


def test_what_is_not_the_same_is_found() -> None:
    rules = read_shipped_cdsi()
    antigen = rules.antigens["HPV"]
    series = replace(antigen.series[2], genders=frozenset({"female"}))
    changed = replace(antigen, series=(*antigen.series[:2], series, *antigen.series[3:]))
    other = replace(rules, antigens={**rules.antigens, "HPV": changed}, conflicts=rules.conflicts[1:])
    assert differing(rules, other) == ("antigens/HPV/series/2/genders", "conflicts")
    assert differing(rules, rules) == ()


def test_tiny_data_judge_the_same_from_yaml(tmp_path: Path) -> None:
    write_rules(tmp_path / "xml")
    assert main(["to-yaml", str(tmp_path / "xml"), str(tmp_path / "yaml" / "rules"), "--code", "own"]) == 0
    file = write_cases(tmp_path / "cases.jsonl", case())
    assert conformance([str(file), "--data", str(tmp_path / "yaml")]) == 0
    assert conformance([str(file), "--data", str(tmp_path / "yaml" / "rules")]) == 0
    rules = policies_in_force(date(2026, 1, 1), tmp_path / "yaml" / "rules", shipped=False)
    assert differing(read_cdsi(tmp_path / "xml"), rules) == ()


@pytest.mark.parametrize("group", ["HPV", "MMR", "HepB"])
def test_one_group_alone_is_a_file_of_its_own_and_judges_the_same(group: str, tmp_path: Path) -> None:
    assert main(["to-yaml", "-", str(tmp_path), "--group", group, "--code", "own"]) == 0
    rules = policies_in_force(date(2026, 1, 1), tmp_path, shipped=False)
    assert list(rules.groups) == [group]
    on = date(2024, 6, 1)
    for born, sex, codes, seen in (
        (date(2010, 1, 1), "female", ("165", "165"), ()),
        (date(2023, 5, 2), "male", ("03", "03", "08", "45"), ("007",)),
        (date(1960, 1, 1), "female", ("43", "110"), ("003",)),
    ):
        person = Patient(born, sex, tuple(Observation(code) for code in seen))
        doses = [GivenDose(str(at), date(2023, 5 + at, 3 + at), code) for at, code in enumerate(codes)]
        one = assess(rules, person, doses, on).groups.get(group)
        other = assess(read_shipped_cdsi(), person, doses, on).groups.get(group)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert (one.status, one.earliest_on, one.recommended_on, one.past_due_on, one.next_dose_number) == (
                other.status, other.earliest_on, other.recommended_on, other.past_due_on, other.next_dose_number,
            )  # fmt: skip
            assert one.series == other.series
            assert [row.status for row in one.doses] == [row.status for row in other.doses]


def test_the_command_tells_faults_and_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["to-yaml", "-", str(tmp_path), "--group", "Flu"]) == 2
    assert "no vaccine group 'Flu'" in capsys.readouterr().err
    (tmp_path / "own.yaml").write_text("code: own\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "own.yaml")]) == 1
    assert "own.yaml:1: (the whole document)\n  缺少 effective_on。" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "none.yaml")]) == 2
    shipped = Path(policies_in_force.__code__.co_filename).parents[1] / "china" / "policies"
    assert main(["check", str(shipped), "--on", "2022-01-01"]) == 0
    assert "COVID-19: 程序 series 4, 剂次 doses 10; 可批量计算 in batch" in capsys.readouterr().out


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_VALUES: Any = st.recursive(
    st.one_of(_TEXTS, st.integers(0, 999), st.sampled_from(["08", "1e3", "yes", "on", "2020-01-01", "~", "0x1", "a: b"])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.lists(inner, min_size=1, max_size=3).map(FlowList),
        st.dictionaries(st.sampled_from(["on", "rule", "text"]), inner, min_size=1, max_size=3),
        st.dictionaries(st.sampled_from(["on", "rule", "text"]), inner, min_size=1, max_size=3).map(FlowMap),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["code", "from", "series"]), _VALUES, min_size=1))
def test_whatever_is_written_as_yaml_reads_back(document: dict[str, Any]) -> None:
    assert yaml.load(yaml_text(document), Loader=PlainLoader) == document
