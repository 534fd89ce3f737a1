"""Supervision 督导: what the issued figures of the last days say about an area, as proposals with their evidence.

cards.py    rules that raise yellow and red cards, interviews and supervision orders; a person decides on each
"""

from vaxkit.supervision.cards import Figure, Kind, Open, Proposal, Rule, RuleKind, propose

__all__ = ["Figure", "Kind", "Open", "Proposal", "Rule", "RuleKind", "propose"]
