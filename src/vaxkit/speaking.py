"""How the library's commands read and answer: JSON or YAML in, JSON out, faults on stderr in both languages.

Only `__main__` files use it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from vaxkit.faults import Fault, Faulty
from vaxkit.ruledata.plans import PlanTextError, parse_plan
from vaxkit.vocabulary import Text


def complain(faulty: Faulty) -> None:
    """One line a fault, in Chinese and English."""
    for fault in faulty.faults:
        sys.stderr.write(f"{fault.in_('zh')}  /  {fault.in_('en')}\n")


def document_in(path: str) -> Any:
    """The document in a file of JSON or YAML, "-" for stdin. Raises Faulty."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unread(path, f"{error}") from error
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        if text.lstrip()[:1] in ("{", "[", ""):
            raise _unread(path, f"JSON: {error}") from error
    try:
        return parse_plan(text)
    except PlanTextError as error:
        raise _unread(path, f"YAML: {error}", error.line or 0) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for row, (key, _value) in enumerate(pairs) if key in dict(pairs[:row]))
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _unread(path: str, why: str, line: int = 0) -> Faulty:
    what = Text(f"读不出（{why}）", f"cannot be read ({why})")
    fix = Text("请核对文件名和内容。", "Check the file's name and content.")
    return Faulty([Fault(path if not line else "", what, fix, path if line else "", line)])


def put_out(document: Any) -> None:
    """A document as JSON on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
