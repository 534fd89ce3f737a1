"""The claim of a dose given elsewhere as a table, and the guards that answer "what can be done now" from facts alone.

`docs/workflows/dose-claim.md` is printed from this table.
"""

from dataclasses import dataclass

from vaxkit.workflow import Step, Workflow


@dataclass(frozen=True)
class Decision:
    """What a decision rests on: how it was verified (a word of models.VERIFIED_BY), how many proofs there are, the reason given."""

    verified_by: str = ""
    known_ways: tuple[str, ...] = ()
    proofs: int = 0
    reason: str = ""


def verified(facts: Decision) -> str | None:
    if facts.verified_by not in facts.known_ways:
        return "doses.not_verified"
    return "doses.proof_missing" if facts.verified_by == "proof" and not facts.proofs else None


def reason_given(facts: Decision) -> str | None:
    return None if facts.reason.strip() else "doses.reason_missing"


CLAIM = Workflow(
    name="dose-claim",
    states=("claimed", "accepted", "refused"),
    initial="claimed",
    steps=(
        Step("accept", ("claimed",), "accepted", guard=verified),
        Step("refuse", ("claimed",), "refused", guard=reason_given),
        Step("reopen", ("accepted", "refused"), "claimed", guard=reason_given),
    ),
)
