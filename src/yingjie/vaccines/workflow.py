"""The version of a policy as a table. `docs/workflows/policy-version.md` is printed from it."""

from dataclasses import dataclass

from vaxkit.workflow import Step, Workflow


@dataclass(frozen=True)
class SwitchFacts:
    """`measured_against`: the rules against which the effect of this version was counted ("" never); `in_force`: those of now.
    `anybody`: whether there is somebody in the ledger; before, nothing needs to be counted."""

    measured_against: str
    in_force: str
    anybody: bool


def effect_is_known(facts: SwitchFacts) -> str | None:
    """Nobody switches a policy on before having seen what it changes for whom."""
    if not facts.anybody or facts.measured_against == facts.in_force:
        return None
    return "vaccines.not_measured" if not facts.measured_against else "vaccines.measured_before"


POLICY_VERSION = Workflow(
    name="policy-version",
    states=("draft", "active", "replaced", "withdrawn"),
    initial="draft",
    finals=("replaced", "withdrawn"),
    steps=(
        Step("activate", ("draft",), "active", guard=effect_is_known),
        Step("replace", ("active",), "replaced"),
        Step("withdraw", ("draft", "active"), "withdrawn"),
    ),
)
