"""Tables of stock, one file a subject.

ledger      Lot, Balance, Movement, Vial: what is where, and every change of it
arriving    Receipt, Transfer, TransferLine: how vaccine comes to a place
keeping     Fridge, Keeping, Reading, Excursion, ExcursionLot: how cold it is kept
closing     ClosedDay, DayLine: a day that adds up
"""

from yingjie.stock.models.arriving import DECISIONS, TRANSFER_STATES, Receipt, Transfer, TransferLine
from yingjie.stock.models.closing import ClosedDay, DayLine
from yingjie.stock.models.keeping import (
    EXCURSION_KINDS,
    EXCURSION_LOT_STATES,
    FRIDGE_KINDS,
    Excursion,
    ExcursionLot,
    Fridge,
    Keeping,
    Reading,
)
from yingjie.stock.models.ledger import CAUSES, MOVEMENTS, STATES, Balance, Lot, Movement, Vial

__all__ = [
    "CAUSES",
    "DECISIONS",
    "EXCURSION_KINDS",
    "EXCURSION_LOT_STATES",
    "FRIDGE_KINDS",
    "MOVEMENTS",
    "STATES",
    "TRANSFER_STATES",
    "Balance",
    "ClosedDay",
    "DayLine",
    "Excursion",
    "ExcursionLot",
    "Fridge",
    "Keeping",
    "Lot",
    "Movement",
    "Reading",
    "Receipt",
    "Transfer",
    "TransferLine",
    "Vial",
]
