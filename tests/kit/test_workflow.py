"""Workflows: a table that cannot work never starts, and a refused step says which kind of "no" it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from vaxkit.vocabulary import Text
from vaxkit.workflow import RefusalKind, Step, StepRefused, Workflow, WorkflowError, as_mermaid


@dataclass(frozen=True)
class VisitFacts:
    consented: bool = True


def needs_consent(facts: VisitFacts) -> str | None:
    return None if facts.consented else "visit.no_consent"


VISIT = Workflow(
    name="visit",
    states=("arrived", "screened", "injected", "paused", "left", "sent_home"),
    initial="arrived",
    finals=("left", "sent_home"),
    steps=(
        Step("screen", ("arrived",), "screened", title=Text("预检", "Screen")),
        Step("inject", ("screened",), "injected", needs_consent, Text("接种", "Inject")),
        Step("pause", ("injected",), "paused"),
        Step("resume", ("paused",), "injected"),
        Step("leave", ("injected",), "left"),
        Step("send_home", ("arrived", "screened"), "sent_home"),
    ),
    titles={"arrived": Text("已到达", "arrived")},
)


def refusal(state: str, step: str, facts: object = None) -> StepRefused:
    with pytest.raises(StepRefused) as caught:
        VISIT.advance(state, step, facts)
    return caught.value


def test_a_person_walks_through_the_visit() -> None:
    state = VISIT.initial
    for step in ("screen", "inject", "pause", "resume", "leave"):
        state = VISIT.advance(state, step, VisitFacts())
    assert state == "left"
    assert VISIT.is_final(state)
    assert not VISIT.is_final("injected")


def test_injecting_before_screening_is_the_wrong_order() -> None:
    no = refusal("arrived", "inject")
    assert (no.code, no.kind) == ("workflow.wrong_order", RefusalKind.WRONG_ORDER)
    assert (no.workflow, no.state, no.step) == ("visit", "arrived", "inject")
    assert no.open_steps == ("screen", "send_home")


def test_screening_twice_is_already_done_also_much_later() -> None:
    for state in ("screened", "injected", "paused", "left"):
        no = refusal(state, "screen")
        assert (no.code, no.kind) == ("workflow.already_done", RefusalKind.ALREADY_DONE)


def test_somebody_sent_home_was_not_certainly_screened() -> None:
    assert refusal("sent_home", "screen").kind is RefusalKind.WRONG_ORDER


def test_resuming_what_runs_is_already_done() -> None:
    assert refusal("injected", "resume").kind is RefusalKind.ALREADY_DONE


def test_the_guard_says_no_with_its_own_code() -> None:
    no = refusal("screened", "inject", VisitFacts(consented=False))
    assert (no.code, no.kind) == ("visit.no_consent", RefusalKind.GUARD)


def test_allowed_asks_the_guards_and_leaving_does_not() -> None:
    assert [s.name for s in VISIT.allowed("screened", VisitFacts())] == ["inject", "send_home"]
    assert [s.name for s in VISIT.allowed("screened", VisitFacts(consented=False))] == ["send_home"]
    assert [s.name for s in VISIT.leaving("screened")] == ["inject", "send_home"]
    assert VISIT.allowed("left") == ()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"states": ("arrived", "arrived")}, "duplicated state 'arrived'"),
        ({"initial": "nowhere"}, "unknown state 'nowhere'"),
        ({"finals": ("left", "sent_home", "nowhere")}, "unknown state 'nowhere'"),
        ({"titles": {"nowhere": Text("无", "none")}}, "unknown state 'nowhere'"),
        ({"states": (*VISIT.states, "island")}, "state 'island' cannot be reached"),
        ({"steps": (*VISIT.steps, VISIT.steps[0])}, "duplicated step 'screen'"),
        ({"steps": (*VISIT.steps, Step("x", ("arrived",), "nowhere"))}, "unknown state 'nowhere'"),
        ({"steps": (*VISIT.steps, Step("x", ("nowhere",), "left"))}, "unknown state 'nowhere'"),
        ({"steps": (*VISIT.steps, Step("x", (), "left"))}, "step 'x' leaves no state"),
        ({"steps": (*VISIT.steps, Step("x", ("paused", "paused"), "left"))}, "duplicated source 'paused'"),
        ({"steps": (*VISIT.steps, Step("x", ("left",), "arrived"))}, "leaves the final state 'left'"),
        ({"finals": ("left",)}, "state 'sent_home' is a dead end but not final"),
        (
            {
                "states": (*VISIT.states, "a", "b"),
                "steps": (
                    *VISIT.steps,
                    Step("trap", ("arrived",), "a"),
                    Step("round", ("a",), "b"),
                    Step("and_round", ("b",), "a"),
                ),
            },
            "from state 'a' no final state can be reached",
        ),
    ],
)
def test_a_table_that_cannot_work_never_starts(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(WorkflowError, match=complaint):
        replace(VISIT, **change)  # type: ignore[arg-type]


def test_asking_for_a_step_or_state_that_does_not_exist_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(WorkflowError, match="no step 'fly'"):
        VISIT.advance("arrived", "fly")
    with pytest.raises(WorkflowError, match="unknown state 'nowhere'"):
        VISIT.advance("nowhere", "screen")
    with pytest.raises(WorkflowError, match="unknown state 'nowhere'"):
        VISIT.is_final("nowhere")


def test_the_diagram_is_the_table() -> None:
    assert as_mermaid(VISIT, lang="zh-hans") == (
        "stateDiagram-v2\n"
        "    arrived : 已到达\n"
        "    [*] --> arrived\n"
        "    arrived --> screened : 预检\n"
        "    screened --> injected : 接种 [needs_consent]\n"
        "    injected --> paused : pause\n"
        "    paused --> injected : resume\n"
        "    injected --> left : leave\n"
        "    arrived --> sent_home : send_home\n"
        "    screened --> sent_home : send_home\n"
        "    left --> [*]\n"
        "    sent_home --> [*]\n"
    )
    assert as_mermaid(VISIT) == as_mermaid(replace(VISIT))
