"""What `yj doctor` says about the embedded database: findings, each with what to do. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import psycopg

from yingjie.foundation.postgres import catalogue, creation
from yingjie.foundation.postgres.checks import check_server, connection_trouble
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import MEBIBYTE, Home, free_bytes, plain_answers
from yingjie.foundation.postgres.processes import port_is_free
from yingjie.foundation.postgres.trouble import DatabaseTrouble, Finding, as_finding, trouble

ENOUGH_SPACE = 1024 * MEBIBYTE
OLD_BACKUP = timedelta(days=2)


def diagnose(home: Home, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Look at home, programs, account, data directory, port, space, server and backups; never raises a
    trouble.
    """
    cluster = Cluster(home, environ=environ)
    findings: list[Finding] = []
    looks: list[Callable[[Cluster], Iterator[Finding]]] = [
        _account,
        _programs,
        _data,
        _space,
        _server,
        _backups,
    ]
    for look in looks:
        try:
            with plain_answers(home.root):
                findings += look(cluster)
        except DatabaseTrouble as problem:
            if problem.code not in {each.code for each in findings}:
                findings.append(as_finding(problem))
    return findings


def _account(cluster: Cluster) -> Iterator[Finding]:
    name = cluster.account.name
    yield _well("db.account", f"数据库以账户 {name} 运行", f"The database runs as the account {name}")


def _programs(cluster: Cluster) -> Iterator[Finding]:
    found = cluster.binaries
    zh = f"程序 PostgreSQL {found.version}（{found.directory}）"
    yield _well("db.binaries", zh, f"Programs: PostgreSQL {found.version} ({found.directory})")


def _data(cluster: Cluster) -> Iterator[Finding]:
    major = cluster.data_major()
    if major is None:
        yield _well(
            "db.data",
            f"还没有数据库，首次启动时建在 {cluster.directory}",
            f"No database yet; the first start creates it at {cluster.directory}",
        )
        return
    cluster.require_ours()
    zh = f"数据目录 {cluster.directory}（版本 {major}）"
    yield _well("db.data", zh, f"Data directory {cluster.directory} (version {major})")
    if creation.has_passwords(cluster.home):
        return
    if cluster.live() is None:
        yield _well(
            "db.keys",
            "数据库口令缺失，下次启动时会重设",
            "Database passwords are missing; the next start sets them anew",
        )
    else:
        yield Finding(
            "db.keys",
            False,
            "数据库口令文件缺失",
            "The database's password files are missing",
            "执行 yj db stop 再 yj db start，口令会重设",
            "Run yj db stop and yj db start; the passwords are set anew",
        )


def _space(cluster: Cluster) -> Iterator[Finding]:
    free = free_bytes(cluster.home.root)
    if free < ENOUGH_SPACE:
        yield Finding(
            "db.space",
            False,
            f"磁盘快满了：{cluster.home.root} 只剩 {free // MEBIBYTE} MB",
            f"The disk is nearly full: {free // MEBIBYTE} MB are left at {cluster.home.root}",
            "腾出空间，清理旧备份；不要动 cluster 目录",
            "Free some space, prune old backups; do not touch the cluster directory",
        )
        return
    free_gb = free // (1024 * MEBIBYTE)
    yield _well("db.space", f"磁盘剩余 {free_gb} GB", f"{free_gb} GB of disk are free")


def _server(cluster: Cluster) -> Iterator[Finding]:
    status = cluster.status()
    if status.state != "running":
        port = cluster.fixed_port()
        if port and not port_is_free(port):
            yield as_finding(trouble("db.port_taken", port=port))
        zh = {"absent": "尚未建立", "stopped": "没有运行", "starting": "正在启动", "stopping": "正在停止"}[
            status.state
        ]
        yield _well("db.server", f"数据库{zh}", f"The database is {status.state}")
        return
    yield _well(
        "db.server",
        f"数据库正在运行（进程 {status.pid}，端口 {status.port}）",
        f"The database is running (process {status.pid}, port {status.port})",
    )
    if creation.has_passwords(cluster.home):
        yield from check_server(cluster.url())
        yield from _archiving(cluster)


def _archiving(cluster: Cluster) -> Iterator[Finding]:
    try:
        with cluster.connect(database="postgres") as connection:
            row = connection.execute(
                "select last_failed_wal, last_failed_time > coalesce(last_archived_time, '-infinity')"
                " from pg_stat_archiver"
            ).fetchone()
    except psycopg.Error as refusal:
        raise connection_trouble(refusal) from refusal
    if row and row[1]:
        yield Finding(
            "db.archiving",
            False,
            f"变更日志 {row[0]} 归档失败，磁盘会越占越多",
            f"The change log file {row[0]} could not be archived; the disk will fill up",
            f"检查 {cluster.home.wal} 的空间与权限",
            f"Check space and permissions of {cluster.home.wal}",
        )


def _backups(cluster: Cluster) -> Iterator[Finding]:
    if cluster.data_major() is None:
        return
    known = catalogue.present(cluster.home.backups)
    advice = (
        "执行 yj db backup，并把 keys 目录另存到别处",
        "Run yj db backup, and keep a copy of keys elsewhere",
    )
    if not known:
        yield Finding("db.backups", False, "还没有备份", "There is no backup yet", *advice)
        return
    newest = known[-1]
    age = datetime.now(UTC) - newest.finished_at
    zh = f"最近一次备份 {newest.id}（{age.days} 天前）"
    en = f"Newest backup {newest.id} ({age.days} days ago)"
    yield Finding("db.backups", False, zh, en, *advice) if age > OLD_BACKUP else _well("db.backups", zh, en)


def _well(code: str, zh: str, en: str) -> Finding:
    return Finding(code, True, zh, en)
