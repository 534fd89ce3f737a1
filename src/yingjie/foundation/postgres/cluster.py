"""The embedded server: create it, start it (as a child or detached), stop it, ask how it is, get its address.

`run()` is what `yj up` uses: PostgreSQL is a direct child and dies with its parent, however the parent dies.
`start_detached()` is what `yj db start` uses: PostgreSQL stays when the command ends.
Both reuse a server that is already running on the directory, and both clear up after a crash first.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from yingjie.foundation.postgres import configuration, creation, logs, processes
from yingjie.foundation.postgres.account import Account, Command
from yingjie.foundation.postgres.binaries import Binaries, find
from yingjie.foundation.postgres.configuration import ADMINISTRATOR, APPLICATION, DATABASE
from yingjie.foundation.postgres.home import Home, plain_answers
from yingjie.foundation.postgres.server import STOP_SECONDS, Server, ServerEnded
from yingjie.foundation.postgres.trouble import Progress, quiet, trouble

FIRST_PORT = 54320
START_SECONDS = 1800.0


@dataclass(frozen=True)
class Status:
    """How the server is. `state`: "absent", "stopped", "starting", "running" or "stopping"; `mode`: "child",
    "detached" or "" when it is not running."""

    state: str
    pid: int | None
    port: int | None
    mode: str
    version: str | None


class Cluster:
    """The database of one home. Settings from the environment: YINGJIE_DB_PORT, YINGJIE_DB_USER,
    YINGJIE_PG_BIN.
    """

    def __init__(
        self,
        home: Home,
        *,
        environ: Mapping[str, str] | None = None,
        fast: bool = False,
        port: int | None = None,
    ) -> None:
        """`fast` gives up durability (tests only); `port` is where the search for a free port begins."""
        self.home = home
        self.environ = os.environ if environ is None else environ
        self.fast = fast
        self.preferred_port = port

    @property
    def directory(self) -> Path:
        return self.home.cluster

    @property
    def name(self) -> str:
        return configuration.cluster_name(self.directory)

    @cached_property
    def account(self) -> Account:
        return Account.choose(self.directory, self.environ)

    @cached_property
    def binaries(self) -> Binaries:
        """The programs this data directory needs; the best ones when there is none yet."""
        return find(self.home, self.account, major=self.data_major(), environ=self.environ)

    def data_major(self) -> int | None:
        """The PostgreSQL version that made the data directory, or None when there is none."""
        try:
            text = (self.directory / "PG_VERSION").read_text().strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError:
            with plain_answers(
                self.home.root
            ):  # a closed directory above is another matter than a foreign one
                owner = self.directory.stat().st_uid
            raise trouble(
                "db.not_ours", path=self.directory, owner=owner, account=self.account.name
            ) from None
        return int(text.partition(".")[0]) if text else None

    # Verbs

    def initialise(self, progress: Progress = quiet) -> bool:
        """Create the database when there is none; True when it was created. Nothing half-made is left on
        failure.
        """
        self.require_ours()
        self.home.prepare(self.account)
        with self.alone():
            return self._initialise(progress)

    def run(self, progress: Progress = quiet) -> Server:
        """Start as a child of this process and wait until it accepts connections (created first when absent).

        The kernel ends it when the *thread* that called this ends: call it from the main thread.
        A server that already runs on the directory is used as it is, and left running by `Server.stop`.
        """
        return self._bring_up(self._launch_child, "child", progress)

    def start_detached(self, progress: Progress = quiet) -> Status:
        """Start through pg_ctl so that it outlives this process, and wait until it accepts connections."""
        self._bring_up(self._launch_detached, "detached", progress)
        return self.status()

    def stop(self, progress: Progress = quiet) -> bool:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk. False when it
        was not running. Raises `db.still_running` when it does not end in time.
        """
        postmaster = self.live()
        if postmaster is None:
            return False
        processes.send(postmaster.pid, signal.SIGINT)
        self.wait_empty(STOP_SECONDS, progress)
        return True

    def status(self) -> Status:
        """How the server is, without connecting to it."""
        major = self.data_major()
        if major is None:
            return Status("absent", None, None, "", None)
        postmaster = self.live()
        if postmaster is None:
            return Status("stopped", None, self.remembered_port(), "", str(major))
        state = {"starting": "starting", "stopping": "stopping"}.get(postmaster.state, "running")
        return Status(state, postmaster.pid, postmaster.port, self._mode_of(postmaster.pid), str(major))

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The address for connecting as this role, password included: keep it out of logs and screens."""
        postmaster = self.live()
        port = (postmaster.port if postmaster else None) or self.remembered_port() or FIRST_PORT
        return f"postgresql://{role}:{quote(self.password(role))}@127.0.0.1:{port}/{database}"

    # What others of this package use

    def live(self) -> processes.Postmaster | None:
        """The server that is running on the directory, whoever started it."""
        postmaster = processes.read_postmaster(self.directory)
        if postmaster is None or not processes.is_alive(postmaster.pid):
            return None
        return postmaster if processes.serves(postmaster.pid, self.directory, self.name) else None

    def remembered_port(self) -> int | None:
        try:
            return int((self.home.run / "port").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def fixed_port(self) -> int | None:
        """The port the user insists on. Raises `db.bad_setting` when it is not a port."""
        named = self.environ.get("YINGJIE_DB_PORT")
        if not named:
            return None
        if not named.isdigit() or not 0 < int(named) < 65536:
            raise trouble("db.bad_setting", name="YINGJIE_DB_PORT", value=named, detail="1–65535")
        return int(named)

    def password(self, role: str) -> str:
        """The role's password, made at first need and kept in `keys/`."""
        return creation.password(self.home, role)

    @contextlib.contextmanager
    def alone(self, purpose: str = "lock", seconds: float = 120.0) -> Iterator[None]:
        """Hold the home's lock for one operation; raises `db.busy` when another command keeps it for too
        long.
        """
        with plain_answers(self.home.run), (self.home.run / purpose).open("w") as file:

            def locked() -> bool:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True

            if not processes.wait_until(locked, seconds, pause=0.1):
                raise trouble("db.busy")
            yield

    def write_configuration(self, data_directory: Path, port: int, **more: str) -> None:
        chosen = configuration.settings(self.home, self.binaries, data_directory, port, fast=self.fast)
        configuration.write(self.home, self.account, data_directory, chosen | more)

    def require_ours(self) -> None:
        """Raise `db.not_ours` when the data directory belongs to another account."""
        with plain_answers(self.home.root):
            if not self.directory.is_dir():
                return
            owner = self.directory.stat().st_uid
        if owner != self.account.uid and (self.data_major() is not None or not self.account.is_other):
            raise trouble("db.not_ours", path=self.directory, owner=owner, account=self.account.name)

    def launch(self, data_directory: Path) -> subprocess.Popen[bytes]:
        """The server as a child that dies with this process; does not wait."""
        command: Command = [self.binaries.program("postgres"), "-D", data_directory]
        with self._start_log() as output:
            return self.account.spawn(command, output=output, before=processes.die_with(os.getpid()))

    def wait_ready(
        self,
        process: subprocess.Popen[bytes],
        data_directory: Path,
        progress: Progress = quiet,
        seconds: float = START_SECONDS,
    ) -> None:
        """Wait until the child accepts connections; raises what the log says when it ends instead."""
        began = time.monotonic()
        told = 0
        while process.poll() is None:
            postmaster = processes.read_postmaster(data_directory)
            if postmaster and postmaster.pid == process.pid and postmaster.state == "ready":
                return
            waited = time.monotonic() - began
            if waited > seconds:
                raise trouble("db.start_slow", seconds=int(seconds))
            if int(waited) > told:
                told = int(waited)
                progress(told, None, "Waiting for the database")
            time.sleep(0.01)
        raise ServerEnded

    def connect(
        self, role: str = ADMINISTRATOR, database: str = DATABASE
    ) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to the running server, each statement its own transaction."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=20)

    # Below the fold

    def _initialise(self, progress: Progress) -> bool:
        if self.data_major() is not None:
            return False
        if self.directory.is_dir() and any(self.directory.iterdir()):
            raise trouble("db.not_a_cluster", path=self.directory)
        if any(self.home.root.glob("cluster.before-*")) or any(self.home.backups.iterdir()):
            raise trouble("db.restore_interrupted", path=self.home.root)
        progress(0, None, "Creating the database")
        creation.create(self.home, self.account, self.binaries, fast=self.fast)
        return True

    def _bring_up(
        self, launch: Callable[[], subprocess.Popen[bytes]], mode: str, progress: Progress
    ) -> Server:
        self.require_ours()
        self.home.prepare(self.account)
        with self.alone():
            created = self._initialise(progress)
            if not created and (postmaster := self._settle(progress)):
                return Server(self, postmaster.pid, None)
            without_keys = not created and not creation.has_passwords(self.home)
            process = self._start_on_a_port(launch, mode, without_keys, progress)
            postmaster = self.live()
            pid = postmaster.pid if postmaster else process.pid
            server = Server(self, pid, process if mode == "child" else None)
            try:
                creation.furnish(self.home, self.binaries, self.connect)
            except BaseException:
                server.stop()
                raise
            return server

    def _start_on_a_port(
        self, launch: Callable[[], subprocess.Popen[bytes]], mode: str, without_keys: bool, progress: Progress
    ) -> subprocess.Popen[bytes]:
        """Start on the fixed port, or on the remembered one, or on the next that is free."""
        fixed = self.fixed_port()
        wanted = fixed or self.remembered_port() or self.preferred_port or FIRST_PORT
        for _ in range(8):  # a port may be taken between looking and listening
            port = processes.free_port(wanted, tries=1 if fixed else 400)
            if port is None:
                raise trouble("db.port_taken", port=wanted)
            self.write_configuration(self.directory, port)
            if without_keys:
                creation.set_passwords(self.home, self.account, self.binaries, self.directory)
            before = logs.sizes(self.home)
            process = launch()
            try:
                self._wait_for_launch(process, mode, progress)
            except ServerEnded:
                problem = logs.explain(logs.since(self.home, before), self.home, port=port)
                if problem.code != "db.port_taken" or fixed:
                    raise problem from None
                wanted = port + 1
                continue
            self._remember(port, mode)
            return process
        raise trouble("db.port_taken", port=wanted)

    def _wait_for_launch(self, process: subprocess.Popen[bytes], mode: str, progress: Progress) -> None:
        if mode == "child":
            self.wait_ready(process, self.directory, progress)
        elif process.wait() != 0:  # pg_ctl itself waits
            raise ServerEnded

    def _launch_child(self) -> subprocess.Popen[bytes]:
        return self.launch(self.directory)

    def _launch_detached(self) -> subprocess.Popen[bytes]:
        command: Command = [self.binaries.program("pg_ctl"), "-D", self.directory, "-w"]
        command += ["-t", str(int(START_SECONDS)), "start"]
        with self._start_log() as output:
            return self.account.spawn(command, output=output)

    @contextlib.contextmanager
    def _start_log(self) -> Iterator[IO[bytes]]:
        with plain_answers(self.home.run), (self.home.run / logs.START_LOG).open("wb") as output:
            yield output

    def _settle(self, progress: Progress) -> processes.Postmaster | None:
        """Find a server that is running and will stay, or make sure that none is left and the way is free."""
        postmaster = self.live()
        if postmaster and not self._is_ending(postmaster):
            self._wait_out_start(progress)
            return self.live() or self._settle(progress)
        if postmaster and postmaster.state != "stopping":
            processes.send(postmaster.pid, signal.SIGINT)
        self.wait_empty(STOP_SECONDS, progress)
        # No process of this directory is left, so the file is stale, even if its number now belongs to
        # another program or to a zombie: PostgreSQL itself would refuse to start then.
        with plain_answers(self.directory):
            (self.directory / "postmaster.pid").unlink(missing_ok=True)
            self.directory.chmod(0o700)
        return None

    def _wait_out_start(self, progress: Progress) -> None:
        def settled() -> bool:
            postmaster = self.live()
            return postmaster is None or postmaster.state in ("ready", "stopping")

        progress(0, None, "Waiting for the database")
        if not processes.wait_until(settled, START_SECONDS):
            raise trouble("db.start_slow", seconds=int(START_SECONDS))

    def _is_ending(self, postmaster: processes.Postmaster) -> bool:
        """Whether it is shutting down, or is about to because the process it was a child of has died."""
        if postmaster.state == "stopping":
            return True
        noted = self._noted()
        return (
            noted.get("mode") == "child"
            and noted.get("pid") == postmaster.pid
            and processes.parent_of(postmaster.pid) != noted.get("supervisor")
        )

    def wait_empty(self, seconds: float, progress: Progress) -> None:
        progress(0, None, "Waiting for the database to stop")
        left: list[int] = []

        def empty() -> bool:
            left[:] = processes.inhabitants(self.directory, self.name)
            return not left

        if not processes.wait_until(empty, seconds):
            raise trouble("db.still_running", path=self.directory, pids=", ".join(map(str, left)))

    def _remember(self, port: int, mode: str) -> None:
        postmaster = self.live()
        note = {"pid": postmaster.pid if postmaster else None, "mode": mode, "supervisor": os.getpid()}
        with plain_answers(self.home.run):
            (self.home.run / "port").write_text(f"{port}\n")
            (self.home.run / "server.json").write_text(json.dumps(note))

    def _noted(self) -> dict[str, object]:
        try:
            noted = json.loads((self.home.run / "server.json").read_text())
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def _mode_of(self, pid: int) -> str:
        noted = self._noted()
        return str(noted.get("mode", "")) if noted.get("pid") == pid else "detached"
