"""What the operating system says about the server's processes: /proc, postmaster.pid, ports.

A process is recognised by its command line, which anyone may read; its working directory may not be
readable inside a container even for root.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded here, not between fork and exec, where loading a library may dead-lock.
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Postmaster:
    """What postmaster.pid says. `state` is "starting", "stopping", "ready", "standby" or ""."""

    pid: int
    port: int | None
    state: str


def read_postmaster(data_directory: Path) -> Postmaster | None:
    """The contents of postmaster.pid, or None when there is none (or it is still being written)."""
    try:
        lines = (data_directory / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    lines += [""] * (8 - len(lines))
    if not lines[0].strip().lstrip("-").isdigit():
        return None
    port = lines[3].strip()
    return Postmaster(abs(int(lines[0])), int(port) if port.isdigit() else None, lines[7].strip())


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie (a killed server stays one until its parent looks)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X", "x")


def parent_of(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(stat.rpartition(")")[2].split()[1])


def command_of(pid: int) -> list[str]:
    """The command line; empty for a zombie or a process that is gone."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []
    return [part.decode(errors="replace") for part in raw.rstrip(b"\0").split(b"\0")] if raw else []


def serves(pid: int, data_directory: Path, cluster_name: str) -> bool:
    """Whether this live process is the server of the data directory or one of its helpers."""
    command = command_of(pid)
    if not command:
        return False
    if command[0].startswith(f"postgres: {cluster_name}: "):
        return True
    return Path(command[0]).name in ("postgres", "postmaster") and str(data_directory) in command


def inhabitants(data_directory: Path, cluster_name: str) -> list[int]:
    """All live processes that work on the data directory."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return sorted(pid for pid in pids if serves(pid, data_directory, cluster_name) and is_alive(pid))


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Look again and again until the condition holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def port_is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1 at this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(preferred: int, tries: int = 400) -> int | None:
    """The first free port from `preferred` upwards, or None."""
    upwards = range(preferred, min(preferred + tries, 65536))
    return next((port for port in upwards if port_is_free(port)), None)


def any_free_port() -> int:
    """A free port of the operating system's choice, for servers that live shortly."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with(parent: int, by: signal.Signals = signal.SIGINT) -> Callable[[], None]:
    """To be run in the child before exec: when the parent dies, however it dies, the kernel sends the signal; SIGINT is
    PostgreSQL's fast shutdown. It is set after the change of account, which would clear it.
    """

    def before_exec() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return before_exec


def send(pid: int, signal_number: int) -> None:
    """Send the signal; a process that is already gone is no error."""
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return
