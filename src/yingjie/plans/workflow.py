"""A proposal as a table: computed in the background, looked at, applied as a whole, taken back.

`docs/workflows/assignment-proposal.md` is printed from this table.
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
