"""`yj areas`, `yj import`: the tree and the ledger."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from yingjie.cli.instance import ready
from yingjie.cli.loading import bring_rules_up_to_date
from yingjie.cli.speech import Commands, as_json, both, progress_bar, say
from yingjie.cli.users import acting_as


@click.group(cls=Commands, help=both("行政区划。", "The area tree."))
def areas() -> None:
    pass


@areas.command(
    help=both(
        "载入一个县（区）到村的区划，例如 yj areas load 110117。",
        "Load a county down to its villages, e.g. yj areas load 110117.",
    )
)
@click.argument("code")
@click.option("--json", "machine", is_flag=True)
def load(code: str, machine: bool) -> None:
    with ready(machine):
        from yingjie.areas.actions import load_county
        from yingjie.foundation.access.actor import system

        with progress_bar("正在载入区划", "loading areas") as tell:
            loaded = load_county(by=system("command line"), code=code, progress=tell)
        # A county without rules would have nobody to vaccinate: the policies that are shipped come with it.
        bring_rules_up_to_date()
    if machine:
        as_json({"code": code, "loaded": loaded})
    else:
        say(f"已载入 {loaded} 个区划。", f"{loaded} areas loaded.")


@click.group("import", cls=Commands, help=both("导入。", "Imports."))
def import_group() -> None:
    pass


@import_group.command(
    help=both(
        "导入花名册：先核对每一行（新增/相同/有变化/存疑/退回），加 --commit 才入台账。",
        "Import a roster: every line gets its fate first; only --commit writes the good lines into the ledger.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--area", "area_code", required=True, help="这份名册属于哪个区划 / the area that the roster is of"
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="列=字段",
    help="指定列 / name a column's field, e.g. --map 姓名=name",
)
@click.option(
    "--sheet", default="", help="工作表名，* 为全部名单表 / the sheet to read, * for every sheet of people"
)
@click.option(
    "--kind",
    default="",
    help="名单来源，不填按上次同表头 / what the list is; left out, as the last time with these headings:"
    " police_register, census, grid_survey, unit_roster, pushed_list, import",
)
@click.option(
    "--day",
    "said_on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="名单截至哪天，不填为入账当天 / the day whose facts it holds; left out, the day it is written",
)
@click.option("--commit", is_flag=True, help="入台账 / write the good lines")
@click.option(
    "--bad",
    type=click.Path(path_type=Path),
    help="未入账的行存成表格 / save lines that did not load, with reasons",
)
@click.option("--as", "username", help="以谁的身份 / acting user")
@click.option("--json", "machine", is_flag=True)
def roster(
    file: Path,
    area_code: str,
    mapping: tuple[str, ...],
    sheet: str,
    kind: str,
    said_on: datetime | None,
    commit: bool,
    bad: Path | None,
    username: str | None,
    machine: bool,
) -> None:
    with ready(machine):
        from yingjie.people.actions import commit_import, propose_import
        from yingjie.people.queries import bad_rows_file

        actor = acting_as(username)
        with progress_bar("正在核对", "checking") as tell:
            proposal = propose_import(
                by=actor,
                area_code=area_code,
                path=file,
                file_name=file.name,
                mapping=_mapping(mapping),
                sheet=sheet,
                source_kind=kind,
                said_on=said_on.date() if said_on else None,
                progress=tell,
            )
        counts = dict(proposal.counts)
        if commit:
            with progress_bar("正在入账", "loading") as tell:
                counts |= commit_import(by=actor, import_id=proposal.pk, progress=tell)
        if bad:
            bad.write_bytes(bad_rows_file(actor, proposal.pk))
    if machine:
        as_json({"import": proposal.pk, "committed": commit, "counts": counts, "mapping": proposal.mapping})
        return
    _say_counts(counts, commit, bad)


def _say_counts(counts: dict[str, Any], committed: bool, bad: Path | None) -> None:
    words = {"new": "新增", "same": "相同", "changed": "有变化", "doubtful": "存疑", "refused": "退回"}
    zh = "，".join(f"{words[fate]} {counts.get(fate, 0)}" for fate in words)
    en = ", ".join(f"{counts.get(fate, 0)} {fate}" for fate in words)
    say(zh, en)
    if committed:
        say("新增和有变化的行已入台账。", "New and changed lines are in the ledger.")
    else:
        say("以上只是核对结果，加 --commit 入台账。", "This was only a proposal; add --commit to write it.")
    if bad:
        say(f"未入账的行及原因：{bad}", f"Lines that did not load, with reasons: {bad}")


def _mapping(pairs: tuple[str, ...]) -> dict[str, str] | None:
    """`列=字段` pairs, or one JSON object."""
    if not pairs:
        return None
    if len(pairs) == 1 and pairs[0].startswith("{"):
        try:
            return {str(key): str(value) for key, value in json.loads(pairs[0]).items()}
        except (ValueError, AttributeError):
            raise click.BadParameter("JSON", param_hint="--map") from None
    split = [pair.partition("=") for pair in pairs]
    if any(not separator for _, separator, _ in split):
        raise click.BadParameter("列=字段 / column=field", param_hint="--map")
    return {column.strip(): field.strip() for column, _, field in split}
