"""What one dose request costs and where: the time that each layer spends itself (without what it calls of other layers), the CPU
of this process in it (the database's is not counted), its SQL statements. The product runs in this process, one request after the
other; nothing is skipped.
"""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.onsite_world import NOW
from benchmarks.serving import TOKEN, Ask

#: Layer, and the functions that are it: where they are looked up when they are called.
LAYERS = (
    ("session and user", ("django.contrib.auth.middleware.get_user", "django.contrib.sessions.backends.db.SessionStore.load",
                          "django.contrib.sessions.backends.db.SessionStore.save")),
    ("roles, second factor", ("yingjie.foundation.access.middleware.actor_for",
                              "yingjie.foundation.access.middleware.is_mfa_enabled")),
    ("station, its site", ("yingjie.clinic.station.chosen",)),
    ("scope, certificate, lock", ("yingjie.clinic.injecting.held",)),
    ("scanned vial", ("yingjie.clinic.injecting.scanned_vial",)),
    ("rules and standing", ("yingjie.clinic.desk.verification_facts", "yingjie.doses.needle.hold")),
    ("stock", ("yingjie.stock.actions.draw",)),
    ("dose record", ("yingjie.doses.needle.record",)),
    ("standing written", ("yingjie.doses.standings.write",)),
    ("journal", ("yingjie.clinic.injecting.record_all",)),
    ("visit, transaction, commit", ("yingjie.clinic.actions.vaccinate",)),
)  # fmt: skip
HTTP = "HTTP, middleware, answer"


class Clock:
    """Time and statements by layer, each counted in the innermost layer that is under way."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self.statements: Counter[str] = Counter()
        self.told: list[tuple[str, str]] = []
        self._stack = [HTTP]
        self._since = self._since_cpu = 0.0

    @contextmanager
    def within(self, layer: str) -> Iterator[None]:
        self._turn()
        self._stack.append(layer)
        try:
            yield
        finally:
            self._turn()
            self._stack.pop()

    def begin(self) -> None:
        self._since, self._since_cpu = time.perf_counter(), time.thread_time()

    def end(self) -> None:
        self._turn()

    def executed(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements[self._stack[-1]] += 1
        self.told.append((self._stack[-1], sql))
        return execute(sql, params, many, context)

    def _turn(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.seconds[self._stack[-1]] += now - self._since
        self.cpu[self._stack[-1]] += cpu - self._since_cpu
        self._since, self._since_cpu = now, cpu


def report(asks: Sequence[Ask], *, with_statements: bool = False) -> None:
    """A table: layer, ms, statements, share; the statements of the last request where they are asked for."""
    from django.db import connection
    from django.test import Client

    from yingjie.foundation import clock

    found = Clock()
    with ExitStack() as stack:
        stack.enter_context(clock.at(NOW))
        for layer, places in LAYERS:
            for place in places:
                _measure(stack, found, layer, place)
        client = Client(SERVER_NAME="localhost", headers={"x-csrftoken": TOKEN})
        for nth, ask in enumerate(asks):
            if nth == len(asks) // 4:  # whatever is made once has been made
                found.seconds.clear()
                found.cpu.clear()
                found.statements.clear()
            found.told.clear()
            client.cookies["sessionid"] = ask.key
            with connection.execute_wrapper(found.executed):
                found.begin()
                answer = client.post(ask.path, {"given": "1"})
                found.end()
            assert answer.status_code == 302, answer.content.decode()[:2000]
    n = len(asks) - len(asks) // 4
    total, cpu = sum(found.seconds.values()), sum(found.cpu.values())
    print(f"    {'layer':28} {'ms':>7} {'ms CPU':>7} {'share of CPU':>13} {'SQL':>5}")
    for layer in (HTTP, *(name for name, _places in LAYERS)):
        ms, own, statements = (
            found.seconds[layer] * 1000 / n,
            found.cpu[layer] * 1000 / n,
            found.statements[layer] / n,
        )
        print(f"    {layer:28} {ms:7.2f} {own:7.2f} {found.cpu[layer] / cpu:13.0%} {statements:5.1f}")
    print(
        f"    {'together':28} {total * 1000 / n:7.2f} {cpu * 1000 / n:7.2f} {'':13} {sum(found.statements.values()) / n:5.1f}"
    )
    if with_statements:
        for layer, sql in found.told:
            print(f"      {layer:26} {_short(sql)}")


def _measure(stack: ExitStack, found: Clock, layer: str, place: str) -> None:
    owner, _, name = place.rpartition(".")
    try:
        module: Any = __import__(owner, fromlist=["_"])
    except ModuleNotFoundError:
        above, _, inner = owner.rpartition(".")
        module = getattr(__import__(above, fromlist=["_"]), inner)
    real = getattr(module, name)
    stack.enter_context(patch.object(module, name, _timed(found, layer, real)))


def _timed(found: Clock, layer: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **named: Any) -> Any:
        with found.within(layer):
            return real(*args, **named)

    return run


def _short(sql: str) -> str:
    sql = re.sub(r"SELECT (?!1 )(.{40}).*? FROM", r"SELECT \1… FROM", re.sub(r"\s+", " ", sql))
    return sql if len(sql) < 230 else sql[:150] + " … " + sql[-75:]
