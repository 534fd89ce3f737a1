"""Requests that arrive together take their seats together: one statement and one commit for all that wait at a moment.

    together = Combiner(run)          run(items) -> answers, in one transaction of its own
    together.ask(item)                the answer to this one; blocks for as long as the batch takes

Whoever comes while nobody is at work leads: takes everybody who waits along, itself included, and hands the lead to the first
of those who came meanwhile. Alone, one is a batch of one and loses nothing; in a burst the hot rows are locked once for all
instead of once each. The leader works on its own connection and commits before anybody is told. It combines threads of one
process; between processes the database's locks decide as ever.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

from django.db import connection

Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST = 500


@dataclass
class _Wish(Generic[Item, Answer]):
    item: Item
    woken: Event = field(default_factory=Event)
    leads: bool = False
    answer: Answer | None = None
    fault: BaseException | None = None


class Combiner(Generic[Item, Answer]):
    """One per kind of request and process."""

    def __init__(self, run: Callable[[Sequence[Item]], Sequence[Answer]]) -> None:
        self._run = run
        self._lock = Lock()
        self._waiting: list[_Wish[Item, Answer]] = []
        self._busy = False

    def ask(self, item: Item) -> Answer:
        """The answer of `run` to this item. Raises what `run` raised for its batch."""
        if connection.in_atomic_block:
            # Somebody's transaction is open: its caller may still roll it back, so nobody else's place may hang on it.
            return self._run([item])[0]
        wish: _Wish[Item, Answer] = _Wish(item)
        with self._lock:
            self._waiting.append(wish)
            wish.leads = not self._busy
            self._busy = True
        if not wish.leads:
            wish.woken.wait()
        if wish.leads:
            self._lead()
        if wish.fault is not None:
            raise wish.fault
        return wish.answer  # type: ignore[return-value]  # set by the leader, whose run answers every item

    def _lead(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            answers = self._run([wish.item for wish in batch])
            for wish, answer in zip(batch, answers, strict=True):
                wish.answer = answer
        except BaseException as fault:  # whatever it is, those who wait must hear of it
            for wish in batch:
                wish.fault = fault
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
            if following is not None:
                following.leads = True
        for wish in (*batch, *([following] if following else [])):
            wish.woken.set()
