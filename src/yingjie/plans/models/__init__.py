"""Plans: scenarios of a day at a site, proposals of who goes where, boards of sessions, doses over sites, whether later doses can
be served, the campaign to its end, exercises; where sites lie."""

from yingjie.plans.models.boards import Board
from yingjie.plans.models.exercises import (
    Exercise,
    ExerciseDecision,
    ExerciseNote,
    ExerciseScript,
    ExerciseSeat,
)
from yingjie.plans.models.outlooks import CampaignRun
from yingjie.plans.models.proposals import Placed, Proposal
from yingjie.plans.models.reserves import LaterDoses
from yingjie.plans.models.scenarios import Scenario
from yingjie.plans.models.supply import SupplyPlan
from yingjie.plans.models.ways import SitePoint

__all__ = [
    "Board", "CampaignRun", "Exercise", "ExerciseDecision", "ExerciseNote", "ExerciseScript", "ExerciseSeat", "LaterDoses",
    "Placed", "Proposal", "Scenario", "SitePoint", "SupplyPlan",
]  # fmt: skip
