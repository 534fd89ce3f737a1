"""Responsibility 包保: who answers for whom, in which order they go from door to door, and what comes after a visit.

sharing.py    households to officers: near, continued, within caps, balanced; the reason of every choice
walking.py    doors in walking order, by what the addresses say
rounds.py     the next visit: when, who on the ladder, evening or day, and when nobody calls again
"""

from vaxkit.responsibility.rounds import Attempt, Next, Rules, Rung, State, Stop, rounds
from vaxkit.responsibility.sharing import Allotment, Choice, Household, Officer, Shortage, Why, allot
from vaxkit.responsibility.walking import Door, walk

__all__ = [
    "Allotment",
    "Attempt",
    "Choice",
    "Door",
    "Household",
    "Next",
    "Officer",
    "Rules",
    "Rung",
    "Shortage",
    "State",
    "Stop",
    "Why",
    "allot",
    "rounds",
    "walk",
]
