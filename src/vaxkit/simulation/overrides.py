"""Changes of a document from outside: `stations.entrance.servers=8`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from vaxkit.faults import Fault, Faulty, nearest
from vaxkit.ruledata.plans import PlanTextError, parse_plan
from vaxkit.vocabulary import Text


def overridden(document: Any, changes: Iterable[str]) -> Any:
    """A copy of the document with each `path=value` set. Rows of a list are named by id or by number (from 0);
    the value is written as in YAML. Raises Faulty for a path that leads nowhere."""
    found = copy.deepcopy(document)
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals or not path:
            raise _error(change, Text("不是 路径=值", "is not path=value"),
                         Text("例：stations.entrance.servers=8。", "Example: stations.entrance.servers=8."))  # fmt: skip
        try:
            value = parse_plan(text)
        except PlanTextError as error:
            raise _error(path, Text(f"值读不懂：{error.said.zh}", f"the value cannot be read: {error}"),
                         Text("请按 YAML 写值。", "Write the value as in YAML.")) from None  # fmt: skip
        *way, last = path.split(".")
        here = found
        for part in way:
            here = here[_step(here, part, path)]
        if isinstance(here, dict):
            here[last] = value
        else:
            here[_step(here, last, path)] = value
    return found


def _step(here: Any, part: str, path: str) -> Any:
    if isinstance(here, dict):
        if part in here:
            return part
        known = [str(key) for key in here]
    elif isinstance(here, list):
        ids = [str(row["id"]) for row in here if isinstance(row, dict) and "id" in row]
        for row, below in enumerate(here):
            if isinstance(below, dict) and below.get("id") == part:
                return row
        if part.isdecimal() and int(part) < len(here):
            return int(part)
        known = ids or [str(row) for row in range(len(here))]
    else:
        known = []
    fix = nearest(part, known) if known else Text("请到此为止。", "The path ends before it.")
    raise _error(path, Text(f"没有 {part}", f"there is no {part}"), fix)


def _error(path: str, what: Text, fix: Text) -> Faulty:
    return Faulty([Fault(path, what, fix)])
