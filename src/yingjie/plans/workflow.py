"""Two tables. A proposal: computed in the background, looked at, applied as a whole, taken back. An exercise: its clock.

`docs/workflows/assignment-proposal.md` and `docs/workflows/exercise.md` are printed from them.
"""

from vaxkit.workflow import Step, Workflow

PROPOSAL = Workflow(
    name="assignment-proposal",
    states=("computing", "ready", "applied", "undone", "dropped"),
    initial="computing",
    steps=(
        Step("finish", ("computing",), "ready"),
        Step("compute_again", ("ready",), "computing"),
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
