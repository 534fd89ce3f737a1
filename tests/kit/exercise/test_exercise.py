"""Scripts are whole, inboxes fill by the clock, points and effects follow from decisions."""

from __future__ import annotations

import copy

import pytest

from vaxkit.exercise import (
    Decision,
    Faulty,
    happened,
    read_script,
    read_text,
    scored,
    script_names,
    script_text,
)
from vaxkit.exercise.effects import best, so_far
from vaxkit.ruledata.plans import parse_plan


def document(name: str = "vaccine_late") -> dict:  # type: ignore[type-arg]  # whatever the YAML holds
    return copy.deepcopy(parse_plan(script_text(name)))


@pytest.mark.parametrize("name", script_names())
def test_every_shipped_script_can_be_won_and_lost(name: str) -> None:
    script = read_script(document(name))
    assert script.id == name and len(script.injects) >= 4 and len(script.roles) == 4
    assert scored(script, best(script)).points == scored(script, best(script)).most > 0
    assert scored(script, ()).points == 0
    assert len(happened(script, (), 1, "s")) >= len(happened(script, best(script), 1, "s"))
    with pytest.raises(KeyError):
        script_text("none")


def test_the_clock_fills_inboxes_and_late_decisions_count_half() -> None:
    script = read_script(document())
    assert [each.id for each in script.arrived("store", 24)] == ["notice"]
    assert [each.id for each in script.arrived("store", 25)] == ["whom", "notice"]
    assert script.arrived("villages", 30) == () and len(script.arrived("", 150)) == 4
    said = [
        Decision("notice", "count", "store", 15),
        Decision("notice", "hide", "store", 16),  # the first one counts
        Decision("whom", "second", "store", 30),  # not for the store to decide
        Decision("whom", "share", "command", 46),
    ]
    lines = {line.inject.id: line for line in scored(script, said).lines}
    assert (lines["notice"].points, lines["notice"].is_late) == (10, False)
    assert (lines["whom"].points, lines["whom"].most, lines["whom"].is_late) == (3, 15, True)
    assert lines["queue"].decision is None and lines["queue"].points == 0
    kinds = [
        (event.kind, event.first, event.last, event.amount) for event in happened(script, said, 100, "s")
    ]
    assert kinds[:2] == [("vaccine_late", 100, 102, 5.0), ("rain", 103, 106, 0.8)]
    assert ("rush", 100, 102, 2.5) in kinds  # nobody answered the queue


def test_every_fault_is_named() -> None:
    bad = document()
    bad["injects"][0]["to"] = ["nobody"]
    bad["injects"][1]["at"] = 999
    bad["injects"][2]["id"] = "notice"
    with pytest.raises(Faulty) as refused:
        read_script(bad)
    assert [fault.path for fault in refused.value.faults] == [
        "injects.notice", "injects.notice.to", "injects.notice.by", "injects.whom.at",
    ]  # fmt: skip
    with pytest.raises(Faulty):
        read_script({"exercise": 2})


def test_a_text_says_the_line_of_each_fault_in_both_languages() -> None:
    text = script_text("vaccine_late")
    assert read_text(text)[0] == read_script(document())
    wrong = text.replace("by: store", "by: nobody").replace("within: 20", 'within: "soon"', 1)
    with pytest.raises(Faulty) as faulty:
        read_text(wrong)
    lines = wrong.splitlines()
    (fault,) = faulty.value.faults
    assert (fault.path, lines[fault.line - 1].strip()) == ("injects.whom.within", 'within: "soon"')
    with pytest.raises(Faulty) as faulty:
        read_text(text.replace("by: store", "by: nobody"))
    assert all(lines[fault.line - 1].strip() == "by: nobody" for fault in faulty.value.faults)
    assert "没有角色 nobody" in faulty.value.faults[0].in_("zh") and "no role" in faulty.value.faults[0].in_(
        "en"
    )
    for broken, line in (("a: [", 1), ("exercise: 1\nexercise: 2", 2), ("a: &x 1\nb: *x", 2)):
        with pytest.raises(Faulty) as faulty:
            read_text(broken)
        assert faulty.value.faults[0].line >= line, broken
    with pytest.raises(Faulty):
        read_text("")


def test_before_the_end_only_what_is_settled_has_followed() -> None:
    script = read_script(document())
    said = [Decision("notice", "count", "store", 5)]
    assert [each.id for each in so_far(script, said, 10).injects] == ["notice"]
    assert [each.id for each in so_far(script, (), 10).injects] == []
    assert [each.id for each in so_far(script, (), 46).injects] == ["notice", "whom"]
