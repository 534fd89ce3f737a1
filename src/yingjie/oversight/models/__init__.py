"""The tables of supervision, a file for each subject."""

from yingjie.oversight.models.balance import ReportedFigures
from yingjie.oversight.models.bulletins import Bulletin
from yingjie.oversight.models.cards import Card, CardStep

__all__ = ["Bulletin", "Card", "CardStep", "ReportedFigures"]
