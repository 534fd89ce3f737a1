"""Saving and bringing back, rehearsed: nothing acknowledged is lost, and the former data is kept aside."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingjie.foundation.postgres import catalogue
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.backup import Pruned, backup, prune, restore
from yingjie.foundation.postgres.catalogue import Backup
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.configuration import archive_command
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.temporary import reachable_directory
from yingjie.foundation.postgres.trouble import STEPS, DatabaseTrouble

from .conftest import Query, kill_all, tree


def moment(sql: Query) -> datetime:
    """A moment after everything committed so far and before everything that comes."""
    sql("select pg_sleep(0.002)")
    (row,) = sql("select clock_timestamp()")
    sql("select pg_sleep(0.002)")
    assert isinstance(row[0], datetime)
    return row[0]


def rows(sql: Query) -> list[object]:
    return [row[0] for row in sql("select n from kept order by n")]


def test_full_incremental_and_back_to_just_before_an_accident(cluster: Cluster, sql: Query) -> None:
    told: list[tuple[int, int | None, str]] = []
    with cluster.run():
        sql("create table kept (n int)")
        sql("insert into kept select generate_series(1, 5)")
        full = backup(cluster, label="before the campaign", progress=lambda *step: told.append(step))
        sql("insert into kept select generate_series(6, 8)")
        incremental = backup(cluster)
        assert (full.kind, full.parent, full.label) == ("full", None, "before the campaign")
        if cluster.binaries.has_incremental_backup:
            assert (incremental.kind, incremental.parent) == ("incremental", full.id)
            assert incremental.size_bytes < full.size_bytes
        assert catalogue.present(cluster.home.backups) == [full, incremental]
        sql("insert into kept values (9)")
        before = moment(sql)
        sql("delete from kept")
        sql("insert into kept values (99)")
        on_the_branch_given_up = backup(cluster)
        sql("insert into kept values (100)")
    assert told[-1][2] == "Checking the backup"
    assert {text for _, _, text in told} <= set(STEPS)

    restored = restore(cluster, to_time=before)
    assert restored.backup == incremental
    assert restored.last_transaction_at is not None
    assert restored.last_transaction_at <= before
    assert restored.kept_aside is not None
    assert (restored.kept_aside / "PG_VERSION").exists()
    with cluster.run():
        assert rows(sql) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
        sql("insert into kept values (10)")

    # "Latest" now means the restored history, not the one given up, though a newer backup lies on that.
    assert restore(cluster).backup == incremental
    with cluster.run():
        assert rows(sql) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        assert backup(cluster).kind == "full"
    # Asked for by name, the branch given up can still be had, to its very end.
    restore(cluster, backup_id=on_the_branch_given_up.id)
    with cluster.run():
        assert rows(sql) == [99, 100]


def test_the_latest_state_comes_back_after_the_data_files_are_lost(cluster: Cluster, sql: Query) -> None:
    cluster.run()
    sql("create table kept (n int)")
    backup(cluster)
    sql("insert into kept select generate_series(1, 100)")
    kill_all(cluster)
    for path in [*(cluster.directory / "base").rglob("*"), *(cluster.directory / "global").iterdir()]:
        if path.is_file():
            path.write_bytes(b"")
    with pytest.raises(DatabaseTrouble) as refused:
        cluster.run()
    assert refused.value.code == "db.damaged"
    restore(cluster)
    with cluster.run():
        assert rows(sql) == list(range(1, 101))


def test_a_moment_after_everything_is_the_latest_state(cluster: Cluster, sql: Query) -> None:
    with cluster.run():
        sql("create table kept as select 1 as n")
        backup(cluster)
        sql("insert into kept values (2)")
    restore(cluster, to_time=datetime.now(UTC) + timedelta(hours=1))
    with cluster.run():
        assert rows(sql) == [1, 2]


def test_a_whole_home_lost_comes_back_from_another_disk(cluster: Cluster, sql: Query, ground: Path) -> None:
    elsewhere = ground / "usb"
    with cluster.run():
        sql("create table kept as select 1 as n")
        saved = backup(cluster, elsewhere)
        assert saved.directory.parent == elsewhere
    moved = elsewhere.rename(ground / "usb 2")
    other = Cluster(Home(ground / "new home"), environ={})
    restored = restore(other, source=moved)
    assert restored.kept_aside is None
    with other.run() as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]
    assert other.password("app") != cluster.password("app")


def test_what_cannot_be_restored_is_refused_and_nothing_changes(cluster: Cluster, sql: Query) -> None:
    def refusal(**how: object) -> str:
        before = tree(cluster.directory)
        with pytest.raises(DatabaseTrouble) as refused:
            restore(cluster, **how)  # type: ignore[arg-type]
        assert {key: value for key, value in tree(cluster.directory).items() if key != "log"} == before
        assert not list(cluster.home.root.glob("cluster.*"))
        return refused.value.code

    assert refusal() == "db.no_backup"
    with pytest.raises(DatabaseTrouble) as refused:
        backup(cluster)
    assert refused.value.code == "db.not_running"
    with cluster.run():
        early = moment(sql)
        sql("create table kept as select 1 as n")
        saved = backup(cluster)
        sql("insert into kept values (2)")
        with pytest.raises(DatabaseTrouble) as refused:
            restore(cluster)
        assert refused.value.code == "db.running"
        for number in (3, 4):  # three more files of the change log
            with cluster.connect() as connection:
                connection.execute("select pg_switch_wal()")
            sql(f"insert into kept values ({number})")
    assert refusal(to_time=early) == "db.no_backup"
    assert refusal(backup_id="19491001T000000Z") == "db.no_backup"
    with pytest.raises(ValueError, match="time zone"):
        restore(cluster, to_time=datetime(2026, 11, 21))

    # A file of the log is missing in both places.
    segments = sorted(
        {p.name for p in cluster.home.wal.iterdir() if len(p.name) == 24 and p.name > saved.first_segment}
    )
    for place in (cluster.home.wal, cluster.directory / "pg_wal"):
        (place / segments[0]).unlink(missing_ok=True)
    assert refusal() == "db.log_gap"

    control = saved.directory / "global" / "pg_control"
    control.write_bytes(control.read_bytes()[::-1])
    assert refusal() == "db.backup_damaged"


def test_a_backup_that_fails_leaves_nothing_and_says_why(cluster: Cluster) -> None:
    with cluster.run():
        with pytest.raises(DatabaseTrouble) as refused:
            backup(cluster, Path("/sys/yingjie"))
        assert refused.value.code == "db.home_read_only"
        first = backup(cluster)
        (first.directory / "backup_manifest").write_text("{}")
        with pytest.raises(DatabaseTrouble) as refused:
            backup(cluster, kind="incremental")
        assert refused.value.code == "db.backup_failed"
        names = sorted(path.name for path in cluster.home.backups.iterdir())
        assert names == [first.id, "catalogue.jsonl"]
        assert catalogue.read(cluster.home.backups) == [first]
        # Left to itself it makes a full one instead.
        assert backup(cluster).kind == "full"


def test_a_database_of_another_home_can_take_the_place_of_this_one(
    cluster: Cluster, sql: Query, ground: Path
) -> None:
    other = Cluster(Home(ground / "other home"), environ={})
    with other.run() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept as select 42 as n")
        theirs = backup(other, ground / "disk")
    with cluster.run():
        sql("create table kept as select 1 as n")
        backup(cluster)
        with cluster.connect() as connection:
            connection.execute("select pg_switch_wal()")
    restore(cluster, backup_id=theirs.id, source=ground / "disk")
    assert [path.name for path in cluster.home.wal.iterdir()] == []
    assert len(list(cluster.home.root.glob("wal.before-*"))) == 1
    with cluster.run():
        assert rows(sql) == [42]
        backup(cluster)
    restore(cluster)
    with cluster.run():
        assert rows(sql) == [42]


def test_pruning_keeps_what_the_kept_backups_need(cluster: Cluster, sql: Query) -> None:
    with cluster.run():
        sql("create table kept as select 1 as n")
        first = backup(cluster)
        backup(cluster)
        second = backup(cluster, kind="full")
        sql("insert into kept values (2)")
        third = backup(cluster)
        pruned = prune(cluster.home, keep=1)
        assert pruned.backups[0] == first.id
        assert pruned.segments > 0
        assert catalogue.present(cluster.home.backups) == [second, third]
        assert sorted(path.name for path in cluster.home.backups.iterdir()) == [
            second.id,
            third.id,
            "catalogue.jsonl",
        ]
        assert prune(cluster.home, keep=1) == Pruned((), 0, 0)
        sql("insert into kept values (3)")
    restore(cluster, backup_id=second.id)
    with cluster.run():
        assert rows(sql) == [1, 2, 3]


def pretended(directory: Path, number: int, parent: str | None, segment: int) -> Backup:
    finished_at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number)
    (directory / f"b{number}").mkdir()
    (directory / f"b{number}" / "backup_manifest").write_text("{}")
    return Backup(
        id=f"b{number}", kind="incremental" if parent else "full", parent=parent, started_at=finished_at,
        finished_at=finished_at, size_bytes=1, label="", version="18.6", system="1", timeline=1, end_lsn=segment,
        first_segment=f"00000001{0:08X}{segment:08X}", directory=directory / f"b{number}",
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    kinds=st.lists(st.booleans(), min_size=1, max_size=8),
    steps=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    keep=st.integers(1, 3),
)
def test_pruning_never_takes_what_is_needed(kinds: list[bool], steps: list[int], keep: int) -> None:
    with reachable_directory(Account.own()) as ground:
        home = Home(ground)
        home.backups.mkdir()
        home.wal.mkdir()
        made: list[Backup] = []
        segment = 1
        for number, is_full in enumerate(kinds):
            segment += steps[number]
            parent = None if is_full or not made else made[-1].id
            made.append(pretended(home.backups, number, parent, segment))
            catalogue.add(home.backups, made[-1])
        for number in range(segment + 2):
            (home.wal / f"00000001{0:08X}{number:08X}").write_bytes(b"")
        (home.wal / "00000002.history").write_text("")
        prune(home, keep)
        left = catalogue.present(home.backups)
        assert [each.kind for each in left].count("full") == min(
            keep, [each.parent for each in made].count(None)
        )
        assert all(catalogue.chain(left, each) is not None for each in left)
        assert left == made[len(made) - len(left) :]
        expected = {
            f"00000001{0:08X}{n:08X}" for n in range(int(left[0].first_segment[16:], 16), segment + 2)
        }
        assert {path.name for path in home.wal.iterdir()} == expected | {"00000002.history"}


def test_the_archive_is_never_half_and_never_overwritten(tmp_path: Path) -> None:
    wal = tmp_path / "change log 100%"
    wal.mkdir()
    segment = tmp_path / "pg_wal"
    segment.write_bytes(b"first")

    def archive() -> int:
        command = archive_command(wal).replace("%f", "0" * 24).replace("%p", "pg_wal").replace("%%", "%")
        return subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=False).returncode

    assert archive() == 0
    assert list(wal.iterdir()) == []  # before the first backup nothing is kept
    (wal / "archiving").touch()
    assert archive() == 0
    assert (wal / ("0" * 24)).read_bytes() == b"first"
    assert archive() == 0  # the same again, after a crash between copying and noting it
    segment.write_bytes(b"other")
    assert archive() != 0
    assert (wal / ("0" * 24)).read_bytes() == b"first"
    (wal / ("0" * 24)).unlink()
    segment.unlink()
    assert archive() != 0
    assert [path.name for path in wal.iterdir()] == ["archiving"]
