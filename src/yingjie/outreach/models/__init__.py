"""Outreach's tables, a file per subject."""

from yingjie.outreach.models.attempts import OUTCOMES, REASONS, Attempt
from yingjie.outreach.models.checks import FINDINGS, LIST_STATES, CheckItem, CheckList
from yingjie.outreach.models.plans import MEASURES, PLAN_OUTCOMES, PLAN_STATES, CarePlan, CarePlanNote
from yingjie.outreach.models.unvaccinated import SavedView, UnvaccinatedIssue

__all__ = [
    "FINDINGS",
    "LIST_STATES",
    "MEASURES",
    "OUTCOMES",
    "PLAN_OUTCOMES",
    "PLAN_STATES",
    "REASONS",
    "Attempt",
    "CarePlan",
    "CarePlanNote",
    "CheckItem",
    "CheckList",
    "SavedView",
    "UnvaccinatedIssue",
]
