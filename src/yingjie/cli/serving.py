"""`yj up`: one process that brings everything up, watches it, and takes everything down with it.

Children: PostgreSQL (unless DATABASE_URL names another), the web server (gunicorn), the worker (procrastinate). Each child asks the
kernel to end it when this process ends, so even `kill -9` leaves nothing behind. A child that dies is started again.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from yingjie.cli import instance
from yingjie.cli.loading import bring_rules_up_to_date, first_county, load_demo
from yingjie.cli.speech import AT_FAULT, both, plain_answers, progress_bar, refuse, say
from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.checks import require_server
from yingjie.foundation.postgres.cluster import Cluster
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.server import Server

FIRST_PORT = 8000
PATIENCE_SECONDS = 60.0
# A server that was killed a moment ago may not have let go of its port yet.
PORT_PATIENCE_SECONDS = 3.0


@click.command(
    help=both(
        "启动：数据库、网页、后台任务；第一次会装入演示县（--empty 则建一个空的正式实例）。Ctrl-C 全部停止。",
        "Start the database, the pages and the background jobs. The first start loads the demo county (--empty makes a real,"
        " empty instance instead). Ctrl-C stops everything.",
    )
)
@click.option("--empty", is_flag=True, help="建立空的正式实例 / make a real, empty instance")
@click.option("--size", type=click.Choice(["small", "medium", "large"]), default="medium", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="演示数据种子 / seed of the demo county")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, help=f"端口 / port (默认 default: {FIRST_PORT})")
@click.option("--admin", help="首位管理员用户名（与 --empty 同用） / first administrator")
@click.option("--county", help="县（区）代码，如 110117（与 --empty 同用） / county code")
def up(
    empty: bool, size: str, seed: int, host: str, port: int | None, admin: str | None, county: str | None
) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    home = Home.default()
    with plain_answers(), ExitStack() as stack:
        if home.run.exists():
            with _alone(home):  # Said before a port is looked for: it is the running one's.
                pass
        address = _address(host, port)
        url = os.environ.get("DATABASE_URL")
        database: Server | None = None
        if url:
            require_server(url)
        else:
            with progress_bar("正在启动数据库", "starting the database") as tell:
                database = stack.enter_context(Cluster(home).run(tell))
            url = database.url
        stack.enter_context(_alone(home, _page(*address)))
        chosen = instance.kind(home) or ("real" if empty else "demo")
        if empty and chosen == "demo":
            refuse(
                f"{home.root} 里已经是演示实例。", "请把 YINGJIE_HOME 设到新目录后再用 --empty。",
                f"{home.root} holds a demo instance.", "Set YINGJIE_HOME to a new directory and use --empty there.",
                "instance.is_demo",
            )  # fmt: skip
        home.files.mkdir(parents=True, exist_ok=True)
        instance.decide_kind(home, chosen)
        instance.set_up_django(home, url)
        instance.bring_tables_up_to_date()
        _collect_static()
        if chosen == "demo":
            load_demo(size, seed)
        else:
            first_county(admin, county)
        bring_rules_up_to_date()
        instance.let_go_of_connections()
        with stack, plain_answers():
            _serve(address, database)


@contextmanager
def _alone(home: Home, page: str = "") -> Iterator[None]:
    """One `yj up` a home: a second one only says where the first serves, or will in a moment."""
    home.run.mkdir(parents=True, exist_ok=True)
    with (home.run / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            held_by = lock.read()
            say(
                f"应接已经在运行：{held_by}（刚启动时请稍候片刻）",
                f"Yingjie is already running: {held_by} (give it a moment if it was only just started)",
            )
            sys.exit(0)
        lock.truncate(0)
        lock.write(page)
        lock.flush()
        yield


def _page(host: str, port: int) -> str:
    return f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/"


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _address(host: str, port: int | None) -> tuple[str, int]:
    """Where to serve: the port asked for, or the first free one from 8000."""
    if port is not None:
        if not processes.wait_until(lambda: _is_free(host, port), PORT_PATIENCE_SECONDS, pause=0.1):
            refuse(
                f"端口 {port} 已被占用。", "换一个端口，例如 yj up --port 8080，或先停止占用它的程序。",
                f"Port {port} is taken.", "Choose another one, for example yj up --port 8080, or stop what uses it.",
                "web.port_taken", exit_code=AT_FAULT,
            )  # fmt: skip
        return host, port
    return host, next(
        candidate for candidate in range(FIRST_PORT, FIRST_PORT + 200) if _is_free(host, candidate)
    )


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _collect_static() -> None:
    """Gather the pages' files once per version of them."""
    from django.conf import settings
    from django.core.management import call_command

    newest = max(
        (path.stat().st_mtime_ns for path in Path(settings.PACKAGE).glob("**/static/**/*") if path.is_file()),
        default=0,
    )
    mark = settings.HOME.files / "static.stamp"
    if mark.exists() and mark.read_text() == str(newest):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(str(newest))


def _serve(address: tuple[str, int], database: Server | None) -> None:
    host, port = address
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "yingjie.config.wsgi", "--bind", f"{host}:{port}", "--workers", "2",
                "--threads", "4", "--graceful-timeout", "3", "--log-level", "warning"],
        "worker": [sys.executable, "-m", "yingjie.cli", "worker"],
    }  # fmt: skip
    children = {name: _spawn(name, command) for name, command in commands.items()}
    try:
        page = _page(host, port)
        _wait_until_served(page, children["web"])
        say(f"应接已启动：{page}   按 Ctrl-C 停止。", f"Yingjie is up: {page}   Ctrl-C stops it.")
        _watch(commands, children, database)
    except KeyboardInterrupt:
        say("正在停止……", "Stopping …")
    finally:
        _stop(children)


def _spawn(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    # The worker would look for its database for half a minute; what it was doing is rolled back and taken up again.
    by = signal.SIGKILL if name == "worker" else signal.SIGINT
    # A group of its own: Ctrl-C reaches this process alone, which then stops the children in order.
    return subprocess.Popen(command, preexec_fn=processes.die_with(os.getpid(), by), start_new_session=True)


def _wait_until_served(page: str, web: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        if web.poll() is not None:
            break
        try:
            urllib.request.urlopen(page, timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    refuse(
        "网页服务没有起来。", "执行 yj doctor；上面的输出里有原因。",
        "The web server did not come up.", "Run yj doctor; the reason stands in the output above.",
        "web.did_not_start", exit_code=AT_FAULT,
    )  # fmt: skip


def _watch(
    commands: dict[str, list[str]], children: dict[str, subprocess.Popen[bytes]], database: Server | None
) -> None:
    """Until somebody stops us: start again what died, at most once a second."""
    while True:
        time.sleep(1)
        if database is not None and not database.is_alive():
            refuse(
                "数据库意外停止。", f"再执行一次 yj up 会自动恢复；日志在 {database.cluster.home.log}。",
                "The database stopped unexpectedly.", f"Run yj up again: it recovers. Its log is in {database.cluster.home.log}.",
                "db.stopped", exit_code=AT_FAULT,
            )  # fmt: skip
        for name, child in children.items():
            if child.poll() is not None:
                say(
                    f"{name} 意外退出，正在重新启动。",
                    f"{name} ended unexpectedly; starting it again.",
                    err=True,
                )
                children[name] = _spawn(name, commands[name])


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children.values():
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@click.command(
    hidden=True, help=both("运行后台任务（由 yj up 启动）。", "Run background jobs (started by yj up).")
)
def worker() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjie.config.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from yingjie.foundation.jobs.actions import sweep_broken

    sweep_broken()
    with app.replace_connector(app.connector.get_worker_connector()) as running:  # type: ignore[attr-defined]  # the Django connector's
        # Polling, not LISTEN/NOTIFY: the queue must work behind a pooler and on a distributed server.
        running.run_worker(
            concurrency=2, listen_notify=False, fetch_job_polling_interval=0.5, delete_jobs="successful"
        )
