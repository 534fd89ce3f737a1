"""Groups of the ledger as observations of the policies (`data/groups.yaml`): a port worker is at high risk of infection."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from yingjie.people import codelists

_FILE = Path(__file__).parent / "data" / "groups.yaml"


@cache
def observation_of_category() -> Mapping[str, str]:
    """The observation of the policies by the category of the ledger. Raises ValueError for a category that the ledger does not
    have, or one that stands twice."""
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(_FILE.read_text("utf-8"))
    pairs = [(category, row["observation"]) for row in raw["groups"] for category in row["categories"]]
    found = dict(pairs)
    unknown = found.keys() - codelists.categories().keys()
    if unknown or len(found) != len(pairs):
        raise ValueError(f"{_FILE.name}: unknown or doubled categories: {sorted(unknown) or len(pairs)}")
    return MappingProxyType(found)


def observations_of(categories: Iterable[str]) -> frozenset[str]:
    """What the policies see of somebody who is in these categories."""
    known = observation_of_category()
    return frozenset(known[code] for code in categories if code in known)
