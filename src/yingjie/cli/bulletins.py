"""`yj bulletin`: the daily bulletin as a file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import as_json, both, say
from yingjie.cli.users import acting_as
from yingjie.foundation import clock

if TYPE_CHECKING:
    from yingjie.foundation.access.actor import Actor
    from yingjie.oversight.reproducing import Checked

KINDS = ("xlsx", "pdf", "docx")


@click.command(
    help=both(
        "生成某地某日的通报（扩展名决定格式：.xlsx .pdf .docx）；加 --issue 先签发（签发后冻结）。"
        "--check 按原始记录重算已签发的各期通报，逐格比对，有出入时退出码为 1。",
        "Write the bulletin of an area and day; the file's ending chooses the form. --issue issues (freezes) it first."
        " --check counts the issued bulletins again from the raw rows and compares every cell; exit code 1 where one differs.",
    )
)
@click.option("--area", "area_code", default="", help="区划代码 / area code")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="日期，默认今天 / day, today if left out"
)
@click.option("--out", type=click.Path(path_type=Path), help="文件 / file")
@click.option("--check", "is_checked", is_flag=True, help="重算已签发的通报 / count issued bulletins again")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--issue", "is_issued", is_flag=True, help="签发 / issue it")
@click.option("--as", "username", help="以谁的身份 / acting user")
@click.option("--json", "machine", is_flag=True, help="同时把数字写到标准输出 / print the figures too")
def bulletin(
    area_code: str,
    day: datetime | None,
    out: Path | None,
    is_checked: bool,
    lang: str,
    is_issued: bool,
    username: str | None,
    machine: bool,
) -> None:
    if is_checked:
        _check(username, area_code, day.date() if day else None, machine)
        return
    if out is None or not area_code:
        raise click.UsageError("--area, --out")
    kind, on = out.suffix.lstrip(".").lower(), day.date() if day else clock.today()
    if kind not in KINDS:
        raise click.BadParameter(", ".join(f".{known}" for known in KINDS), param_hint="--out")
    with ready(machine):
        figures = _write(acting_as(username), area_code, on, out, kind, lang, is_issued)
    if machine:
        as_json({"area": area_code, "on": on, "file": out, "content": figures})
    else:
        say(f"已写入 {out}", f"Written: {out}")


def _check(username: str | None, area_code: str, on: date | None, machine: bool) -> None:
    """Exit code 1 where any cell differs."""
    checked = []
    with ready(machine):
        from yingjie.oversight import reproducing

        for each in reproducing.check(acting_as(username), area_code, on):
            checked.append(each)
            if not machine:
                _say(each)
    differ = [each for each in checked if each.differences]
    if machine:
        as_json({"bulletins": len(checked), "differ": [asdict(each) for each in differ]})
    else:
        say(
            f"重算 {len(checked)} 期，有出入 {len(differ)} 期。",
            f"Counted again: {len(checked)}; differing: {len(differ)}.",
        )
    if differ:
        raise SystemExit(1)


def _say(each: Checked) -> None:
    what = f"{each.area_code} {each.on} ({each.number})"
    if not each.differences:
        say(f"{what} 一致", f"{what} equal")
    for cell in each.differences:
        named = " · ".join(filter(None, (cell.table, cell.row, cell.cell)))
        say(
            f"{what} {named}：签发 {cell.issued}，重算 {cell.counted}",
            f"{what} {named}: issued {cell.issued}, counted {cell.counted}",
        )


def _write(
    actor: Actor, area_code: str, on: date, out: Path, kind: Any, lang: str, is_issued: bool
) -> object:
    from yingjie.oversight import actions, queries
    from yingjie.oversight.content import to_json

    if is_issued:
        actions.issue(by=actor, area_code=area_code, on=on)
    language: Any = "zh-hans" if lang == "zh" else "en"
    out.write_bytes(queries.file(actor, area_code, on, kind, language))
    return to_json(queries.shown(actor, area_code, on))
