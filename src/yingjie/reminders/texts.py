"""The words of reminders as data (data/texts.yaml, checked against data/texts.schema.json), and a message made of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from vaxkit.faults import Faulty, schema_faults
from vaxkit.vocabulary import Text

_DATA = Path(__file__).resolve().parent / "data"
#: What a text and an item may name.
_OF_TEXTS, _OF_ITEMS = {"office", "people"}, {"name", "time", "site"}


@dataclass(frozen=True)
class Words:
    """One occasion's words. `limited`: they count against how often somebody may be reminded."""

    occasion: str
    title: Text
    limited: bool
    item: Text
    between: Text
    text: Text

    def message(self, office: str, items: Iterable[Mapping[str, str]], language: str) -> str:
        """What stands in one message: everybody with the same phone, each with what the item says of them."""
        item = self.item.in_(language)
        people = self.between.in_(language).join(item.format_map(each) for each in items)
        return self.text.in_(language).format(office=office, people=people)


@dataclass(frozen=True)
class Texts:
    version: str
    by_occasion: Mapping[str, Words]


@lru_cache(maxsize=1)
def texts() -> Texts:
    return read(yaml.safe_load((_DATA / "texts.yaml").read_text("utf-8")))


def read(document: Any) -> Texts:
    """Raises Faulty where a text breaks the schema, or ValueError where one names what it may not know."""
    faults = schema_faults(json.loads((_DATA / "texts.schema.json").read_text("utf-8")), document)
    if faults:
        raise Faulty(faults)
    found = {}
    for row in document["texts"]:
        both = {key: Text(row[key]["zh"], row[key]["en"]) for key in ("title", "item", "between", "text")}
        found[row["occasion"]] = Words(occasion=row["occasion"], limited=row["limited"], **both)
        for key, known in (("text", _OF_TEXTS), ("item", _OF_ITEMS)):
            strange = (_names(both[key].zh) | _names(both[key].en)) - known
            if strange:
                raise ValueError(f"texts.yaml: {row['occasion']} names {sorted(strange)}")
    if len(found) != len(document["texts"]):
        raise ValueError("texts.yaml: an occasion stands twice")
    return Texts(document["version"], found)


def _names(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}
