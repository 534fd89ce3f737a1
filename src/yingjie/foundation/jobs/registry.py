"""Which functions can be run as jobs, and the handle that they report through."""

from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connections, transaction


class Cancelled(Exception):
    """The owner asked to stop; raised out of `Progress.step` so that the job's transaction rolls back."""


class Progress:
    """How far a job has come. `step` may be called as often as one likes: it writes at most twice a second."""

    def __init__(
        self, job_id: UUID | None = None, tell: Callable[[int, int | None, str], None] | None = None
    ) -> None:
        self._job_id, self._tell, self._told = job_id, tell, 0.0

    def step(self, done: int, total: int | None = None, message: str = "") -> None:
        """Report `done` of `total`; raises Cancelled when the owner asked to stop."""
        if self._tell:
            self._tell(done, total, message)
        if self._job_id is None or (monotonic() - self._told < 0.5 and done != total):
            return
        self._told = monotonic()
        if self._write(done, total, message):
            raise Cancelled()

    def _write(self, done: int, total: int | None, message: str) -> bool:
        """Through a second connection: the job's own transaction shows nothing until it commits."""
        connection = connections.create_connection("default")
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE jobs_job SET done = %s, total = coalesce(%s, total), message = %s WHERE id = %s"
                    " RETURNING cancel_requested",
                    [done, total, message[:300], self._job_id],
                )
                row = cursor.fetchone()
                return bool(row and row[0])
        finally:
            connection.close()


JobFunction = Callable[..., dict[str, Any] | None]
FUNCTIONS: dict[str, JobFunction] = {}
#: Kinds that commit part by part; every other job is one transaction.
IN_PARTS: set[str] = set()


def job(kind: str, *, in_parts: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register a function `(progress, **arguments) -> result` as the job `kind`. `in_parts`: it commits as it goes, and what was
    done when it is stopped stays and is right."""

    def register(function: JobFunction) -> JobFunction:
        if kind in FUNCTIONS:
            raise ValueError(f"two jobs are called {kind}")
        FUNCTIONS[kind] = function
        if in_parts:
            IN_PARTS.add(kind)
        return function

    return register


#: What the worker does every hour without anybody asking: short, and nothing where there is nothing to do.
HOURLY: list[Callable[[], object]] = []


def hourly(function: Callable[[], object]) -> Callable[[], object]:
    """Register a function that the worker calls every hour."""
    HOURLY.append(function)
    return function


#: What the worker does once a day, at night.
DAILY: list[Callable[[], object]] = []


def daily(function: Callable[[], object]) -> Callable[[], object]:
    """Register a function that the worker calls every night."""
    DAILY.append(function)
    return function


def run_in_transaction(
    function: JobFunction, progress: Progress, arguments: dict[str, Any]
) -> dict[str, Any] | None:
    with transaction.atomic():
        return function(progress, **arguments)


def run_in_parts(
    function: JobFunction, progress: Progress, arguments: dict[str, Any]
) -> dict[str, Any] | None:
    return function(progress, **arguments)
