"""The ways of a reminder and of one message. Their words on screen are in `words`."""

from vaxkit.workflow.table import Step, Workflow

REMINDER = Workflow(
    name="reminder",
    states=("planned", "sending", "done", "stopped"),
    initial="planned",
    finals=("done", "stopped"),
    steps=(
        Step("start", ("planned",), "sending"),
        Step("finish", ("sending",), "done"),
        Step("stop", ("planned", "sending"), "stopped"),
    ),
)

#: `named`: no message of their own, their name stands in that of somebody with the same phone.
MESSAGE = Workflow(
    name="reminder-message",
    states=("waiting", "named", "claimed", "sent", "delivered", "failed", "given_up", "dropped"),
    initial="waiting",
    finals=("named", "delivered", "failed", "given_up", "dropped"),
    steps=(
        Step("name", ("waiting",), "named"),
        Step("claim", ("waiting", "claimed"), "claimed"),
        Step("take", ("claimed",), "sent"),
        Step("retry", ("claimed",), "waiting"),
        Step("refuse", ("claimed",), "failed"),
        Step("give_up", ("claimed",), "given_up"),
        Step("drop", ("waiting", "claimed"), "dropped"),
        Step("deliver", ("sent",), "delivered"),
        Step("fail", ("sent",), "failed"),
    ),
)
