"""Values as CDC's XML spells them: words, periods, days, codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

from vaxkit.immunization.periods import Period

Element = ElementTree.Element
BLANK = frozenset({"", "n/a", "na", "none", "-"})


def text_at(node: Element | None, path: str) -> str:
    """The words at `path`, "" for none and for the several spellings of "not applicable"."""
    text = ((node.findtext(path) if node is not None else None) or "").strip()
    return "" if text.lower() in BLANK else text


def period_at(node: Element, path: str) -> Period | None:
    text = text_at(node, path)
    return Period.parse(text) if text else None


def needed_period_at(node: Element, path: str) -> Period:
    period = period_at(node, path)
    if period is None:
        raise ValueError(f"{path} is empty")
    return period


def day_at(node: Element, path: str) -> date | None:
    text = text_at(node, path)
    if not text:
        return None
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if american:
        return date(int(american[3]), int(american[1]), int(american[2]))
    return date.fromisoformat(text)


def yes_at(node: Element, path: str) -> bool:
    return text_at(node, path).lower() in ("y", "yes")


def number_in(text: str) -> int | None:
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits else None


def vaccine_code(text: str) -> str:
    """A CVX code as CDC writes it: two digits at least, no further zeros ("3" and "003" are "03")."""
    code = text.strip()
    return str(int(code)).zfill(2) if code.isdigit() else code


def codes_in(text: str) -> frozenset[str]:
    return frozenset(vaccine_code(part) for part in re.split(r"[;,]", text) if part.strip())


def filled(node: Element, tag: str) -> Iterator[Element]:
    """The children `tag` that hold anything (empty ones stand for "no rule")."""
    return (child for child in node.findall(tag) if any((part.text or "").strip() for part in child.iter()))


def groups_in(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in re.split(r"[;,]", text) if part.strip())
