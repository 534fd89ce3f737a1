"""Outreach's tables, a file per subject."""

from yingjie.outreach.models.attempts import OUTCOMES, REASONS, RUNGS, Attempt
from yingjie.outreach.models.checks import FINDINGS, LIST_STATES, CheckItem, CheckList
from yingjie.outreach.models.complaints import (
    COMPLAINT_ABOUT,
    COMPLAINT_FINDINGS,
    COMPLAINT_HOW,
    Complaint,
)
from yingjie.outreach.models.contacts import Contact, ContactCall
from yingjie.outreach.models.doorstep import HOME_BECAUSE, DoctorsWord, HomeRequest
from yingjie.outreach.models.plans import MEASURES, PLAN_OUTCOMES, PLAN_STATES, CarePlan, CarePlanNote
from yingjie.outreach.models.responsibility import (
    CHARGE_ENDS,
    CHARGE_WHYS,
    LEFT_BECAUSE,
    OFFICER_KINDS,
    Allotment,
    Charge,
    Officer,
)
from yingjie.outreach.models.unvaccinated import SavedView, UnvaccinatedIssue
from yingjie.outreach.models.watches import WATCH_ENDS, WATCH_RESULTS, Watch, WatchCheck
from yingjie.outreach.models.written import WrittenComplaint

__all__ = [
    "CHARGE_ENDS",
    "CHARGE_WHYS",
    "COMPLAINT_ABOUT",
    "COMPLAINT_FINDINGS",
    "COMPLAINT_HOW",
    "FINDINGS",
    "HOME_BECAUSE",
    "LEFT_BECAUSE",
    "LIST_STATES",
    "MEASURES",
    "OFFICER_KINDS",
    "OUTCOMES",
    "PLAN_OUTCOMES",
    "PLAN_STATES",
    "REASONS",
    "RUNGS",
    "WATCH_ENDS",
    "WATCH_RESULTS",
    "Allotment",
    "Attempt",
    "CarePlan",
    "CarePlanNote",
    "Charge",
    "CheckItem",
    "CheckList",
    "Complaint",
    "Contact",
    "ContactCall",
    "DoctorsWord",
    "HomeRequest",
    "Officer",
    "SavedView",
    "UnvaccinatedIssue",
    "Watch",
    "WatchCheck",
    "WrittenComplaint",
]
