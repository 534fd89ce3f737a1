"""A card as a table: proposed by a rule, confirmed by a person, answered by the area, looked at again, lifted.

`docs/workflows/card.md` is printed from this table.
"""

from dataclasses import dataclass

from vaxkit.workflow import Step, Workflow


@dataclass(frozen=True)
class Said:
    """What goes with a step: the words of whoever takes it."""

    text: str = ""


def words_given(facts: Said) -> str | None:
    return None if facts.text.strip() else "oversight.words_missing"


CARD = Workflow(
    name="card",
    states=("proposed", "open", "replied", "lifted", "dismissed"),
    initial="proposed",
    steps=(
        Step("confirm", ("proposed",), "open"),
        Step("dismiss", ("proposed",), "dismissed", guard=words_given),
        Step("reply", ("open",), "replied", guard=words_given),
        Step("send_back", ("replied",), "open", guard=words_given),
        Step("lift", ("open", "replied"), "lifted", guard=words_given),
    ),
    finals=("lifted", "dismissed"),
)
LIVE = ("proposed", "open", "replied")
