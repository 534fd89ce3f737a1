"""What an author of a script gets wrong: an answer at the line, in both languages, with what to do; never anything but Faulty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vaxkit.campaign import read_plan, run
from vaxkit.campaign.plan import CampaignPlan, Scenario
from vaxkit.campaign.reading import example_text
from vaxkit.exercise import (
    Decision,
    Faulty,
    kept_script,
    read_script,
    read_text,
    scored,
    script_names,
    script_text,
)
from vaxkit.exercise.effects import best, event_of, so_far
from vaxkit.ruledata.plans import parse_plan
from vaxkit.vocabulary import Text

SCRIPT = script_text("vaccine_late")
VILLAGES = "{zh: 村里问怎么通知, en: Villages ask what to say}"
#: What was written, what instead, the words of the line that is named, what is said.
MISTAKES = [
    ("minutes: 150", "minutes: two hours", "minutes: two hours", "must be a whole number"),
    ("minutes: 150", "minutes: １５０", "minutes: １５０", "must be a whole number"),
    ("minutes: 150", "minutes：150", "minutes：150", "a colon is missing"),
    ("minutes: 150", "minutes: .inf", "minutes: .inf", "not a finite number"),
    ('"08:30"', "8:30", "begins: 8:30", "is not a clock time"),
    ('"08:30"', "“08:30”", "begins: “08:30”", "is not a clock time"),
    ("  - {id: command", "\t- {id: command", "\t- {id: command", "a tab stands"),
    ("to: [store, command]", "to: [stroe, command]", "to: [stroe, command]", "Did you mean store?"),
    ("to: [store, command]", "to: [command]", "by: store", "does not receive it"),
    ("to: [store, command]", "to: &a [store, command]\n    x: *a", "x: *a", "aliases"),
    ("at: 90", "at: 150", "at: 150", "not before the end"),
    ("at: 90", "at: 09:30", "at: 09:30", "must be a whole number"),
    ("at: 90", "at: 90\n    at: 95", "    at: 95", "at stands twice"),
    ("id: whom", "id: notice", "id: notice", "notice stands twice"),
    ("id: store, title", "id: command, title", "id: command, title", "command stands twice"),
    ("id: queue", "id: 排队", "id: 排队", "cannot be an id"),
    (VILLAGES, "{zh: 村里问怎么通知}", "村里问怎么通知}", "en is missing"),
    (VILLAGES, "村里问怎么通知", "title: 村里问怎么通知", "in double quotes"),
    (VILLAGES, "{zh: ' ', en: x}", "zh: ' '", "must not be empty"),
    (VILLAGES, "{zh: 村, 里, en: x}", "zh: 村, 里", "no key 里"),
    (VILLAGES, '{zh: "a\\0b", en: x}', "a\\0b", "control character, U+0000"),
    (VILLAGES, "{zh: a\u202eb, en: x}", "a\u202eb", "control character, U+202E"),
    (VILLAGES, '{zh: "a\\ud800b", en: x}', "a\\ud800b", "control character, U+D800"),
    (VILLAGES, "{zh: " + "长" * 81 + ", en: x}", "长长", "80 characters at most"),
    ("kind: staff_sick, lasts: 5, amount: 1", "kind: staff_sick, amount: 30", "amount: 30", "30 % is 0.3"),
    ("kind: staff_sick, lasts: 5, amount: 1", "kind: staff_sick, amount: -0.3", "amount: -0.3", "less than 0"),
    ("amount: 1.5", "amount: 0.5", "amount: 0.5", "from 1 to 20"),
    ("amount: 5}", "amount: 2.5}", "amount: 2.5}", "days, from 1 to 365"),
    (", amount: 5}", "}", "lasts: 3}", "vaccine_late needs amount"),
    ("kind: rush, lasts: 1", "kind: storm, lasts: 1", "kind: storm", "not one of the choices"),
    ("within: 10", "within: 10\n    witin: 3", "witin: 3", "Did you mean within?"),
    ("injects:\n", "injects: []\nx:\n", "injects: []", "must be a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "instead", "line", "said"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(was: str, instead: str, line: str, said: str) -> None:
    if said == "must be a mapping":  # the whole of the news gone
        text, said = SCRIPT[: SCRIPT.index("injects:")] + "injects: []\n", "entry at least"
    else:
        assert was in SCRIPT
        text = SCRIPT.replace(was, instead, 1)
    with pytest.raises(Faulty) as faulty:
        read_text(text)
    rows = text.splitlines()
    named = [fault for fault in faulty.value.faults if line in rows[fault.line - 1]]
    assert any(said in fault.in_("en") for fault in named), [fault.in_("en") for fault in faulty.value.faults]
    assert all(fault.what.zh and fault.fix.zh and fault.fix.en for fault in faulty.value.faults)


@pytest.mark.parametrize(
    "text", ["", " \n", "hello", "- a", "42", "<html>", "a,b\n1,2", "[" * 5000, "{", SCRIPT + "\n---\na: 1"]
)
def test_what_is_no_script_at_all_is_said_so(text: str) -> None:
    with pytest.raises(Faulty) as faulty:
        read_text(text)
    assert all(fault.line >= 1 for fault in faulty.value.faults)


def test_the_script_of_the_how_to_can_be_used() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "plan-ahead.md").read_text("utf-8")
    text = page[page.index("exercise: 1\nid: cold_room") :]
    script = read_text(text[: text.index("```")])[0]
    assert (script.id, script.stock_days, script.inject("alarm").points) == ("cold_room", 3, 10)


def test_a_script_that_was_kept_stays_what_it_was() -> None:
    """Rules that came later are for new scripts: an exercise does not break by them."""
    document = parse_plan(SCRIPT)
    document["injects"][0]["options"][2]["effects"][1] = {"kind": "staff_sick", "amount": 30}
    with pytest.raises(Faulty):
        read_script(document)
    (_late, ill) = kept_script(document).inject("notice").option("hide").effects
    assert event_of(ill, 1, "s").amount == 1


def test_an_exercise_that_ended_early_is_judged_by_what_had_come() -> None:
    script = read_text(SCRIPT)[0]
    said = [Decision("notice", "count", "store", 5), Decision("whom", "second", "store", 30)]
    early = scored(script, said, 30)
    assert (early.points, early.most) == (10, 10)  # the second question was open, the others had not come
    assert [line.is_settled for line in early.lines] == [True, False, False, False]
    over = scored(script, said)
    assert (over.points, over.most) == (10, 45)
    assert [each.role for each in over.lines[1].others] == ["store"] and "did not" in over.lines[1].because.en
    assert script.due(script.inject("words")) == 110
    late = replace(script, minutes=100)
    assert late.due(script.inject("words")) == 100 and len(so_far(late, (), 100).injects) == 4


@pytest.mark.parametrize("name", script_names())
def test_fewer_points_never_bring_a_better_campaign(name: str) -> None:
    """By finish and by doses of the first thirty days; no decision is never better than the worst one."""
    script, plan = read_script(parse_plan(script_text(name))), _plan()
    for inject in script.injects:
        rows = [each.effects for each in sorted(inject.options, key=lambda each: -each.points)] + [
            inject.otherwise
        ]
        scenarios = tuple(
            Scenario(str(nth), Text("", ""), tuple(event_of(each, plan.first, "stadium") for each in effects))
            for nth, effects in enumerate(rows)
        )
        found = run(replace(plan, scenarios=scenarios), replications=12)[1:]
        finish = [each.finish for each in found]
        assert None not in finish and finish == sorted(finish), (inject.id, finish)  # type: ignore[type-var]
        doses = [sum(each.daily.mean[:30]) for each in found]
        assert doses[0] == max(doses) > doses[-1], (inject.id, doses)
    assert {each.option for each in best(script)} == {
        max(i.options, key=lambda o: o.points).id for i in script.injects
    }


def _plan() -> CampaignPlan:
    plan = read_plan(parse_plan(example_text()))
    return replace(plan, most_days=80, deliveries={plan.first + 7 * week: 18000 for week in range(9)})
