"""kill -9 while doses are given: of the whole server, of one of its workers, of the database. Afterwards every dose of which
somebody was told is on record, nobody has two, and stock is what its ledger says; whoever got no answer asks again.

    run(kills, …)              a county of its own, killed so many times at random instants (`onsite_dose.py --kills`)
    Shift(world, lines)        the same in parts, for a test: `work_until(strike)`, `goes_on`
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import serving
from benchmarks.onsite_world import HOT, MANY, World, begin

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.temporary import temporary_cluster

SERVED = (302, 409)
"""Given now; or refused, because the dose is on record already: the answer of the first time was lost."""


class Shift:
    """All requests of a wave, each asked until it is answered."""

    def __init__(self, world: World, lines: Sequence[Sequence[serving.Ask]]) -> None:
        self.world = world
        self.lines = [list(line) for line in lines]
        self.acknowledged: set[str] = set()
        self.lost = 0

    @property
    def goes_on(self) -> bool:
        return any(self.lines)

    def work(
        self,
        port: int,
        strike: Callable[[], object] = lambda: None,
        after: int = 0,
        most: int | None = None,
    ) -> None:
        """Every nurse asks for hers (the next `most` of them); `strike` happens after so many answers, in the middle of others.
        Whoever gets none stops."""
        working = [line[:most] for line in self.lines if line]
        answers: list[serving.Told] = []
        asking = threading.Thread(target=lambda: serving.clients(port, working, answers=answers))
        asking.start()
        while asking.is_alive() and len(answers) < after:
            time.sleep(0.002)
        strike()
        asking.join()
        for told in answers:
            if told.status == 302:
                self.acknowledged.add(told.ask.name)
            self.lost += told.status not in SERVED
        done = {told.ask.name for told in answers if told.status in SERVED}
        self.lines = [[ask for ask in line if ask.name not in done] for line in self.lines]

    def faults(self) -> list[str]:
        from django.db import connection

        connection.close()
        return self.world.faults(self.acknowledged)


def kill_database(cluster: Cluster) -> None:
    """kill -9 to every process of the database, as a power cut would."""
    for pid in processes.inhabitants(cluster.directory, cluster.name):
        processes.send(pid, signal.SIGKILL)


def kill_a_connection(url: str, chance: random.Random) -> None:
    """kill -9 to one of the database's processes that serve the product: the database throws all of them out and recovers by
    itself, as after a crash. Returns when it answers again."""
    import psycopg

    own = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as asking:
        pids = [row[0] for row in asking.execute(own).fetchall()]
    os.kill(chance.choice(pids), signal.SIGKILL)

    def answers() -> bool:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    time.sleep(0.05)  # it notices
    processes.wait_until(answers, 30)


def kill_a_worker(server_pid: int, chance: random.Random) -> None:
    """kill -9 to one of gunicorn's workers; its master starts another."""
    os.kill(chance.choice(workers_of(server_pid)), signal.SIGKILL)


def workers_of(server_pid: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{server_pid}/task/{server_pid}/children").read_text().split()]


def run(kills: int, *, nurses: int, per_nurse: int, seed: int = 1) -> None:
    chance = random.Random(seed)
    with temporary_cluster() as database:
        begin(database.url)
        world = World(database.url, people=nurses * per_nurse, nurses=nurses, sites=4)
        struck: dict[str, int] = {}
        shift = Shift(world, world.wave(HOT, per_nurse))
        while sum(struck.values()) < kills:
            if not shift.goes_on:
                shift = Shift(world, world.wave(chance.choice((HOT, MANY)), per_nurse))
            what = chance.choice(("server", "worker", "database"))
            struck[what] = struck.get(what, 0) + 1
            _one(shift, what, database.cluster, chance)
        while shift.goes_on:
            with serving.served(world.settled()) as (port, _server):
                shift.work(port)
        _must_hold(shift)
        print(
            f"killed {struck}: nothing lost, nothing twice; without an answer in the last wave: {shift.lost}"
        )


def _one(shift: Shift, what: str, cluster: Cluster, chance: random.Random) -> None:
    with serving.served(shift.world.settled()) as (port, server):
        strikes: dict[str, Callable[[], object]] = {
            "server": lambda: serving.killed(server),
            "worker": lambda: kill_a_worker(server.pid, chance),
            "database": lambda: kill_database(cluster),
        }
        shift.work(port, strikes[what], chance.randrange(1, 30))
    if what == "database":
        processes.wait_until(lambda: not processes.inhabitants(cluster.directory, cluster.name), 30)
        cluster.run()
    _must_hold(shift)


def _must_hold(shift: Shift) -> None:
    faults = shift.faults()
    if faults:
        sys.exit("AUDIT FAILED after a kill: " + "; ".join(faults))
