"""A roster's way: proposed, then committed or discarded; a committed one can be taken back while nothing was built on it."""

from vaxkit.vocabulary import Text
from vaxkit.workflow.table import Step, Workflow

ROSTER_IMPORT = Workflow(
    name="roster_import",
    states=("proposed", "committed", "discarded", "undone"),
    initial="proposed",
    finals=("discarded", "undone"),
    steps=(
        Step("commit", ("proposed",), "committed", title=Text("入台账", "write into the ledger")),
        Step("discard", ("proposed",), "discarded", title=Text("作废", "discard")),
        Step("undo", ("committed",), "undone", title=Text("撤回", "take back")),
    ),
    titles={
        "proposed": Text("待审核", "waiting for review"),
        "committed": Text("已入台账", "in the ledger"),
        "discarded": Text("已作废", "discarded"),
        "undone": Text("已撤回", "taken back"),
    },
)
