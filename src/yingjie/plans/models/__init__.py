"""Plans: scenarios of a day at a site, proposals of who goes where, doses over sites, the campaign to its end, exercises."""

from yingjie.plans.models.exercises import Exercise, ExerciseDecision
from yingjie.plans.models.outlooks import CampaignRun
from yingjie.plans.models.proposals import Placed, Proposal
from yingjie.plans.models.scenarios import Scenario
from yingjie.plans.models.supply import SupplyPlan

__all__ = ["CampaignRun", "Exercise", "ExerciseDecision", "Placed", "Proposal", "Scenario", "SupplyPlan"]
