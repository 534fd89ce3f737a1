"""Supervision 督导: what the issued figures of the last days say about an area, as proposals with their evidence.

cards.py      rules that raise yellow and red cards, interviews and supervision orders; a person decides on each
signals.py    records that are too round, too fast, copied, late or far apart, with the rows on which that rests
dayplans.py   the plan of a morning and what came of it, told apart by cause
"""

from vaxkit.supervision.cards import Figure, Kind, Open, Proposal, Rule, RuleKind, propose

__all__ = ["Figure", "Kind", "Open", "Proposal", "Rule", "RuleKind", "propose"]
