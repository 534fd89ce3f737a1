"""The ledger's code lists, read from `data/*.yaml`: groups, conditions of health, whereabouts, each line in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Code:
    """A line of a code list. `is_key`: a key group; `icd10`: the category of a condition; `is_present`: of a whereabouts."""

    code: str
    zh: str
    en: str
    is_key: bool = False
    icd10: str = ""
    is_present: bool = True

    @property
    def title(self) -> str | Promise:
        """In the language in which it is shown."""
        return _said(self)


@cache
def categories() -> Mapping[str, Code]:
    return _read("categories")


@cache
def conditions() -> Mapping[str, Code]:
    return _read("conditions")


@cache
def whereabouts() -> Mapping[str, Code]:
    return _read("whereabouts")


def titles(codes: Mapping[str, Code]) -> dict[str, str | Promise]:
    return {code: line.title for code, line in codes.items()}


def _read(name: str) -> Mapping[str, Code]:
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load((_DATA / f"{name}.yaml").read_text("utf-8"))
    lines = [
        Code(row["code"], row["zh"], row["en"], row.get("key", False), row.get("icd10", ""), row.get("present", True))
        for row in raw[name]
    ]  # fmt: skip
    found = {line.code: line for line in lines}
    if len(found) != len(lines):
        raise ValueError(f"{name}.yaml: a code stands twice")
    return MappingProxyType(found)


def _in_language(line: Code) -> str:
    return line.en if (get_language() or "zh").startswith("en") else line.zh


_said = lazy(_in_language, str)
ABSENT = tuple(code for code, line in whereabouts().items() if not line.is_present)
