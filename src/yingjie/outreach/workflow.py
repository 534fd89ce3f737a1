"""Two ways: a plan for one resident, and a list that came from above. Their words on screen are in `words`."""

from vaxkit.workflow.table import Step, Workflow

CARE_PLAN = Workflow(
    name="care-plan",
    states=("open", "in_progress", "closed"),
    initial="open",
    finals=("closed",),
    steps=(
        Step("begin", ("open",), "in_progress"),
        Step("close", ("open", "in_progress"), "closed"),
    ),
)

CHECK_LIST = Workflow(
    name="check-list",
    states=("open", "reported"),
    initial="open",
    steps=(
        Step("report", ("open",), "reported"),
        Step("reopen", ("reported",), "open"),
    ),
)
