"""Plans: scenarios of a day at a site."""

from yingjie.plans.models.scenarios import Scenario

__all__ = ["Scenario"]
