"""The tables of supervision, a file for each subject."""

from yingjie.oversight.models.balance import ReportedFigures
from yingjie.oversight.models.bulletins import Bulletin
from yingjie.oversight.models.cards import Card, CardStep
from yingjie.oversight.models.dayplans import STATED_CAUSES, DayPlan, PlanNote, SavedQuery
from yingjie.oversight.models.former import FormerFacts
from yingjie.oversight.models.kept import KeptBefore, KeptCell, KeptChange, KeptPerson, KeptStep, Touched
from yingjie.oversight.models.maps import Boundary, MapLayer
from yingjie.oversight.models.meetings import Meeting
from yingjie.oversight.models.scores import Commendation, ScoreSheet

__all__ = [
    "STATED_CAUSES",
    "Boundary",
    "Bulletin",
    "Card",
    "CardStep",
    "Commendation",
    "DayPlan",
    "FormerFacts",
    "KeptBefore",
    "KeptCell",
    "KeptChange",
    "KeptPerson",
    "KeptStep",
    "MapLayer",
    "Meeting",
    "PlanNote",
    "ReportedFigures",
    "SavedQuery",
    "ScoreSheet",
    "Touched",
]
