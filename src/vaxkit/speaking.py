"""How the library's commands read and answer: JSON in and out, faults on stderr in both languages. Only `__main__` files use it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from vaxkit.faults import Fault, Faulty
from vaxkit.vocabulary import Text


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


def put_out(document: Any) -> None:
    """A document as JSON on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
