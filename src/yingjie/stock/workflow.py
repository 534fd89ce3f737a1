"""What becomes of a lot that an excursion touched, and of vaccine on its way, as tables.

Who may do it is not asked here. `docs/workflows/` is printed from these tables.
"""

from vaxkit.workflow import Step, Workflow

#: A lot at a place that was too warm, too cold or frozen: on hold until somebody with the right decides, with a reason. One
#: that was released goes on hold again where the excursion goes on after the decision.
EXCURSION_LOT = Workflow(
    name="excursion-lot",
    states=("held", "released", "destroyed"),
    initial="held",
    finals=("destroyed",),
    steps=(
        Step("release", ("held",), "released"),
        Step("hold_again", ("released",), "held"),
        Step("destroy", ("held",), "destroyed"),
    ),
)

#: Vaccine between two places: confirmed by the receiver, or called back by the sender.
TRANSFER = Workflow(
    name="stock-transfer",
    states=("sent", "arrived", "called_back"),
    initial="sent",
    finals=("arrived", "called_back"),
    steps=(
        Step("arrive", ("sent",), "arrived"),
        Step("call_back", ("sent",), "called_back"),
    ),
)
