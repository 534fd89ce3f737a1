"""The tables of doses, a file per subject."""

from yingjie.doses.models.claims import CLAIM_STATES, PROOF_KINDS, VERIFIED_BY, DoseClaim, Proof
from yingjie.doses.models.given import SOURCES, Dose
from yingjie.doses.models.standings import Standing, StandingsMade

__all__ = [
    "CLAIM_STATES",
    "PROOF_KINDS",
    "SOURCES",
    "VERIFIED_BY",
    "Dose",
    "DoseClaim",
    "Proof",
    "Standing",
    "StandingsMade",
]
