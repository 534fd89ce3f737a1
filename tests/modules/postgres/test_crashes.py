"""Power cuts, killed parents, leftovers: what was acknowledged is there again, and nothing is left running."""

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home

from .conftest import Query, kill_all

PARENT = """
import json, sys
from pathlib import Path
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home
server = Cluster(Home(Path(sys.argv[1])), environ={}).run()
print(json.dumps({"pid": server.pid}), flush=True)
sys.stdin.read()
"""


def start_parent(home: Home) -> tuple["subprocess.Popen[str]", int]:
    """Another process that runs the server as its child, and the server's pid."""
    parent = spawn_parent(home)
    return parent, pid_from(parent)


def spawn_parent(home: Home) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"},
    )


def pid_from(parent: "subprocess.Popen[str]") -> int:
    assert parent.stdout is not None
    return int(json.loads(parent.stdout.readline())["pid"])


def test_two_first_starts_at_the_same_time_share_one_server(empty: Cluster) -> None:
    parents = [spawn_parent(empty.home) for _ in range(2)]
    first, second = (pid_from(parent) for parent in parents)
    assert first == second
    for parent in parents:
        parent.communicate()
        assert parent.returncode == 0
    assert processes.wait_until(lambda: not processes.inhabitants(empty.directory, empty.name), 30)


def test_kill_9_during_writes_loses_nothing_acknowledged(cluster: Cluster, sql: Query) -> None:
    acknowledged: list[int] = []
    enough = threading.Event()

    def write() -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),  # the end that the test brings about
            psycopg.connect(cluster.url(), autocommit=True) as connection,
        ):
            for number in range(1_000_000):
                connection.execute("insert into written values (%s)", [number])
                acknowledged.append(number)
                if number == 300:
                    enough.set()

    cluster.run()
    sql("create table written (n int primary key)")
    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(60)
    kill_all(cluster)
    writer.join(60)
    assert not writer.is_alive()
    with cluster.run():
        present = {row[0] for row in sql("select n from written")}
        assert present >= set(acknowledged)
        # At most the one that was under way when the power went.
        assert len(present) <= len(acknowledged) + 1


def test_a_parent_killed_with_9_leaves_no_server_and_loses_nothing(cluster: Cluster, sql: Query) -> None:
    parent, pid = start_parent(cluster.home)
    sql("create table kept as select 5 as n")
    parent.kill()
    parent.communicate()
    assert processes.wait_until(lambda: not processes.inhabitants(cluster.directory, cluster.name), 30)
    assert not processes.is_alive(pid)
    assert cluster.status().state == "stopped"
    with cluster.run():
        assert sql("select n from kept") == [(5,)]


def test_a_start_right_after_the_parent_was_killed_does_not_take_the_dying_server(
    cluster: Cluster, sql: Query
) -> None:
    parent, dying = start_parent(cluster.home)
    parent.kill()
    parent.communicate()
    with cluster.run() as server:
        assert not server.was_running
        assert server.pid != dying
        assert sql("select 1") == [(1,)]


@pytest.mark.parametrize("owner", ["gone", "zombie", "another program"])
def test_a_stale_postmaster_pid_is_no_obstacle(cluster: Cluster, sql: Query, owner: str) -> None:
    with cluster.run():
        sql("create table kept as select 3 as n")
        lock_file = cluster.directory / "postmaster.pid"
        lines = lock_file.read_text().splitlines()
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, **cluster.account.switch())
    assert child.stdin is not None
    if owner == "gone":
        child.communicate()
    elif owner == "zombie":
        child.stdin.close()
        assert processes.wait_until(lambda: not processes.is_alive(child.pid), 10)
        assert Path(f"/proc/{child.pid}").exists()
    lock_file.write_text("\n".join([str(child.pid), *lines[1:]]) + "\n")
    try:
        assert cluster.status().state == "stopped"
        with cluster.run() as server:
            assert not server.was_running
            assert sql("select n from kept") == [(3,)]
    finally:
        child.communicate()


def test_a_half_made_database_is_made_anew(empty: Cluster) -> None:
    empty.home.prepare(empty.account)
    (empty.home.root / "cluster.new").mkdir()
    (empty.home.root / "cluster.new" / "PG_VERSION").write_text("18\n")
    with empty.run() as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (empty.home.root / "cluster.new").exists()
