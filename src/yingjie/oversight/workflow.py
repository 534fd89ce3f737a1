"""A card as a table: proposed by a rule, confirmed by a person, answered by the area, looked at again, lifted; and the meeting
about it. `docs/workflows/card.md` and `meeting.md` are printed from these tables.
"""

from dataclasses import dataclass

from vaxkit.workflow import Step, Workflow


@dataclass(frozen=True)
class Said:
    """What goes with a step: the words of whoever takes it; of its meetings, how many are ahead and how many are over."""

    text: str = ""
    kind: str = ""
    ahead: int = 0
    over: int = 0


def words_given(facts: Said) -> str | None:
    return None if facts.text.strip() else "oversight.words_missing"


def can_end(facts: Said) -> str | None:
    """With words, once no meeting is ahead; an interview, once one was held or called off."""
    if facts.ahead:
        return "oversight.meeting_ahead"
    if facts.kind == "interview" and not facts.over:
        return "oversight.not_interviewed"
    return words_given(facts)


CARD = Workflow(
    name="card",
    states=("proposed", "open", "replied", "lifted", "dismissed"),
    initial="proposed",
    steps=(
        Step("confirm", ("proposed",), "open"),
        Step("dismiss", ("proposed",), "dismissed", guard=words_given),
        Step("reply", ("open",), "replied", guard=words_given),
        Step("send_back", ("replied",), "open", guard=words_given),
        Step("lift", ("open", "replied"), "lifted", guard=can_end),
    ),
    finals=("lifted", "dismissed"),
)
LIVE = ("proposed", "open", "replied")

MEETING = Workflow(
    name="meeting",
    states=("planned", "held", "called_off"),
    initial="planned",
    steps=(Step("hold", ("planned",), "held"), Step("call_off", ("planned",), "called_off")),
    finals=("held", "called_off"),
)
