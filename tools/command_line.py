"""Print the reference of `yj` from the commands themselves: docs/how-to/command-line-reference.md.

python tools/command_line.py           write the page
python tools/command_line.py --check   change nothing; exit 1 when the page differs from the commands
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from yingjie.cli.root import yj  # noqa: E402 - the source folder must be known first

PAGE = ROOT / "docs" / "how-to" / "command-line-reference.md"
HEADING = """# `yj`: every command, argument and option

Printed from the commands by `python tools/command_line.py`; do not edit. Examples, exit codes and the shapes of `--json` are
in [command-line.md](command-line.md). Every command and group also knows `-h`, `--help`.

"""


def commands(
    root: click.Group = yj, words: tuple[str, ...] = ("yj",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that a person may call, with the words that call it, in alphabetical order."""
    for name in sorted(root.commands):
        command = root.commands[name]
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield (*words, name), command
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


def text(root: click.Group = yj) -> str:
    return HEADING + "\n".join(_section(words, command) for words, command in commands(root))


def _section(words: tuple[str, ...], command: click.Command) -> str:
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    options = [each for each in command.params if isinstance(each, click.Option)]
    call = " ".join([*words, *(each.make_metavar(click.Context(command)) for each in arguments)])
    lines = [f"## `{call}`", "", command.help or "", ""]
    if options:
        lines += ["| option | values | default | |", "|---|---|---|---|", *map(_row, options), ""]
    return "\n".join(lines)


def _row(option: click.Option) -> str:
    default = f"`{option.default}`" if option.show_default else "required" if option.required else ""
    values = "" if option.is_flag else _values(option) + (", may be repeated" if option.multiple else "")
    said = (option.help or "").replace("|", "\\|")
    return f"| `{', '.join(option.opts)}` | {values} | {default} | {said} |"


def _values(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return ", ".join(f"`{choice}`" for choice in option.type.choices)
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Path):
        return "path"
    if isinstance(option.type, click.IntRange):
        return f"number from {option.type.min}"
    if isinstance(option.type, click.DateTime):
        return "day, as 2026-11-21"
    return {"integer": "number"}.get(option.type.name, option.type.name)


def main() -> int:
    printed = text()
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == printed else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(printed, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
