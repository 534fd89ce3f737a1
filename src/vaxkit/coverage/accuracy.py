"""How far a list of people could be trusted: how many of those listed came, and who came without being listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListAccuracy:
    """People. `listed` were expected, `attended` of them came, `unlisted` came without being on a list. Adds up over lists.

    >>> (ListAccuracy(40, 36, 4) + ListAccuracy(10, 4, 0)).attendance
    0.8
    """

    listed: int = 0
    attended: int = 0
    unlisted: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.attended <= self.listed or self.unlisted < 0:
            raise ValueError("nobody attends who was not listed, and there are no negative people")

    def __add__(self, other: ListAccuracy) -> ListAccuracy:
        return ListAccuracy(
            self.listed + other.listed, self.attended + other.attended, self.unlisted + other.unlisted
        )

    @property
    def attendance(self) -> float | None:
        """The share of those listed who came; None where nobody was listed."""
        return self.attended / self.listed if self.listed else None

    @property
    def foreseen(self) -> float | None:
        """The share of those who came who had been listed; None where nobody came."""
        came = self.attended + self.unlisted
        return self.attended / came if came else None

    @property
    def accuracy(self) -> float | None:
        """Both in one figure for ranking: those listed who came, over everybody who was listed or came (Jaccard); None of nobody.

        1 is a list from which everybody came and nobody else did.
        """
        everybody = self.listed + self.unlisted
        return self.attended / everybody if everybody else None
