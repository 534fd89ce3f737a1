"""`yj journal`, `yj keys`: proof and keys."""

import sys

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import REFUSED, Commands, as_json, both, progress_bar, say


@click.group(cls=Commands, help=both("操作日志。", "The journal."))
def journal() -> None:
    pass


@journal.command(
    help=both(
        "核验日志：有没有被改、被删。", "Prove that the journal is whole: nothing changed, nothing missing."
    )
)
@click.option("--json", "machine", is_flag=True)
def verify(machine: bool) -> None:
    with ready(machine):
        from yingjie.foundation.journal.queries import verify as walk

        with progress_bar("正在核验", "verifying") as tell:
            verdict = walk(tell)
    if machine:
        faults = [vars(fault) for fault in verdict.faults]
        as_json({"whole": verdict.whole, "entries": verdict.entries, "faults": faults})
    elif verdict.whole:
        say(f"日志完整，共 {verdict.entries} 条。", f"The journal is whole: {verdict.entries} entries.")
    else:
        words = {"changed": "被改", "missing": "缺失", "cut": "被截断"}
        for fault in verdict.faults:
            say(
                f"第 {fault.chain} 链第 {fault.number} 条{words[fault.kind]}。",
                f"Chain {fault.chain}, number {fault.number}: {fault.kind}.",
                err=True,
            )
    if not verdict.whole:
        sys.exit(REFUSED)


@journal.command(
    help=both(
        "把各链的长度记到数据库之外，以后能发现被截断。", "Note the chains' lengths outside the database."
    )
)
def anchor() -> None:
    with ready():
        from yingjie.foundation.journal.actions import anchor as write

        heads = write()
    say(f"已记下 {len(heads)} 条链。", f"{len(heads)} chains noted.")


@click.group(cls=Commands, help=both("密钥。", "Keys."))
def keys() -> None:
    pass


@keys.command(
    help=both(
        "更换加密密钥：全部重新加密后销毁旧密钥；可中断后再继续。",
        "Change the encryption key: everything is written again, then the old key goes.",
    )
)
def rotate() -> None:
    with ready():
        from yingjie.foundation.crypto.rotation import rotate as turn

        with progress_bar("正在重新加密", "encrypting again") as tell:
            counts = turn(tell)
    total = sum(counts.values())
    say(f"已用新密钥重新加密 {total} 个值。", f"{total} values encrypted again under the new key.")
