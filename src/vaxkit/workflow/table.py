"""The table engine: which step leads from which states to which, and whether it may be taken now.

A workflow is built once, at import, and checks itself: a table with a state nobody can reach, or one that
nobody can leave, never starts serving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vaxkit.vocabulary import Text

Guard = Callable[[Any], str | None]
"""A pure function of facts: None when the step may be taken, else a refusal code such as
"visit.no_consent"."""

WRONG_ORDER = "workflow.wrong_order"
ALREADY_DONE = "workflow.already_done"


class WorkflowError(ValueError):
    """The table itself is wrong, or was asked about a state or step it does not have. A mistake of the
    programmer."""


class RefusalKind(StrEnum):
    WRONG_ORDER = "wrong_order"
    ALREADY_DONE = "already_done"
    GUARD = "guard"


class StepRefused(Exception):
    """A step that may not be taken now.

    `code` is "workflow.wrong_order", "workflow.already_done" or the guard's own code; `kind` says which of
    the three; `workflow`, `state` and `step` say where; `open_steps` are the names of the steps that leave
    `state`.
    """

    def __init__(
        self,
        code: str,
        *,
        kind: RefusalKind,
        workflow: str,
        state: str,
        step: str,
        open_steps: tuple[str, ...],
    ) -> None:
        super().__init__(f"{workflow}: step {step!r} refused in state {state!r}: {code}")
        self.code = code
        self.kind = kind
        self.workflow = workflow
        self.state = state
        self.step = step
        self.open_steps = open_steps


@dataclass(frozen=True, slots=True)
class Step:
    """One row: the step `name` leads from any of `sources` to `target`, if `guard` (None: always) does not
    object."""

    name: str
    sources: tuple[str, ...]
    target: str
    guard: Guard | None = None
    title: Text | None = None


@dataclass(frozen=True)
class Workflow:
    """States and the steps between them. Step names are unique; states are words as stored.

    `titles` gives states their words for people and may be left out. Raises WorkflowError unless every
    named state is known, every state can be reached from `initial`, every state but the `finals` can be
    left and can still come to an end, and no step leaves a final state.
    """

    name: str
    states: tuple[str, ...]
    initial: str
    steps: tuple[Step, ...]
    finals: tuple[str, ...] = ()
    titles: Mapping[str, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_names()
        self._check_reach()

    def step(self, name: str) -> Step:
        """The step of that name. Raises WorkflowError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise WorkflowError(f"{self.name}: no step {name!r}")

    def leaving(self, state: str) -> tuple[Step, ...]:
        """The steps that leave `state`, guards not asked, in table order. Raises WorkflowError for an
        unknown state."""
        self._known(state)
        return tuple(step for step in self.steps if state in step.sources)

    def allowed(self, state: str, facts: object = None) -> tuple[Step, ...]:
        """The steps that may be taken now, in table order. Raises WorkflowError for an unknown state."""
        return tuple(step for step in self.leaving(state) if step.guard is None or step.guard(facts) is None)

    def advance(self, state: str, step: str, facts: object = None) -> str:
        """The state after `step`. Raises StepRefused when it may not be taken, WorkflowError for unknown
        names.

        "Already done" means that the state is the step's own target, or can only be reached through the
        step; every other step that does not leave this state is in the wrong order.
        """
        row = self.step(step)
        leaving = self.leaving(state)
        if row not in leaving:
            done = state == row.target or state not in self._reachable(without=row)
            raise self._refusal(ALREADY_DONE if done else WRONG_ORDER, state, row, leaving)
        objection = row.guard(facts) if row.guard is not None else None
        if objection is not None:
            raise self._refusal(objection, state, row, leaving)
        return row.target

    def is_final(self, state: str) -> bool:
        """Whether nothing follows `state`. Raises WorkflowError for an unknown state."""
        self._known(state)
        return state in self.finals

    def _refusal(self, code: str, state: str, row: Step, leaving: tuple[Step, ...]) -> StepRefused:
        kinds = {WRONG_ORDER: RefusalKind.WRONG_ORDER, ALREADY_DONE: RefusalKind.ALREADY_DONE}
        return StepRefused(
            code,
            kind=kinds.get(code, RefusalKind.GUARD),
            workflow=self.name,
            state=state,
            step=row.name,
            open_steps=tuple(step.name for step in leaving),
        )

    def _known(self, state: str) -> None:
        if state not in self.states:
            raise WorkflowError(f"{self.name}: unknown state {state!r}")

    def _check_names(self) -> None:
        _unique(self.states, f"{self.name}: duplicated state")
        _unique(tuple(step.name for step in self.steps), f"{self.name}: duplicated step")
        for state in (self.initial, *self.finals, *self.titles):
            self._known(state)
        for step in self.steps:
            if not step.sources:
                raise WorkflowError(f"{self.name}: step {step.name!r} leaves no state")
            _unique(step.sources, f"{self.name}: step {step.name!r} has a duplicated source")
            for state in (*step.sources, step.target):
                self._known(state)

    def _check_reach(self) -> None:
        reached = self._reachable()
        for state in self.states:
            if state not in reached:
                raise WorkflowError(f"{self.name}: state {state!r} cannot be reached")
            leaving = self.leaving(state)
            if state in self.finals and leaving:
                raise WorkflowError(f"{self.name}: step {leaving[0].name!r} leaves the final state {state!r}")
            if state not in self.finals and not leaving:
                raise WorkflowError(f"{self.name}: state {state!r} is a dead end but not final")
            if self.finals and not self._reachable(start=state) & set(self.finals):
                raise WorkflowError(f"{self.name}: from state {state!r} no final state can be reached")

    def _reachable(self, *, start: str | None = None, without: Step | None = None) -> set[str]:
        reached = {self.initial if start is None else start}
        grew = True
        while grew:
            found = {s.target for s in self.steps if s is not without and reached.intersection(s.sources)}
            grew = not found <= reached
            reached |= found
        return reached


def _unique(names: tuple[str, ...], complaint: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise WorkflowError(f"{complaint} {name!r}")
