"""Which records want a look, from YAML into `vaxkit.supervision.signals.SignRule`."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from vaxkit.ruledata.loader import check_document, source_of, text_of
from vaxkit.supervision.signals import Kept, Sign, SignRule
from vaxkit.vocabulary import Source


@cache
def shipped_quality_rules() -> tuple[SignRule, ...]:
    """The rules that come with the program (china/data-quality.yaml)."""
    file = files("vaxkit.ruledata") / "china" / "data-quality.yaml"
    return read_quality_rules(file.read_text(encoding="utf-8"), name=file.name)


def read_quality_rules(text: str, *, name: str = "data-quality.yaml") -> tuple[SignRule, ...]:
    """Rules written as that file is. Raises RuleDataError, which names the place, for text that does not follow the schema, and
    ValueError for a code that stands twice."""
    raw = yaml.safe_load(text)
    check_document(raw, "data-quality", name=name)
    source = source_of(raw["source"])
    rules = tuple(_rule(row, source) for row in raw["rules"])
    if len({rule.code for rule in rules}) != len(rules):
        raise ValueError(f"{name}: a code stands twice")
    return rules


def _rule(row: dict[str, Any], source: Source) -> SignRule:
    return SignRule(
        code=row["code"],
        sign=Sign(row["sign"]),
        looks_at=Kept(row["looks_at"]),
        title=text_of(row["title"]),
        source=source,
        days=row["days"],
        at_least=row.get("at_least", 1),
        share=Fraction(row.get("share", "1")),
        minutes=row.get("minutes", 0),
        most=row.get("most", 0),
        late_days=row.get("late_days", 0),
        repeats=row.get("repeats", 0),
    )
