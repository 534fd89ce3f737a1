"""Responsibility 包保: who answers for whom. Every household that still has somebody to reach gets exactly one officer.

sharing.py    households to officers: near, continued, within caps, balanced; the reason of every choice
"""

from vaxkit.responsibility.sharing import Allotment, Choice, Household, Officer, Shortage, Why, allot

__all__ = ["Allotment", "Choice", "Household", "Officer", "Shortage", "Why", "allot"]
