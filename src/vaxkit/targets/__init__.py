"""Targets: how many doses who has to give by when, split so that sums agree in every direction, and whether that can be done.

sharing.py   a number shared by weights with the method of largest remainders; parts set by hand stay
tree.py      a target down the area tree, level by level
matrix.py    the same target across areas and lines at once: rows and columns both agree
pace.py      doses a day that are needed, what can be given, and which limit binds
refused.py   what cannot be shared, with its reason
"""

from vaxkit.targets.matrix import across
from vaxkit.targets.pace import Day, Expected, Limit, Milestone, Need, Projection, needed, project
from vaxkit.targets.refused import Impossible
from vaxkit.targets.sharing import METHOD, share, share_of
from vaxkit.targets.tree import Hand, Node, decompose

__all__ = [
    "METHOD",
    "Day",
    "Expected",
    "Hand",
    "Impossible",
    "Limit",
    "Milestone",
    "Need",
    "Node",
    "Projection",
    "across",
    "decompose",
    "needed",
    "project",
    "share",
    "share_of",
]
