"""Two ways: a plan for one resident, and a list that came from above."""

from vaxkit.vocabulary import Text
from vaxkit.workflow.table import Step, Workflow

CARE_PLAN = Workflow(
    name="care-plan",
    states=("open", "in_progress", "closed"),
    initial="open",
    finals=("closed",),
    steps=(
        Step("begin", ("open",), "in_progress", title=Text("开始落实", "begin")),
        Step("close", ("open", "in_progress"), "closed", title=Text("结案", "close")),
    ),
    titles={
        "open": Text("已建档", "open"),
        "in_progress": Text("落实中", "in progress"),
        "closed": Text("已结案", "closed"),
    },
)

CHECK_LIST = Workflow(
    name="check-list",
    states=("open", "reported"),
    initial="open",
    steps=(
        Step("report", ("open",), "reported", title=Text("反馈", "report back")),
        Step("reopen", ("reported",), "open", title=Text("重新核查", "check again")),
    ),
    titles={"open": Text("核查中", "being checked"), "reported": Text("已反馈", "reported")},
)
