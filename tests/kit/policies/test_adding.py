"""A policy is added by a file alone; what is wrong in it is said with file, line, place and remedy."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.batch import COLUMNS, assess_batch, row_of
from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.batch_people import columns_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.ruledata.policies import PolicyError, policies_in_force, policy_versions
from vaxkit.vocabulary import Text

HOW_TO = Path(__file__).parents[3] / "docs/how-to/add-a-policy.md"
BOOSTED = [
    GivenDose(str(number), date.fromisoformat(day), "BIBP-COVID19")
    for number, day in enumerate(["2021-06-01", "2021-06-22", "2023-01-10"])
]


def example() -> str:
    found = re.search(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def advice(folder: Path, born: int, on: date) -> Advice:
    return advise(policies_in_force(on, folder), Patient(date(born, 1, 1)), BOOSTED, on)


def test_the_example_of_the_how_to_works_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(example(), encoding="utf-8")
    before = advice(tmp_path, 1940, date(2023, 5, 31))
    assert (before.status, before.earliest_on) == ("not_yet_due", date(2023, 7, 10))
    after = advice(tmp_path, 1940, date(2023, 6, 1))
    assert (after.status, after.earliest_on) == ("due", date(2023, 5, 10))
    assert "EXAMPLE-SUBUNIT" in after.products
    younger = advice(tmp_path, 1960, date(2023, 6, 1))
    assert (younger.status, younger.earliest_on) == ("not_yet_due", date(2023, 7, 10))
    assert "EXAMPLE-SUBUNIT" not in younger.products


def test_the_document_of_a_new_policy_stands_behind_its_answers(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(example(), encoding="utf-8")
    earliest = next(
        row for row in advice(tmp_path, 1940, date(2023, 6, 1)).because if row.code == "earliest.interval"
    )
    assert earliest.source is not None
    assert (earliest.source.number, earliest.source.mark, earliest.source.note) == (
        "示例〔2023〕1号",
        "V",
        Text("第二条", "第二条"),
    )


def test_a_course_of_its_own_needs_no_shipped_policy(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    rules = policies_in_force(date(2030, 1, 1), tmp_path, shipped=False)
    answer = advise(
        rules, Patient(date(2000, 1, 1)), [GivenDose("a", date(2030, 1, 1), "NEW-VACCINE")], date(2030, 2, 1)
    )
    assert (answer.status, answer.next_dose_number, answer.earliest_on) == ("due", 2, date(2030, 1, 15))
    assert policies_in_force(date(2029, 12, 31), tmp_path, shipped=False).antigens["COVID-19"].series == ()


def test_a_yearly_dose_in_its_season_comes_again(tmp_path: Path) -> None:
    yearly = OWN.replace(
        "        preferable:\n          - {rule: new.products",
        """        allowable_intervals: [{rule: new.short, from: previous, absolute_minimum: 5 days, text: {zh: 短, en: Short}}]
        recurring: [{rule: new.again, text: {zh: 再, en: Again}}]
        seasons: [{rule: new.season, begin_on: "2030-01-05", end_on: "2030-03-31", text: {zh: 季, en: Season}}]
        preferable:\n          - {rule: new.products""",
    )
    (tmp_path / "own.yaml").write_text(yearly, encoding="utf-8")

    def told(on: date, *days: date) -> Advice:
        rules = policies_in_force(on, tmp_path, shipped=False)
        doses = [GivenDose(str(nth), day, "NEW-VACCINE") for nth, day in enumerate(days)]
        return advise(rules, Patient(date(2000, 1, 1)), doses, on)

    first, second = date(2030, 1, 6), date(2030, 1, 11)
    before = told(date(2030, 1, 2))
    assert (before.status, before.earliest_on) == ("not_yet_due", date(2030, 1, 5))
    again = told(date(2030, 2, 1), first, second)
    assert (again.status, again.doses_counted, again.next_dose_number) == ("due", 2, 3)
    after = told(date(2030, 4, 1), first, second)
    assert (after.status, after.next_dose_number, [row.code for row in after.because]) == (
        "not_yet_due",
        None,
        ["season.over"],
    )


def test_a_later_version_replaces_the_earlier_whole(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(OWN, encoding="utf-8")
    second = (
        OWN.replace('version: "1"', 'version: "2"')
        .replace("2030-01-01", "2030-06-01")
        .replace("14 days", "10 days")
    )
    (tmp_path / "2.yaml").write_text(second, encoding="utf-8")
    dose = [GivenDose("a", date(2030, 7, 1), "NEW-VACCINE")]
    patient, day = Patient(date(2000, 1, 1)), date(2030, 7, 2)
    answer = advise(policies_in_force(day, tmp_path, shipped=False), patient, dose, day)
    assert answer.earliest_on == date(2030, 7, 11)
    assert [row.version for row in policy_versions(tmp_path, shipped=False)] == ["1", "2"]


OWN = """
code: own
version: "1"
title: {zh: 新疫苗, en: A new vaccine}
effective_on: "2030-01-01"
source: {document: {zh: 通知, en: Notice}, mark: "V"}
vaccines:
  - {code: NEW-VACCINE, title: {zh: 新, en: New}, technology: other}
series:
  - code: new
    title: {zh: 新疫苗, en: New vaccine}
    default: true
    doses:
      - number: 1
        stage: primary
        preferable:
          - {rule: new.products, products: [NEW-VACCINE], text: {zh: 新, en: New}}
      - number: 2
        stage: primary
        intervals:
          - {rule: new.interval, from: previous, absolute_minimum: 7 days, minimum: 14 days, text: {zh: 间隔, en: Interval}}
        preferable:
          - {rule: new.products, products: [NEW-VACCINE], text: {zh: 新, en: New}}
"""

BROKEN = {
    "not yaml": ("title: {zh: 新疫苗, en: A new vaccine}", "title: {zh: 新疫苗", "", "YAML"),
    "full-width colon": (
        "title: {zh: 新疫苗, en: A",
        "title： {zh: 新疫苗, en: A",
        "",
        "The colon of this line is full-width",
    ),
    "tab": ("    doses:", "\t doses:", "", "There is a tab in this line"),
    "full-width quotes": ('version: "1"', "version: “1”", "version", "text in quotes"),
    "missing": ('version: "1"\n', "", "", "version is missing"),
    "typo": (
        "preferable:\n          - {rule: new.products, products",
        "preferrable:\n          - {rule: new.products, products",
        "series/0/doses/0/preferrable",
        "Did you mean preferable?",
    ),
    "period": (
        "minimum: 14 days",
        "minimum: two weeks",
        "series/0/doses/1/intervals/0/minimum",
        "3 weeks, 14 days",
    ),
    "number": ("minimum: 14 days", "minimum: 14", "series/0/doses/1/intervals/0/minimum", "3 weeks, 14 days"),
    "mark": ('mark: "V"', 'mark: "X"', "source/mark", "V read in the text itself"),
    "one language": (
        "text: {zh: 间隔, en: Interval}",
        "text: {zh: 间隔}",
        "series/0/doses/1/intervals/0/text",
        "en is missing",
    ),
    "product": (
        "products: [NEW-VACCINE]",
        "products: [NEW-VACINE]",
        "series/0/doses/0/preferable/0/products/0",
        "Did you mean NEW-VACCINE?",
    ),
    "observation": (
        "from: previous",
        "from: {observation: infektion}",
        "series/0/doses/1/intervals/0/from/observation",
        "Declare it first under observations",
    ),
    "from": ("from: previous", "from: last", "series/0/doses/1/intervals/0/from", "From is previous"),
    "shrinking": (
        "absolute_minimum: 7 days",
        "absolute_minimum: 21 days",
        "series/0/doses/1/intervals/0/minimum",
        "shorter than absolute_minimum",
    ),
    "gap in doses": ("number: 2", "number: 3", "series/0/doses", "has no dose 2"),
    "no interval": ("minimum: 14 days, ", "", "series/0/doses/1", "no minimum interval"),
    "no such day": (
        'effective_on: "2030-01-01"',
        'effective_on: "2030-02-30"',
        "effective_on",
        "there is no day 2030-02-30",
    ),
    "day": ('effective_on: "2030-01-01"', "effective_on: 1 January", "effective_on", '"2023-08-01"'),
    "untitled": (
        "    title: {zh: 新疫苗, en: New vaccine}\n",
        "",
        "series/0/code",
        "Give a new series a title",
    ),
    "twice": (
        "          - {rule: new.interval,",
        "          - {rule: new.interval, from: previous, text: {zh: 间, en: I}}\n          - {rule: new.interval,",
        "series/0/doses/1/intervals/1/rule",
        "stands twice",
    ),
    "ends": (
        "series:\n",
        "ends:\n  - {rule: nothing, text: {zh: 无, en: None}}\nseries:\n",
        "ends/0/rule",
        "no earlier policy has a rule nothing",
    ),
    "stage": (
        "series:\n",
        "stages:\n  - {stages: [booster-9]}\nseries:\n",
        "stages/0/stages",
        "There are: primary.",
    ),
    "key twice": (
        "minimum: 14 days,",
        "minimum: 14 days, minimum: 15 days,",
        "series/0/doses/1/intervals/0/minimum",
        "stands twice in one place",
    ),
    "holds itself": ("en: A new vaccine}", "en: &loop [*loop]}", "", "YAML"),
    "too long": (
        "minimum: 14 days",
        "minimum: 999 years + 999 years",
        "series/0/doses/1/intervals/0/minimum",
        "longer than 200 years",
    ),
    "backwards": (
        "minimum: 14 days",
        "minimum: 14 days - 3 weeks",
        "series/0/doses/1/intervals/0/minimum",
        "cannot be negative",
    ),
    "two ages at once": (
        "        preferable:\n",
        "        ages: [{rule: new.one, minimum: 3 years, text: {zh: 一, en: One}},"
        " {rule: new.two, minimum: 5 years, text: {zh: 二, en: Two}}]\n        preferable:\n",
        "series/0/doses/0/ages/1/rule",
        "Call it new.one to replace that one",
    ),
    "a season backwards": (
        "        preferable:\n",
        '        seasons: [{rule: new.season, begin_on: "2030-03-01", end_on: "2030-01-01", text: {zh: 季, en: Season}}]\n'
        "        preferable:\n",
        "series/0/doses/0/seasons/0/end_on",
        "the last day is before the first",
    ),
    "two kinds": (
        "series:\n",
        "observations:\n  - {code: late, kind: group, title: {zh: 晚, en: Late}}\n"
        "  - {code: late, kind: health, title: {zh: 晚, en: Late}}\nseries:\n",
        "observations/1/kind",
        "late is of kind group already",
    ),
    "a later dose": (
        "from: previous",
        "from: {dose: 2}",
        "series/0/doses/1/intervals/0/from/dose",
        "dose 2 is not before dose 2",
    ),
    "preferring a later dose": (
        "        intervals:",
        "        prefer: [{rule: new.same, same_as_dose: 3, text: {zh: 同, en: Same}}]\n        intervals:",
        "series/0/doses/1/prefer/0/same_as_dose",
        "Name an earlier dose",
    ),
    "other vaccine": (
        "series:\n",
        "gaps:\n  - {rule: gap, others: [FLU], minimum: 14 days, text: {zh: 隔, en: Gap}}\nseries:\n",
        "gaps/0/others/0",
        "Declare it first under others",
    ),
    "condition": (
        "minimum: 14 days,",
        "minimum: 14 days, when: {age: 60 years},",
        "series/0/doses/1/intervals/0/when/age",
        "there is no key age",
    ),
    "a comma": (
        "text: {zh: 间隔, en: Interval}",
        "text: {zh: 间隔, en: Interval, at least}",
        "series/0/doses/1/intervals/0/text/at least",
        "goes in quotes",
    ),
    "a column of another condition": (
        "        intervals:",
        "        skips: [{context: both, conditions: [{type: age, begin_age: 5 years, dose_count: 1}]}]\n        intervals:",
        "series/0/doses/1/skips/0/conditions/0/dose_count",
        "a condition of type age has no dose_count",
    ),
    "a condition that says nothing": (
        "        intervals:",
        "        skips: [{context: both, conditions: [{type: vaccine-count, dose_count: 1}]}]\n        intervals:",
        "series/0/doses/1/skips/0/conditions/0",
        "lacks count_logic",
    ),
    "a condition of no kind": (
        "        intervals:",
        "        skips: [{context: both, conditions: [{type: sex}]}]\n        intervals:",
        "series/0/doses/1/skips/0/conditions/0/type",
        "Type is age, interval",
    ),
    "a skip without when": (
        "        intervals:",
        "        skips: [{context: both}]\n        intervals:",
        "series/0/doses/1/skips/0",
        "Give it when, conditions or sets",
    ),
    "a risk without indication": (
        "    default: true\n",
        "    kind: risk\n",
        "series/0/kind",
        "Give it indications",
    ),
    "an indication without risk": (
        "series:\n",
        "observations: [{code: dialysis, title: 透析}]\nseries:\n",
        "series/0/indications",
        "only a risk series has indications",
    ),
    "an unknown disease": (
        "    default: true\n",
        "    default: true\n    antigen: Pox\n",
        "series/0/antigen",
        "there is no disease Pox",
    ),
    "several diseases": (
        "series:\n",
        "antigens: [{code: Pox}, {code: Flu}]\nseries:\n",
        "series/0",
        "one of Pox, Flu",
    ),
    "an unknown vaccine in a conflict": (
        "series:\n",
        "conflicts: [{previous: [OLD], current: [NEW-VACCINE], begin: 1 day, end: 28 days}]\nseries:\n",
        "conflicts/0/previous/0",
        "there is no product OLD",
    ),
    "a conflict that ends before it begins": (
        "series:\n",
        "conflicts: [{previous: [NEW-VACCINE], current: [NEW-VACCINE], begin: 30 days, end: 28 days}]\nseries:\n",
        "conflicts/0/end",
        "end is shorter than begin",
    ),
    "a code of digits without quotes": (
        "vaccines:\n",
        "vaccines:\n  - {code: 3, title: 三}\n",
        "vaccines/0/code",
        "a CVX code stands in quotes",
    ),
    "no indication known": (
        "    default: true\n",
        "    kind: risk\n    indications: [{observation: dialysis}]\n",
        "series/0/indications/0/observation",
        "Declare it first under observations",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_policy_says_what_to_do(name: str, tmp_path: Path) -> None:
    right, wrong, place, told = BROKEN[name]
    assert right in OWN
    text = OWN.replace(right, wrong, 1)
    if name == "an indication without risk":
        text = text.replace("    default: true\n", "    indications: [{observation: dialysis}]\n")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path, shipped=False)
    fault = caught.value.faults[0]
    assert (fault.file, fault.path) == ("own.yaml", place)
    assert fault.line > 0
    assert told in fault.in_both()
    assert all(re.search(r"[一-鿿]", words.zh) for words in (fault.what, fault.fix))


def test_what_is_wrong_between_files_is_said_of_the_new_one(tmp_path: Path) -> None:
    """A dose far beyond the shipped ones; a series of the campaign's name in a file about another disease; another encoding."""
    far = OWN.replace("code: new\n    title: {zh: 新疫苗, en: New vaccine}", "code: inactivated")
    far = (
        far.replace("number: 1", "number: 8")
        .replace("number: 2", "number: 9")
        .replace("stage: primary", "stage: later")
    )
    (tmp_path / "own.yaml").write_text(far, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path)
    assert [fault.file for fault in caught.value.faults if "has no dose 6" in fault.what.en] == ["own.yaml"]

    other = "antigens: [{code: Measles, title: {zh: 麻疹, en: Measles}}]\n" + OWN.replace(
        "code: new", "code: inactivated"
    )
    (tmp_path / "own.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path)
    fault = caught.value.faults[0]
    assert (fault.file, fault.path, fault.what.en) == (
        "own.yaml", "series/0/code", "series inactivated is against COVID-19",
    )  # fmt: skip

    (tmp_path / "own.yaml").write_bytes(OWN.encode("gb18030"))
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path)
    assert caught.value.faults[0].fix.en == "Save it as UTF-8."


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = OWN.replace("minimum: 14 days", "minimum: soon").replace('mark: "V"', "mark: sure")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("code: x", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path, shipped=False)
    assert {(fault.file, fault.line) for fault in caught.value.faults} == {
        ("own.yaml", 6),
        ("own.yaml", 21),
        ("other.yaml", 1),
    }


def test_a_fault_prints_file_line_place_and_remedy_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        OWN.replace("minimum: 14 days", "minimum: two weeks"), encoding="utf-8"
    )
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 1, 1), tmp_path, shipped=False)
    assert str(caught.value).splitlines() == [
        "own.yaml:21: series/0/doses/1/intervals/0/minimum",
        '  "two weeks" 的写法不对。时长写成文字，如 18 years、3 weeks、14 days、8 weeks + 1 day。',
        '  "two weeks" is not written in the right way. '
        "A length of time is text such as 18 years, 3 weeks, 14 days, 8 weeks + 1 day.",
    ]


def test_a_note_in_one_language_stands_for_both(tmp_path: Path) -> None:
    one = OWN.replace('mark: "V"}', 'mark: "V", note: As read to us}')
    both = OWN.replace('mark: "V"}', 'mark: "V", note: {zh: 据口述, en: As read to us}}')
    for text, note in (
        (one, Text("As read to us", "As read to us")),
        (both, Text("据口述", "As read to us")),
    ):
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        assert policy_versions(tmp_path, shipped=False)[0].source.note == note


def test_the_shipped_policies_in_order() -> None:
    assert [
        (row.effective_on.isoformat(), row.code.removeprefix("cn-covid-")[11:]) for row in policy_versions()
    ] == [
        ("2020-12-15", "key-groups"),
        ("2021-03-29", "guide"),
        ("2021-05-07", "kconvac"),
        ("2021-07-20", "ages-12-17"),
        ("2021-10-24", "homologous-booster"),
        ("2021-10-26", "ages-3-11"),
        ("2022-02-19", "sequential-booster"),
        ("2022-09-04", "inhaled-ad5"),
        ("2022-09-15", "influenza"),
        ("2022-11-29", "elderly"),
        ("2022-12-13", "second-booster"),
        ("2022-12-25", "infection"),
        ("2023-04-10", "april"),
        ("2023-08-01", "xbb"),
    ]


def test_every_rule_says_where_it_was_read_in_two_languages() -> None:
    rules = policies_in_force(date(2023, 12, 31))
    assert len(rules.statements) > 100
    for row in rules.statements:
        assert row.source.document.zh and row.source.document.en
        assert row.source.mark in ("2", "M")
        for words in (row.text, *((row.source.note,) if row.source.note is not None else ())):
            assert re.search(r"[一-鿿]", words.zh)
            assert not re.search(r"[一-鿿]", re.sub(r"四（六）; ", "", words.en))


def test_a_file_about_another_disease_must_say_so_where_the_usual_one_is_not_known(tmp_path: Path) -> None:
    other = OWN.replace("vaccines:\n", "antigens: [{code: Pox}]\nvaccines:\n", 1)
    (tmp_path / "1.yaml").write_text(other, encoding="utf-8")
    late = """
code: late
version: "1"
title: {zh: 后来, en: Late}
effective_on: "2030-02-01"
source: {document: {zh: 通知, en: Notice}, mark: "V"}
observations: [{code: fever, title: 发热}]
contraindications: [{observations: [fever], text: 发热者不接种。}]
"""
    (tmp_path / "2.yaml").write_text(late, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        policies_in_force(date(2030, 3, 1), tmp_path, shipped=False)
    assert [(row.file, row.path) for row in caught.value.faults] == [("2.yaml", "contraindications/0")]
    assert caught.value.faults[0].fix.en == "Give it antigens; there are: Pox."
    (tmp_path / "2.yaml").write_text(late.replace("text:", "antigens: [Pox], text:"), encoding="utf-8")
    rules = policies_in_force(date(2030, 3, 1), tmp_path, shipped=False)
    assert [row.observation for row in rules.antigens["Pox"].contraindications] == ["fever"]
    assert rules.statements[0].text == Text("发热者不接种。", "发热者不接种。")


def test_rows_without_name_and_words_are_called_after_their_place_and_told_by_their_figures(
    tmp_path: Path,
) -> None:
    bare = OWN.replace("rule: new.interval, ", "").replace(", text: {zh: 间隔, en: Interval}", "")
    (tmp_path / "own.yaml").write_text(bare, encoding="utf-8")
    rules = policies_in_force(date(2030, 1, 1), tmp_path, shipped=False)
    row = next(row for row in rules.statements if row.kind == "intervals")
    assert row.rule == "own.new.dose-2.intervals-1"
    assert row.text.zh == "间隔：起算 上一剂；最短计入 7天；最短 14天"
    assert row.text.en == "interval: counted from the dose before; counts from 7 days; minimum 14 days"


def test_a_dose_for_which_nothing_may_be_given_is_not_asked_for(tmp_path: Path) -> None:
    """Its products all end at an age, begin at a later one, or are contraindicated for the person; in batch too."""
    on, doses = date(2030, 2, 1), [GivenDose("a", date(2030, 1, 1), "NEW-VACCINE")]
    first, _, second = OWN.rpartition("products: [NEW-VACCINE]")

    def told(limit: str, more: str = "", *seen: str) -> Advice:
        text = f"{first}products: [NEW-VACCINE], {limit}{second}{more}"
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        rules = policies_in_force(on, tmp_path, shipped=False)
        patient = Patient(date(2000, 1, 1), observations=tuple(Observation(code) for code in seen))
        answer = advise(rules, patient, doses, on)
        tables = tables_of(rules, on)
        batch = assess_batch(rules, columns_of(tables, [(patient, doses)]), on)
        assert [int(getattr(batch, name)[0]) for name in COLUMNS] == row_of(tables, answer)
        return answer

    assert told("end_age: 31 years").status == "due"
    outgrown = told("end_age: 30 years")
    assert (outgrown.status, outgrown.next_dose_number, outgrown.products) == ("not_yet_due", None, ())
    assert [row.code for row in outgrown.because] == ["products.none"]
    waiting = told("begin_age: 31 years")
    assert (waiting.status, waiting.earliest_on, waiting.products, waiting.because[-1].code) == (
        "not_yet_due", date(2031, 1, 1), ("NEW-VACCINE",), "earliest.age",
    )  # fmt: skip
    other = """
observations: [{code: allergy, title: {zh: 过敏, en: Allergy}}]
contraindications: [{observations: [allergy], products: [NEW-VACCINE]}]
vaccines:
  - {code: NEW-VACCINE, title: {zh: 新, en: New}, technology: other}
  - {code: OTHER-VACCINE, title: {zh: 另, en: Other}}
"""
    first = first.replace(OWN[OWN.index("vaccines:") : OWN.index("series:")], "")
    first = first.replace("products: [NEW-VACCINE]", "products: [NEW-VACCINE, OTHER-VACCINE]")
    assert told("begin_age: 1 year", other).status == "due"
    barred = told("begin_age: 1 year", other, "allergy")
    assert (barred.status, barred.products) == ("contraindicated", ())
    assert [row.code for row in barred.because] == ["products.barred"]


def test_a_policy_that_has_ended_asks_for_nothing_more(tmp_path: Path) -> None:
    """Its doses go on being judged; alone, and where it added a dose to a course that goes on."""
    short = OWN.replace(
        'effective_on: "2030-01-01"', 'effective_on: "2030-01-01"\neffective_until: "2030-06-30"'
    )
    (tmp_path / "own.yaml").write_text(short, encoding="utf-8")
    given = [GivenDose("a", date(2030, 6, 20), "NEW-VACCINE")]

    def told(on: date, folder: Path, doses: list[GivenDose]) -> Advice:
        rules = policies_in_force(on, folder, shipped=False)
        return advise(rules, Patient(date(2000, 1, 1)), doses, on)

    assert told(date(2030, 6, 30), tmp_path, []).status == "due"
    after = told(date(2030, 7, 5), tmp_path, [])
    assert (after.status, after.next_dose_number, after.earliest_on) == ("not_yet_due", None, None)
    begun = told(date(2030, 7, 5), tmp_path, given)
    assert (begun.status, begun.doses_counted, begun.course.is_complete) == ("not_yet_due", 1, False)

    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    third = short.replace("code: own", "code: third").replace(
        "{zh: 通知, en: Notice}", "{zh: 加强, en: Booster}"
    )
    third = (
        third[: third.index("series:")].replace("NEW-VACCINE", "NEWER-VACCINE")
        + """series:
  - code: new
    doses:
      - number: 3
        stage: booster-1
        intervals: [{from: previous, minimum: 1 month}]
        preferable: [{products: [NEWER-VACCINE]}]
"""
    )
    (tmp_path / "third.yaml").write_text(third, encoding="utf-8")
    both = [GivenDose("a", date(2030, 1, 1), "NEW-VACCINE"), GivenDose("b", date(2030, 1, 20), "NEW-VACCINE")]
    boosted = told(date(2030, 6, 30), tmp_path, both)
    assert (boosted.status, boosted.products) == ("due", ("NEWER-VACCINE",))
    over = told(date(2030, 7, 1), tmp_path, both)
    assert (over.status, over.next_dose_number) == ("complete", None)
    assert uncovered(policies_in_force(date(2030, 7, 1), tmp_path, shipped=False), "COVID-19") == ()
    late = told(date(2030, 7, 9), tmp_path, [*both, GivenDose("c", date(2030, 6, 30), "NEWER-VACCINE")])
    assert [row.target_dose_number for row in late.doses] == [1, 2, 3]
