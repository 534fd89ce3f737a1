"""What a new policy changes, rule by rule, in sentences."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.kit.policies.test_adding import example

from vaxkit.immunization import Change, ChangeKind, difference
from vaxkit.ruledata.policies import policies_in_force


def changes(on: str) -> list[Change]:
    day = date.fromisoformat(on)
    return difference(policies_in_force(day - timedelta(days=1)), policies_in_force(day))


def one(found: list[Change], rule: str, kind: ChangeKind) -> Change:
    rows = [row for row in found if (row.rule, row.kind) == (rule, kind)]
    assert len(rows) == 1
    return rows[0]


def test_nothing_differs_between_two_days_of_the_same_policies() -> None:
    assert difference(policies_in_force(date(2022, 3, 1)), policies_in_force(date(2022, 9, 3))) == []


def test_booster_interval_from_six_to_three_months() -> None:
    change = one(changes("2023-04-10"), "booster-1.interval", ChangeKind.CHANGED)
    assert change.places == (("inactivated", 3), ("adenovirus", 2))
    assert change.figures["minimum"] == ("6 months", "3 months")
    assert "最短 6个月 → 3个月" in change.sentence.zh
    assert "minimum 6 months → 3 months" in change.sentence.en
    assert change.source.on == date(2023, 4, 10)


def test_the_interval_after_an_infection_changes_for_every_course() -> None:
    change = one(changes("2023-04-10"), "infection.primary", ChangeKind.CHANGED)
    assert change.sentence.zh == "改变：基础免疫间隔：最短 6个月 → 3个月。"
    assert change.sentence.en == "Changed: primary course, interval: minimum 6 months → 3 months."


def test_a_new_rule_is_told_in_its_own_words() -> None:
    change = one(changes("2022-02-19"), "booster-1.sequential", ChangeKind.ADDED)
    assert change.sentence.zh.startswith("新增：第一剂次加强可用产品（灭活疫苗）：北京生物")
    assert [row.kind for row in changes("2022-02-19")] == [ChangeKind.ADDED]


def test_a_rule_without_successor_is_over() -> None:
    change = one(changes("2021-03-29"), "inactivated.not-from-60", ChangeKind.ENDED)
    assert (change.sentence.zh, change.new_text) == (
        "不再适用：基础免疫对象：60岁及以上暂不安排接种。",
        None,
    )


def test_what_another_folder_adds(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(example(), encoding="utf-8")
    day = date(2023, 6, 1)
    found = difference(policies_in_force(day), policies_in_force(day, tmp_path))
    assert {(row.rule, row.kind.value) for row in found} == {
        ("booster-2.interval", "changed"),
        ("booster-2.interval.80", "added"),
        ("booster-2.example", "added"),
        ("gap.influenza-together", "changed"),
    }
    gap = one(found, "gap.influenza-together", ChangeKind.CHANGED)
    assert gap.sentence.zh == "改变：与其他疫苗间隔：最短 0天 → 15天。"
