"""Who may do what, read from `data/acts.yaml`: qualifications, certificates, roles at a site, acts and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from vaxkit.vocabulary import Text

_DATA = Path(__file__).parent / "data" / "acts.yaml"


@dataclass(frozen=True)
class Term:
    """A line of a code list. `months`: how long a certificate of this kind is valid; `acts`: what a role does."""

    code: str
    words: Text
    months: int = 0
    acts: tuple[str, ...] = ()

    @property
    def title(self) -> str | Promise:
        """In the language in which it is shown."""
        return _said(self.words)


@dataclass(frozen=True)
class Act:
    """What an act asks for: one of `qualifications` and one of `certificates`; an empty tuple asks for nothing."""

    code: str
    words: Text
    qualifications: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    document: str = ""
    on: date | None = None

    @property
    def title(self) -> str | Promise:
        return _said(self.words)

    @property
    def is_open_to_all(self) -> bool:
        return not (self.qualifications or self.certificates)


@cache
def qualifications() -> Mapping[str, Term]:
    return _terms("qualifications")


@cache
def certificates() -> Mapping[str, Term]:
    return _terms("certificates")


@cache
def roles() -> Mapping[str, Term]:
    return _terms("roles")


@cache
def acts() -> Mapping[str, Act]:
    found = {}
    for row in _raw()["acts"]:
        source = row.get("source", {})
        found[row["code"]] = Act(
            row["code"], Text(row["zh"], row["en"]), tuple(row["qualifications"]), tuple(row["certificates"]),
            source.get("document", ""), source.get("on"),
        )  # fmt: skip
    return MappingProxyType(found)


def acts_of(role: str) -> tuple[Act, ...]:
    """What whoever stands in this role at a site does."""
    return tuple(acts()[act] for act in roles()[role].acts)


def titles(terms: Mapping[str, Term]) -> dict[str, str | Promise]:
    return {code: term.title for code, term in terms.items()}


def _terms(name: str) -> Mapping[str, Term]:
    rows = _raw()[name]
    found = {
        row["code"]: Term(
            row["code"], Text(row["zh"], row["en"]), row.get("months", 0), tuple(row.get("acts", ()))
        )
        for row in rows
    }
    if len(found) != len(rows):
        raise ValueError(f"acts.yaml: a code stands twice among the {name}")
    return MappingProxyType(found)


@cache
def _raw() -> dict[str, list[dict[str, Any]]]:
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(_DATA.read_text("utf-8"))
    return raw


def _in_language(words: Text) -> str:
    return words.in_((get_language() or "zh")[:2])


_said = lazy(_in_language, str)
