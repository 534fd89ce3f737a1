"""Three nurses give doses through HTTP while processes die: a worker of the web server, a process of the database (which throws
everybody out and recovers), the whole web server; each by kill -9, in the middle of requests.

Every dose that somebody was told of is on record. Nobody has two, no vial gave more than it held, stock is what its ledger says,
every visit and its dose are both there, the journal is whole. Whoever got no answer asks again: given now, or told that it was.
"""

import random

import pytest
from benchmarks import serving
from benchmarks.onsite_kills import Shift, kill_a_connection, kill_a_worker
from benchmarks.onsite_world import HOT, World
from django.db import connection

NURSES, EACH, AT_ONCE = 3, 16, 6


@pytest.mark.django_db(transaction=True)
def test_killed_three_times() -> None:
    chance = random.Random(5)
    world = World(url(), people=NURSES * EACH, nurses=NURSES, sites=1)
    shift = Shift(world, world.wave(HOT, EACH))
    with serving.served(settled(world), workers=2, threads=2) as (port, server):
        shift.work(port, lambda: kill_a_worker(server.pid, chance), after=6, most=AT_ONCE)
        assert shift.faults() == []
        shift.work(port, lambda: kill_a_connection(world.url, chance), after=6, most=AT_ONCE)
        assert shift.faults() == []
        shift.work(port, lambda: serving.killed(server), after=6, most=AT_ONCE)
        assert shift.faults() == []
    assert shift.lost >= 2, "they died while somebody waited"
    assert len(shift.acknowledged) >= 15
    with serving.served(settled(world), workers=1, threads=3) as (port, _server):
        while shift.goes_on:
            shift.work(port)
    assert world.doses() == NURSES * EACH
    assert shift.faults() == []


def settled(world: World) -> dict[str, str]:
    """The tests' database forgoes durability; whoever is told that a dose is on record must not."""
    return world.settled() | {"PGOPTIONS": "-c synchronous_commit=on"}


def url() -> str:
    said = connection.settings_dict
    return f"postgresql://{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"
