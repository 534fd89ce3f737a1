"""YAML as people write it (`yaml_text`): blocks, short rows in one line, everything that could be taken for something else
in quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_WIDTH = 118
_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9 ./+_()-]*[A-Za-z0-9)]|[A-Za-z]|\d{1,3} [a-z]+( [+-] \d{1,3} [a-z]+)*"
)
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "none"}


class FlowMap(dict[str, Any]):
    """A mapping in one line."""


class FlowList(list[Any]):
    """A list in one line."""


def yaml_text(document: Mapping[str, Any]) -> str:
    """A document of mappings, lists, texts, whole numbers and yes or no."""
    parts = []
    for key, value in document.items():
        parts.append("\n".join(_entry(key, value, 0)))
    return "\n".join(parts) + "\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    pad = " " * indent
    if _is_line(value) and len(line := f"{pad}{key}: {_line(value)}") <= _WIDTH:
        return [line]
    if isinstance(value, Mapping):
        return [f"{pad}{key}:", *_block(value, indent + 2)]
    if isinstance(value, list):
        return [f"{pad}{key}:", *(line for item in value for line in _item(item, indent + 2))]
    return [f"{pad}{key}: {_line(value)}"]


def _block(value: Mapping[str, Any], indent: int) -> list[str]:
    return [line for key, item in value.items() for line in _entry(key, item, indent)]


def _item(value: Any, indent: int) -> list[str]:
    pad = " " * indent
    if _is_line(value) and len(line := f"{pad}- {_line(value)}") <= _WIDTH:
        return [line]
    if isinstance(value, Mapping):
        lines = _block(value, indent + 2)
        return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]
    return [f"{pad}- {_line(value)}"]


def _is_line(value: Any) -> bool:
    if isinstance(value, FlowMap):
        return all(_is_line(item) for item in value.values())
    if isinstance(value, Mapping | list):
        return isinstance(value, FlowList) or not value
    return True


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_line(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _text(value)


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS and "  " not in value:
        return value
    return json.dumps(value, ensure_ascii=False)
