"""`yj db`: the embedded database."""

from datetime import datetime
from pathlib import Path

import click

from yingjie.cli.speech import Commands, as_json, both, plain_answers, progress_bar, say
from yingjie.foundation import clock
from yingjie.foundation.postgres import backup as backups
from yingjie.foundation.postgres import restore as restores
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home


@click.group(cls=Commands, help=both("内置数据库：启动、停止、状态、备份、恢复。", "The embedded database."))
def db() -> None:
    pass


@db.command(help=both("在后台启动数据库。", "Start the database in the background."))
def start() -> None:
    with plain_answers(), progress_bar("正在启动", "starting") as tell:
        status = Cluster(Home.default()).start_detached(tell)
    say(f"数据库已在 127.0.0.1:{status.port} 运行。", f"The database runs on 127.0.0.1:{status.port}.")


@db.command(
    help=both(
        "停止数据库（未提交的事务回滚，已提交的都在磁盘上）。",
        "Stop the database; what was committed is on disk.",
    )
)
def stop() -> None:
    with plain_answers(), progress_bar("正在停止", "stopping") as tell:
        was_running = Cluster(Home.default()).stop(tell)
    if was_running:
        say("数据库已停止。", "The database has stopped.")
    else:
        say("数据库没有在运行。", "The database was not running.")


@db.command(help=both("数据库在不在运行、在哪里。", "Whether the database runs, and where."))
@click.option("--json", "machine", is_flag=True)
def status(machine: bool) -> None:
    home = Home.default()
    with plain_answers(machine):
        found = Cluster(home).status()
    if machine:
        as_json({"home": home.root, "state": found.state, "port": found.port, "version": found.version})
        return
    words = {
        "absent": "还没有建立",
        "stopped": "已停止",
        "starting": "正在启动",
        "running": "运行中",
        "stopping": "正在停止",
    }
    say(
        f"{words[found.state]}，PostgreSQL {found.version or '-'}，端口 {found.port or '-'}，目录 {home.root}",
        f"{found.state}, PostgreSQL {found.version or '-'}, port {found.port or '-'}, directory {home.root}",
    )


@db.command(
    help=both(
        "备份（全量或增量；默认自动选择）。",
        "Back up, in full or incrementally (chosen by itself if left out).",
    )
)
@click.option("--to", "dest", type=click.Path(path_type=Path), help="目录 / directory")
@click.option("--kind", type=click.Choice(["auto", "full", "incremental"]), default="auto", show_default=True)
@click.option(
    "--keep", type=click.IntRange(1), default=7, show_default=True, help="保留几次全量 / full backups to keep"
)
@click.option("--json", "machine", is_flag=True)
def backup(dest: Path | None, kind: str, keep: int, machine: bool) -> None:
    with plain_answers(machine):
        cluster = Cluster(Home.default())
        with cluster.run(), progress_bar("正在备份", "backing up") as tell:
            made = backups.backup(cluster, dest=dest, kind=kind, progress=tell)
        backups.prune(cluster.home, keep=keep)
    if machine:
        as_json(vars(made))
        return
    say(
        f"备份完成：{made.id}（{made.kind}，{made.size_bytes // 2**20} MB）",
        f"Backed up: {made.id} ({made.kind}, {made.size_bytes // 2**20} MB)",
    )


@db.command(
    help=both(
        "恢复到最新或某一时刻；原数据目录会改名保留。",
        "Restore to the latest state or to a moment; the present directory is kept aside.",
    )
)
@click.option("--at", "moment", help="时刻 / moment, e.g. 2026-05-19T14:30:00")
@click.option("--backup", "backup_id", help="备份编号 / which backup")
@click.option(
    "--from", "source", type=click.Path(path_type=Path), help="备份所在目录 / where the backups lie"
)
@click.option("--accept-gap", is_flag=True, help="接受变更日志有缺口 / accept a gap in the change log")
@click.option("--yes", is_flag=True, help="不再询问 / do not ask")
def restore(
    moment: str | None, backup_id: str | None, source: Path | None, accept_gap: bool, yes: bool
) -> None:
    to_time = None
    if moment:
        try:
            to_time = datetime.fromisoformat(moment)
        except ValueError:
            raise click.BadParameter("YYYY-MM-DDTHH:MM:SS", param_hint="--at") from None
        if to_time.tzinfo is None:
            to_time = to_time.replace(tzinfo=clock.CAMPAIGN_ZONE)
    if not yes:
        click.confirm(
            "恢复会换上备份中的数据（原数据目录保留），继续吗？"
            " Restoring puts the backup's data in place of the present data, which is kept aside. Go on?",
            abort=True,
        )
    with plain_answers(), progress_bar("正在恢复", "restoring") as tell:
        # A running server is not stopped here: whoever works on it would be thrown out by a restore that may yet refuse.
        restored = restores.restore(
            Cluster(Home.default()),
            to_time=to_time,
            backup_id=backup_id,
            source=source,
            accept_gap=accept_gap,
            progress=tell,
        )
    last = (
        restored.last_transaction_at.astimezone(clock.CAMPAIGN_ZONE) if restored.last_transaction_at else "-"
    )
    say(
        f"已恢复，最后一笔 {last}。原数据在 {restored.kept_aside or '-'}",
        f"Restored; last transaction {last}. The former data is kept in {restored.kept_aside or '-'}",
    )
