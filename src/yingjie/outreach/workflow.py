"""Ways of outreach: a plan for one resident, a list that came from above, a proposal of who answers for whom, a vaccination at
home, a doctor's word, a complaint, what residents write on the public page, the watch over somebody deferred. Their words on
screen are in `words`."""

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

ALLOTMENT = Workflow(
    name="allotment",
    states=("proposed", "applied", "dropped"),
    initial="proposed",
    finals=("applied", "dropped"),
    steps=(
        Step("apply", ("proposed",), "applied"),
        Step("drop", ("proposed",), "dropped"),
    ),
)

HOME_REQUEST = Workflow(
    name="home-request",
    states=("asked", "arranged", "done", "withdrawn"),
    initial="asked",
    finals=("done", "withdrawn"),
    steps=(
        Step("arrange", ("asked",), "arranged"),
        Step("finish", ("arranged",), "done"),
        Step("withdraw", ("asked", "arranged"), "withdrawn"),
    ),
)

DOCTORS_WORD = Workflow(
    name="doctors-word",
    states=("waiting", "cleared", "contraindicated", "overtaken"),
    initial="waiting",
    finals=("cleared", "contraindicated", "overtaken"),
    steps=(
        Step("clear", ("waiting",), "cleared"),
        Step("exclude", ("waiting",), "contraindicated"),
        Step("overtake", ("waiting",), "overtaken"),
    ),
)

COMPLAINT = Workflow(
    name="complaint",
    states=("open", "decided"),
    initial="open",
    finals=("decided",),
    steps=(Step("decide", ("open",), "decided"),),
)

WRITTEN = Workflow(
    name="written-complaint",
    states=("waiting", "taken", "answered"),
    initial="waiting",
    finals=("taken", "answered"),
    steps=(
        Step("take", ("waiting",), "taken"),
        Step("answer", ("waiting",), "answered"),
    ),
)

WATCH = Workflow(
    name="watch",
    states=("watching", "stable", "closed"),
    initial="watching",
    finals=("closed",),
    steps=(
        Step("stable", ("watching",), "stable"),
        Step("watch_on", ("stable",), "watching"),
        Step("close", ("watching", "stable"), "closed"),
    ),
)
