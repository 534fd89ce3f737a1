"""`yj doctor`: what is wrong with this installation, and what to do about it."""

import shutil
import sys
from importlib.util import find_spec

import click

from yingjie.cli.speech import AT_FAULT, as_json, both, speaks_english
from yingjie.foundation.postgres.diagnosis import diagnose
from yingjie.foundation.postgres.home import Home
from yingjie.foundation.postgres.trouble import Finding


@click.command(help=both("检查安装，并说明怎么办。", "Check the installation and say what to do."))
@click.option("--json", "machine", is_flag=True)
def doctor(machine: bool) -> None:
    findings = [*_python(), *_disk(), *diagnose(Home.default())]
    if machine:
        as_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            _say(finding)
    if not all(finding.ok for finding in findings):
        sys.exit(AT_FAULT)


def _say(finding: Finding) -> None:
    mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
    click.echo(f"{mark} {finding.en if speaks_english() else f'{finding.zh}  {finding.en}'}")
    if not finding.ok:
        click.echo(f"  → {finding.next_en if speaks_english() else f'{finding.next_zh}  {finding.next_en}'}")


def _python() -> list[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [
        name
        for name in ("django", "psycopg", "procrastinate", "typst", "python_calamine")
        if not find_spec(name)
    ]
    return [
        Finding(
            "python.version", sys.version_info[:2] == (3, 11), f"Python {version}", f"Python {version}",
            "请用 Python 3.11 重新执行 make setup。", "Run make setup with Python 3.11.",
        ),
        Finding(
            "python.packages", not missing, f"依赖包齐全{'' if not missing else '：缺 ' + ', '.join(missing)}",
            f"packages{'' if not missing else ' missing: ' + ', '.join(missing)}",
            "执行 make setup。", "Run make setup.",
        ),
    ]  # fmt: skip


def _disk() -> list[Finding]:
    root = Home.default().root
    place = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(place).free // 2**30
    return [
        Finding(
            "disk.free", free >= 2, f"磁盘剩余 {free} GB（{place}）", f"{free} GB of disk free ({place})",
            "请清理磁盘，或把 YINGJIE_HOME 设到别的磁盘。", "Free some space, or set YINGJIE_HOME to another disk.",
        )
    ]  # fmt: skip
