"""What can go wrong before the server is up: each has its code, and nothing was changed."""

import os
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from yingjie.foundation.postgres import home as homes
from yingjie.foundation.postgres import logs
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.checks import check_server, require_server
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.diagnosis import diagnose
from yingjie.foundation.postgres.home import MEBIBYTE, Home
from yingjie.foundation.postgres.trouble import STEPS, TEXTS, DatabaseTrouble

from .conftest import Query, tree


def test_every_trouble_has_its_words_in_both_languages() -> None:
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS["db.no_backup"]
    ]
    assert fields == [{"detail_zh"}, {"detail_en"}, set(), set()]
    for code, texts in TEXTS.items():
        assert code.startswith("db.")
        assert len(texts) == 4
        for chinese in (texts[0], texts[2]):
            assert any("\u4e00" <= character <= "\u9fff" for character in chinese), code
        for english in (texts[1], texts[3]):
            assert english.isascii(), code
    assert all(not chinese.isascii() for chinese in STEPS.values())


def test_another_version_s_data_is_left_alone(cluster: Cluster) -> None:
    (cluster.directory / "PG_VERSION").write_text("11\n")
    before = tree(cluster.directory)
    again = Cluster(cluster.home, environ={})
    with pytest.raises(DatabaseTrouble) as refused:
        again.run()
    assert refused.value.code == "db.wrong_version"
    assert "PostgreSQL 11" in refused.value.reason_en
    assert "postgresql-11" in refused.value.next_zh
    assert tree(cluster.directory) == before
    assert [each.code for each in diagnose(cluster.home, environ={}) if not each.ok] == [
        "db.wrong_version",
        "db.backups",
    ]


def test_a_directory_that_is_no_database_is_left_alone(empty: Cluster) -> None:
    empty.home.prepare(empty.account)
    empty.directory.mkdir()
    os.chown(empty.directory, empty.account.uid, empty.account.gid)
    (empty.directory / "thesis.txt").write_text("three years of work")
    with pytest.raises(DatabaseTrouble) as refused:
        empty.run()
    assert refused.value.code == "db.not_a_cluster"
    assert [path.name for path in empty.directory.iterdir()] == ["thesis.txt"]


def test_no_empty_database_is_put_where_one_is_missing(empty: Cluster) -> None:
    empty.home.prepare(empty.account)
    (empty.home.root / "cluster.before-20261121T101500").mkdir()
    with pytest.raises(DatabaseTrouble) as refused:
        empty.run()
    assert refused.value.code == "db.restore_interrupted"
    assert not empty.directory.exists()


def test_a_directory_of_another_account_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(cluster.home.root)
    stranger = Account("stranger", cluster.account.uid + 1, cluster.account.gid, is_other=False)
    monkeypatch.setattr(Account, "choose", classmethod(lambda cls, *_: stranger))
    with pytest.raises(DatabaseTrouble) as refused:
        Cluster(cluster.home, environ={}).run()
    assert refused.value.code == "db.not_ours"
    assert "stranger" in refused.value.reason_zh
    assert tree(cluster.home.root) == before


@pytest.mark.parametrize("place", ["file/home", "/sys/yingjie"])
def test_a_home_that_cannot_be_written_is_refused(ground: Path, place: str) -> None:
    (ground / "file").write_text("")
    with pytest.raises(DatabaseTrouble) as refused:
        Cluster(Home(ground / place), environ={}).run()
    assert refused.value.code == "db.home_read_only"


def test_a_closed_parent_directory_stays_closed(ground: Path) -> None:
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(Home(closed / "home"), environ={})
    if os.geteuid() == 0:
        with pytest.raises(DatabaseTrouble) as refused:
            cluster.run()
        assert refused.value.code == "db.home_unreachable"
    else:
        cluster.run().stop()
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_home_full_of_other_things_keeps_its_permissions(ground: Path) -> None:
    shared = ground / "shared"
    shared.mkdir(mode=0o700)
    (shared / "letters").mkdir()
    account = Account.choose(environ={})
    if account.is_other:
        with pytest.raises(DatabaseTrouble) as refused:
            Home(shared).prepare(account)
        assert refused.value.code == "db.home_unreachable"
    else:
        Home(shared).prepare(account)
    assert shared.stat().st_mode & 0o777 == 0o700


def test_an_unknown_service_account_is_refused() -> None:
    environ = {"YINGJIE_DB_USER": "no-such-account"}
    if os.geteuid() == 0:
        with pytest.raises(DatabaseTrouble) as refused:
            Account.choose(environ=environ)
        assert refused.value.code == "db.no_account"
        with pytest.raises(DatabaseTrouble):
            Account.choose(environ={"YINGJIE_DB_USER": "root"})
    else:
        assert Account.choose(environ=environ).uid == os.geteuid()


@pytest.fixture
def small_disk(ground: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 300 MB where mounting is permitted; elsewhere a directory whose free space is what we say."""
    place = ground / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300m,mode=711", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        yield place
        subprocess.run(["umount", str(place)], check=True)
    else:
        filler = place / "filler"
        total = 300 * MEBIBYTE
        monkeypatch.setattr(
            homes, "free_bytes", lambda _: max(0, total - (filler.stat().st_size if filler.exists() else 0))
        )
        monkeypatch.setattr(logs, "free_bytes", homes.free_bytes)
        yield place


def test_a_full_disk_is_told_at_creation_and_nothing_is_left(small_disk: Path) -> None:
    fill(small_disk, leave=50 * MEBIBYTE)
    cluster = Cluster(Home(small_disk / "home"), environ={})
    with pytest.raises(DatabaseTrouble) as refused:
        cluster.run()
    assert refused.value.code == "db.disk_full"
    assert "160 MB" in refused.value.reason_zh
    assert not list(cluster.home.root.glob("cluster*"))


def test_a_full_disk_is_told_at_start_and_the_data_is_there_afterwards(
    small_disk: Path, cluster: Cluster, sql: Query
) -> None:
    cluster.home = Home(small_disk / "home")
    with cluster.run():
        sql("create table kept as select 9 as n")
    if os.path.ismount(small_disk):
        fill(small_disk, leave=0)
        with pytest.raises(DatabaseTrouble) as refused:
            cluster.run()
        assert refused.value.code == "db.disk_full"
        (small_disk / "filler").unlink()
    with cluster.run():
        assert sql("select n from kept") == [(9,)]
    cluster.stop()


def fill(disk: Path, leave: int) -> None:
    """Use up the disk except `leave` bytes."""
    with (disk / "filler").open("wb") as file:
        if not os.path.ismount(disk):
            file.truncate(300 * MEBIBYTE - leave)
            return
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        file.write(b"\0" * max(0, free - leave))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('FATAL:  could not write lock file "postmaster.pid": No space left on device', "db.disk_full"),
        ('PANIC:  could not write to file "pg_wal/xlogtemp.61": No space left on device', "db.disk_full"),
        ("ERROR:  could not resize shared memory segment: No space left on device", "db.start_failed"),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "db.port_taken"),
        ("PANIC:  could not locate a valid checkpoint record at 0/1DC0D28", "db.damaged"),
        ('FATAL:  could not open directory "pg_wal": No such file or directory', "db.damaged"),
        ("FATAL:  incorrect checksum in control file", "db.damaged"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "db.start_failed"),
        ("", "db.start_failed"),
    ],
)
def test_the_log_s_words_become_the_right_trouble(ground: Path, said: str, code: str) -> None:
    told = logs.explain(f"2026-11-21 10:15:00 UTC [61] LOG:  starting\n{said}\n", Home(ground), port=5432)
    assert told.code == code
    if code in ("db.damaged", "db.start_failed") and said:
        assert said in told.reason_en


def test_damaged_files_are_told_and_left_as_they_are(cluster: Cluster) -> None:
    control = cluster.directory / "global" / "pg_control"
    control.write_bytes(b"\xff" * control.stat().st_size)
    with pytest.raises(DatabaseTrouble) as refused:
        cluster.run()
    assert refused.value.code == "db.damaged"
    assert "yj db restore" in refused.value.next_zh
    assert set(control.read_bytes()) == {0xFF}


def test_any_postgresql_is_looked_at(cluster: Cluster) -> None:
    with cluster.run():
        with cluster.connect(database="postgres") as connection:
            for name, encoding in (("blind", "UTF8"), ("ascii", "SQL_ASCII")):
                connection.execute(
                    f"create database {name} template template0 encoding '{encoding}' lc_collate 'C'"
                    f" lc_ctype 'C'"
                )
        good = cluster.url("keeper")

        def wrong(url: str) -> list[str]:
            return [each.code for each in check_server(url) if not each.ok]

        assert wrong(good) == []
        assert wrong(cluster.url("keeper", "blind")) == ["db.trigram_blind"]
        assert wrong(cluster.url("keeper", "ascii")) == ["db.encoding"]
        assert wrong(good.replace(cluster.password("keeper"), "guess")) == ["db.password_refused"]
        with cluster.connect(database="blind") as connection:
            # Only looked at: nothing was installed there.
            row = connection.execute("select count(*) from pg_extension where extname = 'pg_trgm'").fetchone()
            assert row == (0,)
    assert wrong(good) == ["db.unreachable"]
    with pytest.raises(DatabaseTrouble) as refused:
        require_server(good)
    assert refused.value.code == "db.unreachable"


def test_a_second_command_at_the_same_time_is_told_to_wait(cluster: Cluster) -> None:
    with cluster.alone(), pytest.raises(DatabaseTrouble) as refused, cluster.alone(seconds=0):
        pass
    assert refused.value.code == "db.busy"
    with cluster.alone(seconds=0):
        pass


def test_the_doctor_says_so_when_the_home_is_out_of_reach(ground: Path) -> None:
    (ground / "file").write_text("")
    codes = [each.code for each in diagnose(Home(ground / "file" / "home"), environ={}) if not each.ok]
    assert set(codes) <= {"db.home_read_only"}


def test_the_doctor_finds_a_new_and_a_running_instance_well(empty: Cluster) -> None:
    before = diagnose(empty.home, environ={})
    assert [each.code for each in before if not each.ok] == []
    assert not empty.home.root.exists()
    with empty.run():
        running = diagnose(empty.home, environ={})
    assert {each.code for each in running} == {
        "db.account", "db.binaries", "db.data", "db.space", "db.server", "db.server_version", "db.encoding",
        "db.trigram", "db.backups",
    }  # fmt: skip
    assert [each.code for each in running if not each.ok] == ["db.backups"]
    assert all(each.zh and each.en and (each.ok or (each.next_zh and each.next_en)) for each in running)
