"""A site's day: the product beside SimPy and beside a hand-written compiled event heap.

    make bench-setup && .venv-bench/bin/python benchmarks/simulation.py [--rounds 5]

Two days are simulated. "Four stages" is a tandem of three exponential queues and 30 minutes of observation;
all three programs run it, the hand-written one can do nothing else. "A whole plan" has shifts, a break,
priorities, no-shows, buses and a reaction branch, and is written once as a plan, once in SimPy. Wrong
answers void the times: means must lie inside each other's 99 % intervals over 200 days, waits must be those
of Erlang C, one seed must give the same bits on one thread and on two. Runs alternate; ratios are medians
of pairs, with the least and the most. Events are counted as 2 for each station of each person.
"""

import argparse
import hashlib
import math
import os
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numba
import numpy as np
import simpy

from vaxkit.simulation import layout as lay
from vaxkit.simulation import read_plan
from vaxkit.simulation.approximations import mean_wait
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.engine import run

RATE, SERVERS, MEANS, STAY = 3.0, (4, 5, 10), (1.1, 1.4, 2.8), 30.0
EVENTS = 8
TITLE = {"zh": "对照", "en": "benchmark"}


def four_stages(people: int) -> dict[str, Any]:
    stations: list[dict[str, Any]] = [
        {"id": f"s{row}", "servers": servers, "service": {"kind": "exponential", "mean": mean}}
        for row, (servers, mean) in enumerate(zip(SERVERS, MEANS, strict=True))
    ]
    source = {
        "id": "all",
        "kind": "stream",
        "between": {"kind": "exponential", "rate": RATE},
        "number": people,
    }
    watch = {"id": "watch", "kind": "delay", "service": STAY}
    return {"plan": 1, "title": TITLE, "stations": [*stations, watch], "arrivals": [source]}


def simpy_four_stages(seed: int, people: int) -> float:
    luck = random.Random(seed)
    env = simpy.Environment()
    desks = [simpy.Resource(env, servers) for servers in SERVERS]
    total = [0.0]

    def person() -> Any:
        came = env.now
        for desk, mean in zip(desks, MEANS, strict=True):
            with desk.request() as turn:
                yield turn
                yield env.timeout(luck.expovariate(1 / mean))
        yield env.timeout(STAY)
        total[0] += env.now - came

    def source() -> Any:
        for _ in range(people):
            yield env.timeout(luck.expovariate(RATE))
            env.process(person())

    env.process(source())
    env.run()
    return total[0] / people


@numba.njit
def hand_heap(seed, n, rate, servers, means, stay):
    """The least a general event list does for the four stages: one heap, three lines, nothing written down."""
    np.random.seed(seed)
    cap = n + 64
    ht = np.empty(cap)
    hp = np.empty(cap, np.int64)
    hs = np.empty(cap, np.int8)
    free = servers.copy()
    q = np.empty((3, n), np.int64)
    qh = np.zeros(3, np.int64)
    qt = np.zeros(3, np.int64)
    came = np.empty(n)
    total = 0.0
    k = 0
    ht[0] = np.random.exponential(1 / rate)
    hp[0] = 0
    hs[0] = -1
    m = 1
    pt = np.empty(4)
    pp = np.empty(4, np.int64)
    ps = np.empty(4, np.int8)
    while m > 0:
        t = ht[0]
        i = hp[0]
        s = hs[0]
        m -= 1
        if m > 0:
            x = ht[m]
            xp = hp[m]
            xs = hs[m]
            a = 0
            while True:
                b = 2 * a + 1
                if b >= m:
                    break
                if b + 1 < m and ht[b + 1] < ht[b]:
                    b += 1
                if ht[b] >= x:
                    break
                ht[a] = ht[b]
                hp[a] = hp[b]
                hs[a] = hs[b]
                a = b
            ht[a] = x
            hp[a] = xp
            hs[a] = xs
        pushes = 0
        nx = 0
        done = False
        if s == -1:
            came[i] = t
            k += 1
            if k < n:
                pt[pushes] = t + np.random.exponential(1 / rate)
                pp[pushes] = k
                ps[pushes] = -1
                pushes += 1
        elif s == 3:
            total += t - came[i]
            done = True
        else:
            if qh[s] < qt[s]:
                j = q[s, qh[s]]
                qh[s] += 1
                pt[pushes] = t + np.random.exponential(means[s])
                pp[pushes] = j
                ps[pushes] = s
                pushes += 1
            else:
                free[s] += 1
            nx = s + 1
        if not done:
            if nx == 3:
                pt[pushes] = t + stay
                pp[pushes] = i
                ps[pushes] = 3
                pushes += 1
            elif free[nx] > 0:
                free[nx] -= 1
                pt[pushes] = t + np.random.exponential(means[nx])
                pp[pushes] = i
                ps[pushes] = nx
                pushes += 1
            else:
                q[nx, qt[nx]] = i
                qt[nx] += 1
        for z in range(pushes):
            a = m
            m += 1
            x = pt[z]
            while a > 0:
                b = (a - 1) >> 1
                if ht[b] <= x:
                    break
                ht[a] = ht[b]
                hp[a] = hp[b]
                hs[a] = hs[b]
                a = b
            ht[a] = x
            hp[a] = pp[z]
            hs[a] = ps[z]
    return total / n


# --- a whole plan, once as a plan and once in SimPy: 2,000 invited people

SLOTS, EACH, EVERY, NO_SHOW = 14, 130, 30.0, 0.05
BUSES = ((90.0, 90), (330.0, 90))
REGISTER, RUSH, INJECT = 10, (60.0, 150.0, 2), 13
BREAK = (240.0, 270.0, 3)
REACTION = 0.01


def whole_plan() -> dict[str, Any]:
    shifts = [
        {"from": -60, "until": 480, "servers": REGISTER},
        {"from": RUSH[0], "until": RUSH[1], "servers": RUSH[2]},
    ]
    pause = [{"from": BREAK[0], "until": BREAK[1], "servers": BREAK[2]}]
    return {
        "plan": 1, "title": TITLE,
        "groups": [{"id": "elder", "priority": 0}, {"id": "adult", "priority": 1}],
        "stations": [
            {"id": "register", "servers": shifts, "breaks": pause, "service": {"kind": "exponential", "mean": 1.8}},
            {"id": "inject", "servers": [{"from": -60, "until": 480, "servers": INJECT}], "breaks": pause,
             "service": {"kind": "triangular", "low": 1, "mode": 2, "high": 4}},
            {"id": "watch", "kind": "delay", "service": STAY, "outcomes": [
                {"id": "well", "share": 1 - REACTION, "next": "exit"},
                {"id": "reaction", "share": REACTION, "next": "treat", "service": {"kind": "uniform", "low": 0, "high": STAY}}]},
            {"id": "treat", "servers": 1, "service": {"kind": "exponential", "mean": 12}},
        ],
        "arrivals": [
            {"id": "booked", "kind": "appointments", "first": 0, "every": EVERY, "slots": SLOTS, "number": EACH,
             "shift": {"kind": "normal", "mean": 0, "sd": 8}, "no_show": NO_SHOW, "never_before": 0,
             "groups": {"elder": 0.3, "adult": 0.7}},
            {"id": "bus", "kind": "buses", "buses": [{"at": at, "people": people} for at, people in BUSES],
             "no_show": NO_SHOW, "group": "elder"},
        ],
    }  # fmt: skip


def simpy_whole_plan(seed: int) -> tuple[float, float, float]:
    """One day; mean stay, mean wait for registration, people."""
    luck = random.Random(seed)
    env = simpy.Environment(initial_time=-60)
    register = simpy.PriorityResource(env, REGISTER + RUSH[2])
    inject = simpy.PriorityResource(env, INJECT)
    treat = simpy.Resource(env, 1)
    stays: list[float] = []
    waits: list[float] = []

    def away(desk: simpy.PriorityResource, start: float, end: float) -> Any:
        """A server is not there from start to end; whoever is being served is served to the end."""
        yield env.timeout(start - env.now)
        with desk.request(priority=-1) as turn:
            yield turn
            yield env.timeout(max(end - env.now, 0))

    def person(came: float, level: int) -> Any:
        yield env.timeout(came - env.now)
        with register.request(priority=level) as turn:
            yield turn
            waits.append(env.now - came)
            yield env.timeout(luck.expovariate(1 / 1.8))
        with inject.request(priority=level) as turn:
            yield turn
            yield env.timeout(luck.triangular(1, 4, 2))
        if luck.random() < REACTION:
            yield env.timeout(luck.uniform(0, STAY))
            with treat.request() as turn:
                yield turn
                yield env.timeout(luck.expovariate(1 / 12))
        else:
            yield env.timeout(STAY)
        stays.append(env.now - came)

    for _ in range(RUSH[2]):
        env.process(away(register, -60, RUSH[0]))
        env.process(away(register, RUSH[1], 1e5))
    for _ in range(BREAK[2]):
        env.process(away(register, BREAK[0], BREAK[1]))
        env.process(away(inject, BREAK[0], BREAK[1]))
    for slot in range(SLOTS):
        for _ in range(EACH):
            if luck.random() >= NO_SHOW:
                level = 0 if luck.random() < 0.3 else 1
                env.process(person(max(slot * EVERY + luck.gauss(0, 8), 0.0), level))
    for at, people in BUSES:
        for _ in range(people):
            if luck.random() >= NO_SHOW:
                env.process(person(at, 0))
    env.run(until=5e4)
    return statistics.fmean(stays), statistics.fmean(waits), float(len(stays))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()} · SimPy {simpy.__version__}"  # noqa: E501
    )
    big, day = compile_plan(read_plan(four_stages(1_000_000))), compile_plan(read_plan(four_stages(2_000)))
    whole = compile_plan(read_plan(whole_plan()))
    check_theory(big)
    check_same_bits(whole)
    check_same_means(whole)
    servers, means = np.array(SERVERS), np.array(MEANS)
    hand_heap(1, 100, RATE, servers, means, STAY)

    print("\nJ6-a, one thread, CPU seconds; events/s in millions")
    compare(
        "four stages", rounds,
        ("plan, 1 x 1,000,000 people", lambda k: run(big, count=1, seed=k, threads=1), 1_000_000),
        ("hand-written heap, 1 x 1,000,000", lambda k: hand_heap(k, 1_000_000, RATE, servers, means, STAY), 1_000_000),
        ("SimPy, 1 x 20,000", lambda k: simpy_four_stages(k, 20_000), 20_000),
    )  # fmt: skip
    compare(
        "four stages, days of 2,000", rounds,
        ("plan, 300 days", lambda k: run(day, count=300, seed=k, threads=1), 600_000),
        ("hand-written heap, 300 days", lambda k: [hand_heap(300 * k + i, 2_000, RATE, servers, means, STAY) for i in range(300)], 600_000),  # noqa: E501
        ("SimPy, 5 days", lambda k: [simpy_four_stages(5 * k + i, 2_000) for i in range(5)], 10_000),
    )  # fmt: skip
    compare(
        "a whole plan, 2,000 invited", rounds,
        ("plan, 300 days", lambda k: run(whole, count=300, seed=k, threads=1), 600_000),
        ("SimPy, 5 days", lambda k: [simpy_whole_plan(5 * k + i) for i in range(5)], 10_000),
    )  # fmt: skip
    print("\nJ6-b, wall seconds: 1,000 days of the plan on all cores against 15 days in SimPy")
    for name, program, peer in (
        ("four stages", day, lambda k: simpy_four_stages(k, 2_000)),
        ("a whole plan", whole, simpy_whole_plan),
    ):
        pairs = []
        for k in range(rounds):
            mine = timed(lambda k=k, program=program: run(program, count=1_000, seed=k), time.perf_counter)
            theirs = timed(lambda k=k, peer=peer: [peer(15 * k + i) for i in range(15)], time.perf_counter)
            pairs.append((mine, theirs))
        show(name, pairs)


def compare(name: str, rounds: int, mine: Any, *peers: Any) -> None:
    times: list[list[float]] = []
    for k in range(rounds):
        times.append(
            [timed(lambda k=k, work=work: work(k), time.process_time) for _, work, _ in (mine, *peers)]
        )
    for column, (label, _, people) in enumerate((mine, *peers)):
        middle = statistics.median(row[column] for row in times)
        print(f"  {name:28} {label:36} {middle:8.3f} s {people * EVENTS / middle / 1e6:8.2f} M/s", end="")
        if column:
            ratios = sorted(row[column] / people / (row[0] / mine[2]) for row in times)
            print(
                f"   plan is {statistics.median(ratios):7.2f} x as fast ({ratios[0]:.2f}-{ratios[-1]:.2f})",
                end="",
            )
        print()


def show(name: str, pairs: list[tuple[float, float]]) -> None:
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(
        f"  {name:28} {mine:.3f} s against {theirs:.3f} s: {statistics.median(ratios):.3f} ({ratios[0]:.3f}-{ratios[-1]:.3f})"
    )


def timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def check_theory(program: Any) -> None:
    """Burke: each of the three stations waits as Erlang C says; four standard errors over 20 long days."""
    station = run(program, count=20, seed=5).station
    for row, (servers, mean) in enumerate(zip(SERVERS, MEANS, strict=True)):
        waits = station[:, row, lay.ST_WAIT_SUM] / station[:, row, lay.ST_RECORDED]
        exact = mean_wait(servers, RATE, mean)
        error = waits.std(ddof=1) / math.sqrt(len(waits))
        print(f"  wait at station {row + 1}: {waits.mean():.4f} ± {2.58 * error:.4f}, Erlang C {exact:.4f}")
        assert abs(waits.mean() - exact) < 4 * error, "not Erlang C"


def check_same_bits(program: Any) -> None:
    prints = set()
    for threads in (1, 2, 3):
        out = run(program, count=100, seed=9, threads=threads)
        prints.add(
            hashlib.sha256(b"".join(part.tobytes() for part in out if part is not out.bins)).hexdigest()
        )
    assert len(prints) == 1, "threads change the result"
    print(f"  one seed on 1, 2 and 3 threads: {prints.pop()[:16]}")


def check_same_means(program: Any) -> None:
    """Mean stay and mean wait of 200 days lie inside each other's 99 % intervals."""
    out = run(program, count=200, seed=1)
    mine = (
        out.site[:, lay.SI_STAY_SUM] / out.site[:, lay.SI_RECORDED],
        out.station[:, 0, lay.ST_WAIT_SUM] / out.station[:, 0, lay.ST_RECORDED],
        out.site[:, lay.SI_COMPLETED],
    )
    theirs = np.array([simpy_whole_plan(seed) for seed in range(200)]).T
    for name, ours, peer in zip(("mean stay", "mean wait", "people"), mine, theirs, strict=True):
        half = [2.6 * side.std(ddof=1) / math.sqrt(len(side)) for side in (ours, peer)]
        print(f"  {name}: plan {ours.mean():.3f} ± {half[0]:.3f}, SimPy {peer.mean():.3f} ± {half[1]:.3f}")
        assert abs(ours.mean() - peer.mean()) < min(half), f"{name} differs"


if __name__ == "__main__":
    main()
