"""Which figures propose a card, from YAML into `vaxkit.supervision.Rule`."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from vaxkit.ruledata.loader import check_document, source_of, text_of
from vaxkit.supervision import Kind, Rule, RuleKind
from vaxkit.vocabulary import Source


@cache
def shipped_card_rules() -> tuple[Rule, ...]:
    """The rules that come with the program (china/supervision.yaml)."""
    file = files("vaxkit.ruledata") / "china" / "supervision.yaml"
    return read_card_rules(file.read_text(encoding="utf-8"), name=file.name)


def read_card_rules(text: str, *, name: str = "supervision.yaml") -> tuple[Rule, ...]:
    """Rules written as that file is. Raises RuleDataError, which names the place, for text that does not follow the schema, and
    ValueError for a code that stands twice."""
    raw = yaml.safe_load(text)
    check_document(raw, "supervision", name=name)
    source = source_of(raw["source"])
    rules = tuple(_rule(row, source) for row in raw["rules"])
    if len({rule.code for rule in rules}) != len(rules):
        raise ValueError(f"{name}: a code stands twice")
    return rules


def _rule(row: dict[str, Any], source: Source) -> Rule:
    return Rule(
        code=row["code"],
        raises=Kind(row["raises"]),
        looks_at=RuleKind(row["looks_at"]),
        title=text_of(row["title"]),
        source=source,
        days=row["days"],
        reply_days=row["reply_days"],
        last=Fraction(row.get("last", "0.1")),
        points=Fraction(str(row.get("points", 0))),
        remaining=row.get("remaining", 0),
        share=Fraction(row.get("share", "0.5")),
        after=Kind(row.get("after", "yellow")),
    )
