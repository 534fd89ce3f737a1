"""How the library's commands read and answer: JSON and plans in, JSON out, faults on stderr in both languages. Only `__main__`
files use it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from vaxkit.faults import Fault, Faulty
from vaxkit.ruledata.plans import MOST_LETTERS
from vaxkit.ruledata.written import read_written
from vaxkit.vocabulary import Text

_T = TypeVar("_T")


def complain(faulty: Faulty) -> None:
    """One line a fault, in Chinese and English."""
    for fault in faulty.faults:
        sys.stderr.write(f"{fault.in_('zh')}  /  {fault.in_('en')}\n")


def document_in(path: str) -> Any:
    """The JSON of a file, "-" for stdin. Raises Faulty."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        return json.loads(text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        what = Text(f"读不出 JSON（{error}）", f"cannot be read as JSON ({error})")
        fix = Text("请核对文件名和内容。", "Check the file's name and content.")
        raise Faulty([Fault(path, what, fix)]) from error


def plan_text(name: str) -> str:
    """The text of a plan file, "-" for stdin: UTF-8, with or without a mark at its start. Raises Faulty."""
    most = 4 * MOST_LETTERS  # longer ones are refused below, so nothing more is read
    try:
        if name == "-":
            data = sys.stdin.buffer.read(most)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most)
    except (OSError, ValueError):
        what = Text("打不开", "cannot be opened")
        fix = Text("请核对文件名和权限。", "Check the name of the file and the rights to it.")
        raise Faulty([Fault(name, what, fix)]) from None
    try:
        return data.decode("utf-8-sig", "strict" if len(data) < most else "replace")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Text("不是 UTF-8 文字（可能是 GBK）", "is not UTF-8 text (GBK perhaps)")
        fix = Text("请另存为 UTF-8。", "Save it as UTF-8.")
        raise Faulty([Fault("", what, fix, name, line)]) from None


def plan_in(name: str, text: str, read: Callable[[Any], _T]) -> _T:
    """What `read` makes of the document in a plan's text of YAML or JSON. Raises Faulty, each fault with file and line."""
    try:
        return read_written(text, read)[0]
    except Faulty as error:
        raise Faulty([replace(fault, file=fault.file or name) for fault in error.faults]) from None


def put_out(document: Any) -> None:
    """A document as JSON on stdout. Whoever reads it may stop reading before its end."""
    try:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
