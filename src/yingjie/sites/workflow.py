"""What happens to something that an inspection found: corrected by the site, looked at again by whoever inspects."""

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
