"""One server: created, started in two ways, reused, stopped, and safe against strangers."""

import os
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.cluster import Cluster, Status
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.server import Server
from yingjie.foundation.postgres.temporary import temporary_cluster
from yingjie.foundation.postgres.trouble import DatabaseTrouble

from .conftest import Query, tree


def test_a_first_start_gives_a_safe_database(empty: Cluster) -> None:
    assert empty.status() == Status("absent", None, None, "", None)
    names = ["fsync", "full_page_writes", "data_checksums", "server_encoding", "listen_addresses"]
    names += ["unix_socket_directories", "password_encryption", "archive_mode"]
    with empty.run() as server:
        with empty.connect() as connection:
            found = {name: (connection.execute(f"show {name}").fetchone() or "?")[0] for name in names}
        with psycopg.connect(server.url) as connection:
            row = connection.execute(
                "select current_user, current_database(), datcollate, datctype,"
                " rolsuper or rolcreaterole or rolcreatedb or rolreplication,"
                " array_length(show_trgm('张三丰'), 1) > 0"
                " from pg_roles, pg_database where rolname = 'app' and datname = 'yingjie'"
            ).fetchone()
    assert found == {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "archive_mode": "on",
    }
    assert row == ("app", "yingjie", "C.UTF-8", "C.UTF-8", False, True)


def test_only_the_loopback_address_listens(cluster: Cluster, server: Server) -> None:
    port = cluster.status().port
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_a_wrong_password_and_no_password_are_refused(cluster: Cluster, server: Server) -> None:
    port = cluster.status().port
    for user in ("app", "keeper"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host="127.0.0.1", port=port, user=user, password="guess", dbname="yingjie")
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host="127.0.0.1", port=port, user=user, dbname="yingjie", passfile="/dev/null")
    with cluster.connect(database="postgres") as connection:
        rows = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert rows == [("scram-sha-256",)]


def test_directories_are_closed_to_others(cluster: Cluster, server: Server) -> None:
    home, account = cluster.home, cluster.account

    def look(path: Path) -> tuple[int, int]:
        return stat.S_IMODE(path.stat().st_mode), path.stat().st_uid

    assert look(home.root) == (0o711 if os.geteuid() == 0 else 0o700, os.geteuid())
    for path in (home.cluster, home.wal, home.log):
        assert look(path) == (0o700, account.uid)
    for path in (home.backups, home.keys, home.files, home.run):
        assert look(path) == (0o700, os.geteuid())
    for path in home.keys.iterdir():
        assert look(path) == (0o600, os.geteuid())
    assert Path(f"/proc/{server.pid}").stat().st_uid == account.uid != 0


def test_a_site_s_own_settings_are_read_last(server: Server, sql: Query) -> None:
    assert sql("show shared_buffers") == [("32MB",)]


def test_names_do_not_reach_the_log(cluster: Cluster, server: Server, sql: Query) -> None:
    sql("create table person (name text primary key)")
    sql("insert into person values ('张三丰')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        sql("insert into person values ('张三丰') -- 110117196001010011")
    server.stop()
    logged = "".join(path.read_text() for path in cluster.home.log.iterdir())
    assert "violates unique constraint" in logged
    assert "张三丰" not in logged
    assert "110117196001010011" not in logged


def test_a_running_server_is_reused_and_left_running(cluster: Cluster, server: Server, sql: Query) -> None:
    sql("create table kept (n int)")
    with Cluster(cluster.home, environ={}).run() as second:
        assert second.was_running
        assert second.pid == server.pid
        assert second.url == server.url
    assert server.is_alive()
    assert sql("select count(*) from kept") == [(0,)]


def test_a_detached_server_is_no_child_and_stops_when_told(cluster: Cluster, sql: Query) -> None:
    assert cluster.status() == Status("stopped", None, None, "", cluster.status().version)
    started = cluster.start_detached()
    assert (started.state, started.mode) == ("running", "detached")
    assert started.pid is not None
    assert processes.parent_of(started.pid) != os.getpid()
    assert cluster.start_detached() == started
    sql("create table kept as select 1 as n")
    assert cluster.stop()
    assert not cluster.stop()
    assert processes.inhabitants(cluster.directory, cluster.name) == []
    assert cluster.status() == Status("stopped", None, started.port, "", started.version)
    with cluster.run() as server:
        assert not server.was_running
        assert cluster.status().mode == "child"
        assert sql("select n from kept") == [(1,)]


def test_a_taken_port_is_passed_over_and_the_new_one_remembered(cluster: Cluster) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        cluster.preferred_port = taken
        with cluster.run():
            chosen = cluster.status().port
    assert chosen is not None
    assert chosen > taken
    with Cluster(cluster.home, environ={}).run():
        assert cluster.status().port == chosen


def test_a_taken_port_that_the_user_fixed_is_a_refusal(cluster: Cluster) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        fixed = Cluster(cluster.home, environ={"YINGJIE_DB_PORT": str(taken)})
        with pytest.raises(DatabaseTrouble) as refused:
            fixed.run()
    assert refused.value.code == "db.port_taken"
    assert str(taken) in refused.value.reason_zh
    assert str(taken) in refused.value.reason_en
    assert fixed.status().state == "stopped"
    with fixed.run():
        assert fixed.status().port == taken


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_a_refusal(cluster: Cluster, value: str) -> None:
    with pytest.raises(DatabaseTrouble) as refused:
        Cluster(cluster.home, environ={"YINGJIE_DB_PORT": value}).fixed_port()
    assert refused.value.code == "db.bad_setting"


def test_lost_passwords_are_set_anew_at_the_next_start(cluster: Cluster, sql: Query) -> None:
    with cluster.run():
        sql("create table kept as select 7 as n")
        before = cluster.url()
    for path in cluster.home.keys.iterdir():
        path.unlink()
    with cluster.run():
        assert cluster.url() != before
        assert sql("select n from kept") == [(7,)]


def test_a_home_with_an_awkward_name_works(ground: Path) -> None:
    home = Home(ground / '应接 100%\'s "home"')
    with Cluster(home, environ={}).run() as server, psycopg.connect(server.url) as connection:
        row = connection.execute("select current_setting('archive_command')").fetchone()
        assert row is not None
        assert "100%%" in str(row[0])


def test_a_temporary_cluster_leaves_nothing(ground: Path) -> None:
    before = tree(ground)
    with temporary_cluster(ground, fast=True) as server:
        cluster = server.cluster
        with psycopg.connect(server.url, autocommit=True) as connection:
            assert connection.execute("show fsync").fetchone() == ("off",)
            connection.execute("create database test_yingjie")
            connection.execute("drop database test_yingjie")
    assert processes.inhabitants(cluster.directory, cluster.name) == []
    assert tree(ground) == before


def test_a_temporary_cluster_finds_a_place_of_its_own(tmp_path: Path) -> None:
    with temporary_cluster(tmp_path, fast=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        place = server.cluster.home.root
    assert not place.exists()
