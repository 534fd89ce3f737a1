"""How long a newcomer waits, and what the demo county costs: one command, figures for docs/benchmarks.md.

    .venv/bin/python benchmarks/starting.py [--large]

Cold start: `yj up` in a fresh home until the sign-in page answers (database created, tables made, demo county of the size
loaded). Second start: the same home again. Load: wall time and peak memory of `yj demo`. Peer figure in the same run: a bare
`initdb` and server start, the least that any start must do.
"""

import argparse
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date
from pathlib import Path

from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.processes import any_free_port
from yingjie.foundation.postgres.temporary import reachable_directory, temporary_cluster


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="also load the county in full")
    options = parser.parse_args()
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    )
    bare = timed(bare_server)
    print(f"bare initdb + start              {bare:7.1f} s")
    for size in ("small", "medium"):
        with reachable_directory(Account.choose()) as directory:
            cold = start_and_stop(directory / "home", size)
            warm = start_and_stop(directory / "home", size)
        print(
            f"yj up, {size}: cold / second   {cold:7.1f} s / {warm:.1f} s  ({cold / bare:.0f} × / {warm / bare:.0f} × bare)"
        )
    for size in ("small", "medium", *(("large",) if options.large else ())):
        with reachable_directory(Account.choose()) as directory:
            seconds, peak = load(directory / "home", size)
        print(f"yj demo --size {size:<7}         {seconds:7.1f} s, peak memory {peak:.0f} MB")


def timed(work: "object") -> float:
    began = time.monotonic()
    work()  # type: ignore[operator]
    return time.monotonic() - began


def bare_server() -> None:
    with temporary_cluster():
        pass


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"YINGJIE_HOME": str(home)}


def start_and_stop(home: Path, size: str) -> float:
    port = any_free_port()
    command = [sys.executable, "-m", "yingjie.cli", "up", "--size", size, "--port", str(port)]
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        up = subprocess.Popen(command, env=environment(home), stdout=output, stderr=output)
        while not answers(port):
            assert up.poll() is None, "yj up ended"
            time.sleep(0.1)
        took = time.monotonic() - began
        up.send_signal(signal.SIGTERM)
        up.wait()
    return took


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://localhost:{port}/account/login/", timeout=30).read()
    except OSError:
        return False
    return True


def load(home: Path, size: str) -> tuple[float, float]:
    """(seconds, peak megabytes of the loading process and its children so far)."""
    command = [sys.executable, "-m", "yingjie.cli", "demo", "--size", size]
    began = time.monotonic()
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
