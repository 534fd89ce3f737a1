"""A roster's way: proposed, then committed or discarded; a committed one can be taken back while nothing was built on it."""

from vaxkit.workflow.table import Step, Workflow

ROSTER_IMPORT = Workflow(
    name="roster-import",
    states=("proposed", "committed", "discarded", "undone"),
    initial="proposed",
    finals=("discarded", "undone"),
    steps=(
        Step("commit", ("proposed",), "committed"),
        Step("discard", ("proposed",), "discarded"),
        Step("undo", ("committed",), "undone"),
    ),
)
