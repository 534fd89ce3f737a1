"""A server that is up, in the hands of the one who asked for it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from typing import TYPE_CHECKING

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.trouble import quiet

if TYPE_CHECKING:
    from yingjie.foundation.postgres.cluster import Cluster

STOP_SECONDS = 300.0


class Server:
    """A server that is up, for the one who asked for it. As a context manager it stops what it started."""

    def __init__(self, cluster: Cluster, pid: int, process: subprocess.Popen[bytes] | None) -> None:
        self.cluster = cluster
        self.pid = pid
        self.process = process

    @property
    def was_running(self) -> bool:
        """Whether somebody else had started it; `stop` then leaves it running."""
        return self.process is None

    @property
    def url(self) -> str:
        return self.cluster.url()

    def is_alive(self) -> bool:
        return self.process.poll() is None if self.process else processes.is_alive(self.pid)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Fast shutdown; after `seconds` an immediate one (nothing acknowledged is lost by that either)."""
        if self.process is None:
            return
        for signal_number, patience in (
            (signal.SIGINT, seconds),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 10.0),
        ):
            if self.process.poll() is not None:
                break
            processes.send(self.process.pid, signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.cluster.wait_empty(10.0, quiet)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *outcome: object) -> None:
        self.stop()


class ServerEnded(Exception):
    """The server ended while it was waited for; the log says why."""
