"""Which household of the ledger a household of the roster is: the one in which its members live already.

A roster names a household by its head or by a number of its own, which says nothing about the ledger's. Whoever lives together
there and here lives in the same household, and nothing changed. A household of the ledger is one household of the roster, that
with most of its members: where the roster takes people apart, the others do move. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID


class Households:
    """What is known so far of the households of one roster. A household is decided once, with the lines that were read together."""

    def __init__(self) -> None:
        self._meant: dict[UUID, UUID] = {}
        self._taken: set[UUID] = set()

    def settle(self, lived_in: Iterable[tuple[UUID, UUID | None]]) -> None:
        """Decide the households of some lines: (the roster's, that of the same person in the ledger or None)."""
        members = Counter(pair for pair in lived_in if pair[0] not in self._meant)
        for (said, lived), _count in members.most_common():
            if lived is not None and said not in self._meant and lived not in self._taken:
                self._meant[said] = lived
                self._taken.add(lived)
        for said, _lived in members:
            self._meant.setdefault(said, said)

    def meant(self, said: UUID) -> UUID:
        return self._meant.get(said, said)
