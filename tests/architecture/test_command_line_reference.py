"""docs/how-to/command-line-reference.md is what the commands say of themselves."""

from __future__ import annotations

import click
from tools import command_line


def test_the_reference_is_printed_from_the_commands() -> None:
    assert command_line.PAGE.read_text("utf-8") == command_line.text()


def test_every_command_a_person_may_call_is_in_it_and_no_hidden_one() -> None:
    called = {" ".join(words) for words, _command in command_line.commands()}
    assert {"yj up", "yj db restore", "yj import roster", "yj journal verify"} <= called
    assert "yj worker" not in called


def test_the_page_with_examples_shows_every_command() -> None:
    page = (command_line.PAGE.parent / "command-line.md").read_text("utf-8")
    shown = [" ".join(words) for words, _command in command_line.commands()]
    assert [command for command in shown if command not in page] == []


def test_a_new_option_is_noticed() -> None:
    @click.command(help="开 \n\nopen")
    @click.option("--twice", is_flag=True, help="两次 / twice")
    def open_it() -> None: ...

    group = click.Group("yj", commands={"open": open_it})
    printed = command_line.text(group)
    assert "## `yj open`" in printed
    assert "| `--twice` |  |  | 两次 / twice |" in printed
