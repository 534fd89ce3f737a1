"""Plans: scenarios of a day at a site, proposals of who goes where."""

from yingjie.plans.models.proposals import Placed, Proposal
from yingjie.plans.models.scenarios import Scenario

__all__ = ["Placed", "Proposal", "Scenario"]
