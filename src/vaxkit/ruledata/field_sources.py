"""Which source is believed, from YAML into `vaxkit.identity.provenance.SourceRules`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from vaxkit.identity.provenance import Prefer, SourceRules
from vaxkit.ruledata.loader import check_document
from vaxkit.vocabulary import Text


@cache
def shipped_source_rules() -> SourceRules:
    """The rules that come with the program (china/field-sources.yaml)."""
    file = files("vaxkit.ruledata") / "china" / "field-sources.yaml"
    return read_source_rules(file.read_text(encoding="utf-8"), name=file.name)


def read_source_rules(text: str, *, name: str = "field-sources.yaml") -> SourceRules:
    """Rules written as that file is, for a county that has its own. Raises RuleDataError, which names the place,
    for text that does not follow the schema, and ValueError for a source that stands twice."""
    raw = yaml.safe_load(text)
    check_document(raw, "field-sources", name=name)
    proved = raw.get("proved", [])
    kinds = [*raw["order"], *raw["manual"], *proved]
    return SourceRules(
        order=tuple(kind["code"] for kind in raw["order"]),
        manual=frozenset(kind["code"] for kind in raw["manual"]),
        prefer={field: Prefer(rule) for field, rule in raw["prefer"].items()},
        titles={kind["code"]: Text(kind["title"]["zh"], kind["title"]["en"]) for kind in kinds},
        orders={field: tuple(codes) for field, codes in raw.get("orders", {}).items()},
        proved={field: kind["code"] for kind in proved for field in kind["fields"]},
    )
