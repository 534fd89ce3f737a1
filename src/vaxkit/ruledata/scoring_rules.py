"""By what areas are scored, from YAML into `vaxkit.supervision.scoring.ScoringRules`."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files

import yaml

from vaxkit.ruledata.loader import check_document, source_of, text_of
from vaxkit.supervision.cards import Kind
from vaxkit.supervision.scoring import Measure, ScoringRules, Weight


@cache
def shipped_scoring_rules() -> ScoringRules:
    """The rules that come with the program (china/scoring.yaml)."""
    file = files("vaxkit.ruledata") / "china" / "scoring.yaml"
    return read_scoring_rules(file.read_text(encoding="utf-8"), name=file.name)


def read_scoring_rules(text: str, *, name: str = "scoring.yaml") -> ScoringRules:
    """Rules written as that file is. Raises RuleDataError, which names the place, for text that does not follow the schema, and
    ValueError for a measure that stands twice or weights that do not come to 100."""
    raw = yaml.safe_load(text)
    check_document(raw, "scoring", name=name)
    weights = tuple(
        Weight(Measure(row["measure"]), row["weight"], text_of(row["title"])) for row in raw["weights"]
    )
    if len({weight.measure for weight in weights}) != len(weights):
        raise ValueError(f"{name}: a measure stands twice")
    if sum(weight.weight for weight in weights) != 100:
        raise ValueError(f"{name}: the weights come to {sum(weight.weight for weight in weights)}, not 100")
    return ScoringRules(
        weights=weights,
        deductions={Kind(kind): points for kind, points in raw["deductions"].items()},
        first=Fraction(raw["commendation"]["first"]),
        at_least=raw["commendation"]["at_least"],
        source=source_of(raw["source"]),
    )
