"""A proposal: computed in the background, looked at, applied as a whole, taken back. An exercise: its clock. A board: applied once.
A script of one's own: looked at, then in use, then withdrawn.

`docs/workflows/` has a page printed from each.
"""

from vaxkit.workflow import Step, Workflow

PROPOSAL = Workflow(
    name="assignment-proposal",
    states=("computing", "ready", "applied", "undone", "dropped"),
    initial="computing",
    steps=(
        Step("finish", ("computing",), "ready"),
        Step("compute_again", ("ready",), "computing"),
        Step("start_again", ("computing",), "computing"),
        Step("apply", ("ready",), "applied"),
        Step("undo", ("applied",), "undone"),
        Step("drop", ("computing", "ready"), "dropped"),
    ),
    finals=("undone", "dropped"),
)

EXERCISE = Workflow(
    name="exercise",
    states=("prepared", "running", "paused", "ended"),
    initial="prepared",
    steps=(
        Step("start", ("prepared", "paused"), "running"),
        Step("pause", ("running",), "paused"),
        Step("end", ("running", "paused"), "ended"),
    ),
    finals=("ended",),
)

BOARD = Workflow(
    name="plan-board",
    states=("draft", "applied", "dropped"),
    initial="draft",
    steps=(
        Step("change", ("draft",), "draft"),
        Step("apply", ("draft",), "applied"),
        Step("drop", ("draft",), "dropped"),
    ),
    finals=("applied", "dropped"),
)

SCRIPT = Workflow(
    name="exercise-script",
    states=("looked_at", "in_use", "withdrawn"),
    initial="looked_at",
    steps=(
        Step("use", ("looked_at",), "in_use"),
        Step("withdraw", ("looked_at", "in_use"), "withdrawn"),
    ),
    finals=("withdrawn",),
)
