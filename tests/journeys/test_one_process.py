"""One process to start, one to stop, nothing left behind.

A county starts a real instance: the first administrator is named, nothing of a demo is shown. Somebody pulls the plug (kill -9).
Not one process stays. Started again, everything is where it was. Asked politely to stop, it stops with everything it had started.
A second start of the same instance only says where the first serves. A demo never enters a real instance, and a
port that is taken is said, not fought for.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.processes import any_free_port, wait_until
from yingjie.foundation.postgres.temporary import reachable_directory

PATIENCE = 120.0


@pytest.fixture
def home() -> Iterator[Path]:
    with reachable_directory(Account.choose()) as directory:
        yield directory / "home"


def test_started_killed_started_stopped(home: Path) -> None:
    port = any_free_port()
    up = start(home, "--empty", "--admin", "zhang", "--county", "110117", "--port", port)
    until(lambda: serves(port), "the first start", up)
    page = read(port, "/account/login/")
    assert "yingjie-demo" not in page
    assert len(processes_of(home)) > 5

    os.kill(up.pid, signal.SIGKILL)
    first_words = up.communicate()[0]
    assert "zhang" in first_words
    until(lambda: not processes_of(home), "everything to end with the process that was killed")

    up = start(home, "--port", port)
    until(lambda: serves(port), "the second start", up)
    again = subprocess.run(
        command("up"), env=environment(home), capture_output=True, text=True, timeout=PATIENCE
    )
    assert again.returncode == 0
    assert f"http://localhost:{port}/" in again.stdout

    users = subprocess.run(
        command("user", "list"), env=environment(home), capture_output=True, text=True, check=True
    )
    assert "zhang" in users.stdout

    up.send_signal(signal.SIGTERM)
    up.communicate(timeout=PATIENCE)
    assert up.returncode == 0
    assert processes_of(home) == []

    demo = subprocess.run(
        command("demo", "--size", "small"), env=environment(home), capture_output=True, text=True
    )
    assert demo.returncode == 1
    assert "[instance.is_real]" in demo.stderr


def test_a_second_start_names_the_first_also_while_that_is_still_coming_up(home: Path) -> None:
    held = home / "run" / "up.lock"
    held.parent.mkdir(parents=True)
    with held.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("http://localhost:8123/")
        lock.flush()
        second = subprocess.run(command("up"), env=environment(home), capture_output=True, text=True)
    assert second.returncode == 0
    assert second.stdout.count("http://localhost:8123/") == 2
    assert [path.name for path in home.rglob("*")] == ["run", "up.lock"]


def test_a_taken_port_is_said(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = subprocess.run(
            command("up", "--empty", "--port", port), env=environment(home), capture_output=True, text=True
        )
    assert outcome.returncode == 3
    assert "[web.port_taken]" in outcome.stderr
    assert not home.exists()


# --- below the fold ------------------------------------------------------------------------------------------------


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "yingjie.cli", *map(str, words)]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"YINGJIE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yingjie.config.settings"}


def start(home: Path, *words: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command("up", *words),
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(is_so: Callable[[], bool], what: str, up: "subprocess.Popen[str] | None" = None) -> None:
    """Wait for it; where it is to come from a process, not longer than that lives."""
    wait_until(lambda: is_so() or (up is not None and up.poll() is not None), PATIENCE, pause=0.1)
    said = up.communicate()[0] if up is not None and up.poll() is not None else ""
    assert is_so(), f"waited in vain for {what}: {said}"


def serves(port: int) -> bool:
    try:
        read(port, "/account/login/")
    except OSError:
        return False
    return True


def read(port: int, path: str) -> str:
    return urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=10).read().decode()


def processes_of(home: Path) -> list[int]:
    """Live processes that belong to this home: by their environment, their command line or their title."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            is_zombie = entry.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z"
            said = entry.joinpath("environ").read_bytes() + entry.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        if not is_zombie and str(home).encode() in said:
            found.append(int(entry.name))
    return found
