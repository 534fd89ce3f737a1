"""What happens to something that an inspection found, and to a request to swap a duty."""

from dataclasses import dataclass

from vaxkit.workflow import Step, Workflow


@dataclass(frozen=True)
class Said:
    """The words that go with a step."""

    words: str


def said_how(facts: Said) -> str | None:
    return None if facts.words.strip() else "sites.words_missing"


FINDING = Workflow(
    name="site-finding",
    states=("open", "corrected", "settled"),
    initial="open",
    finals=("settled",),
    steps=(
        Step("correct", ("open",), "corrected", guard=said_how),
        Step("settle", ("corrected",), "settled"),
        Step("send_back", ("corrected",), "open", guard=said_how),
    ),
)

SWAP = Workflow(
    name="duty-swap",
    states=("asked", "agreed", "declined", "withdrawn", "allowed", "refused"),
    initial="asked",
    finals=("declined", "withdrawn", "allowed", "refused"),
    steps=(
        Step("agree", ("asked",), "agreed"),
        Step("decline", ("asked",), "declined"),
        Step("withdraw", ("asked", "agreed"), "withdrawn"),
        Step("allow", ("agreed",), "allowed"),
        Step("refuse", ("agreed",), "refused"),
    ),
)
