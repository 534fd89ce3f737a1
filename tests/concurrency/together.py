"""Several hands at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from tests.modules import campaign
from yingjie.foundation import clock
from yingjie.foundation.refusals import Refusal


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run all jobs at the same moment, each on its own thread and connection. Returns each result, or the refusal met."""
    together = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            with clock.at(campaign.NOON):
                together.wait()
                return job()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
