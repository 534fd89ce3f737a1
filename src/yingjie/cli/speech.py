"""How the command line speaks: both languages, progress bars, refusals with their next step, JSON for machines."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

REFUSED, AT_FAULT = 1, 3


def both(zh: str, en: str) -> str:
    """A help text in both languages, Chinese first."""
    return f"{zh}\n\n{en}"


class Commands(click.Group):
    """A group whose list of commands is in both languages."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: list[tuple[str, str]] = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                zh, _, en = (command.help or "").partition("\n\n")
                rows += [(name, zh), ("", en)]
        with formatter.section("命令 Commands"):
            formatter.write_dl(rows)


def speaks_english() -> bool:
    """YINGJIE_LANG=en puts English alone; otherwise Chinese first, English beneath."""
    return os.environ.get("YINGJIE_LANG", "").lower().startswith("en")


def say(zh: str, en: str, *, err: bool = False) -> None:
    click.echo(en if speaks_english() else f"{zh}\n  {en}", err=err)


def as_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str, indent=2))


def refuse(zh: str, next_zh: str, en: str, next_en: str, code: str, *, exit_code: int = REFUSED) -> NoReturn:
    """Say what cannot be done, why, and what to do next; leave with `exit_code`."""
    if not speaks_english():
        click.secho(f"✗ {zh}", fg="red", err=True)
        click.echo(f"  → {next_zh}", err=True)
    click.secho(f"✗ {en}", fg="red", err=True)
    click.echo(f"  → {next_en}  [{code}]", err=True)
    sys.exit(exit_code)


@contextmanager
def plain_answers(machine: bool = False) -> Iterator[None]:
    """Whatever the product refuses inside becomes words and an exit code, never a stack trace."""
    from yingjie.foundation.postgres.trouble import DatabaseTrouble
    from yingjie.foundation.refusals import Refusal
    from yingjie.foundation.tabular.unreadable import UnreadableFile

    try:
        yield
    except Refusal as refusal:
        said = refusal.as_dict()
        if machine:
            as_json({"refused": said})
            sys.exit(REFUSED)
        zh, en = said["zh"], said["en"]
        refuse(zh["reason"], zh["next_step"], en["reason"], en["next_step"], refusal.code)
    except UnreadableFile as file:
        if machine:
            as_json({"refused": {"code": file.code, "zh": file.zh, "en": file.en}})
            sys.exit(REFUSED)
        refuse(file.zh, file.next_zh, file.en, file.next_en, file.code)
    except OSError as trouble:
        where = trouble.filename or "-"
        refuse(
            f"不能读写 {where}：{trouble.strerror}。", "请检查路径和权限。",
            f"Cannot read or write {where}: {trouble.strerror}.", "Check the path and its permissions.",
            "file.system",
        )  # fmt: skip
    except DatabaseTrouble as trouble:
        refuse(
            trouble.reason_zh,
            trouble.next_zh,
            trouble.reason_en,
            trouble.next_en,
            trouble.code,
            exit_code=AT_FAULT,
        )


@contextmanager
def no_stack_traces() -> Iterator[None]:
    """A fault of the program is written to a file and said in words: nobody on site can use a stack trace."""
    try:
        yield
    except Exception:
        report = Path(tempfile.gettempdir()) / f"yj-fault-{os.getpid()}.txt"
        report.write_text(traceback.format_exc(), "utf-8")
        refuse(
            f"程序出现故障，详情写在 {report}；没有做完的已全部撤回。", "请再试一次；仍不行请把该文件发给支持人员。",
            f"The program is at fault; details are in {report}. What was not finished was taken back.",
            "Try again; if it stays, send that file to support.",
            "program.fault", exit_code=AT_FAULT,
        )  # fmt: skip


@contextmanager
def progress_bar(zh: str, en: str) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, silence elsewhere; gives a callback (done, total, text)."""
    if not sys.stderr.isatty():
        yield lambda done, total=None, text="": None
        return
    label = en if speaks_english() else f"{zh} {en}"
    with click.progressbar(length=1000, label=label, file=sys.stderr, show_eta=False) as bar:

        def tell(done: int, total: int | None = None, text: str = "") -> None:
            if total:
                bar.update(int(1000 * done / total) - bar.pos)

        yield tell
        bar.update(1000 - bar.pos)
