"""`yj standing`: where people stand, made anew from doses, conditions and rules."""

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import Commands, as_json, both, progress_bar, say


@click.group(
    cls=Commands, help=both("接种判定（应种、到期、完成）。", "Where people stand: due, overdue, complete.")
)
def standing() -> None:
    pass


@standing.command(
    help=both(
        "按接种记录和现行方案重新判定全部人员；没有变化时不改动任何一行。",
        "Judge everyone again from doses, conditions and the policies in force; where nothing differs, no row changes.",
    )
)
@click.option("--json", "machine", is_flag=True)
def rebuild(machine: bool) -> None:
    with ready(machine):
        from yingjie.doses.actions import rebuild_standings
        from yingjie.foundation.access.actor import system

        with progress_bar("正在重新判定", "judging again") as tell:
            changed = rebuild_standings(by=system("command line"), progress=tell)
    if machine:
        as_json({"changed": changed})
    else:
        say(f"重新判定完成，有变化的 {changed} 人。", f"Judged again; {changed} people's standing changed.")
