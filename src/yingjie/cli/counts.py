"""`yj cube`: the kept counts against the rows, and made anew from them."""

from dataclasses import asdict

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import Commands, as_json, both, say


@click.group(
    cls=Commands,
    help=both(
        "汇总计数（通报、排名、挂图从中取数）。",
        "The kept counts, from which bulletins, rankings and the map are read.",
    ),
)
def cube() -> None:
    pass


@cube.command(
    help=both(
        "与原始记录重算的结果逐格比对；有出入时退出码为 1，并指出第一个不同的格。",
        "Compare every kept sum with a recount of the rows; exit code 1 where one differs, the first of them is named.",
    )
)
@click.option("--json", "machine", is_flag=True)
def check(machine: bool) -> None:
    with ready(machine):
        from yingjie.oversight import kept_steps

        found = kept_steps.check()
        step = kept_steps.newest()
    if machine:
        as_json({"step": step.number if step else None, "differ": [asdict(each) for each in found]})
    elif step is None:
        say(
            "尚未建立汇总计数；数字直接取自原始记录。",
            "No counts are kept yet; figures are counted from the rows.",
        )
    elif not found:
        say("汇总计数与重算一致。", "The kept counts equal a recount.")
    else:
        first = found[0]
        named = " · ".join(
            filter(
                None,
                (
                    first.kind,
                    first.area,
                    first.band,
                    first.line,
                    first.category,
                    str(first.state),
                    str(first.day),
                    first.site,
                ),
            )
        )
        say(
            f"{len(found)} 格有出入；第一格 {named}：现存 {first.kept}，重算 {first.counted}",
            f"{len(found)} differ; the first, {named}: kept {first.kept}, counted {first.counted}",
        )
    if found:
        raise SystemExit(1)


@cube.command(
    help=both(
        "按原始记录重新建立汇总计数。",
        "Make the kept counts anew from the rows.",
    )
)
@click.option("--json", "machine", is_flag=True)
def rebuild(machine: bool) -> None:
    with ready(machine):
        from yingjie.oversight import kept_steps

        made = kept_steps.fold(anew=True)
    if machine:
        as_json(asdict(made))
    else:
        say(
            f"已重建：{made.people} 人，{made.cells} 格。",
            f"Made anew: {made.people} people, {made.cells} sums.",
        )
