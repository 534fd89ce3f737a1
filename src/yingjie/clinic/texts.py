"""The texts of informed consent, per product and version, read from `data/consents.yaml`.

text_for(product, on)    ConsentText: the version in force on that day, with the product's own words filled in
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from vaxkit.immunization import Product
from vaxkit.ruledata.loader import RuleDataError, read_file
from vaxkit.vocabulary import Text

_DATA = Path(__file__).parent / "data" / "consents.yaml"
ANY = "*"


@dataclass(frozen=True)
class ConsentText:
    """What is read and signed. `version` names the wording, `product_code` what it is for."""

    version: str
    product_code: str
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True)
class _Wording:
    version: str
    products: tuple[str, ...]
    technologies: tuple[str, ...]
    from_on: date
    paragraphs: tuple[Text, ...]

    def is_for(self, product: Product) -> int:
        """How closely: 3 by its name, 2 by its technology, 1 as any, 0 not."""
        if product.code in self.products:
            return 3
        return 2 if product.technology in self.technologies else int(ANY in self.technologies)


def text_for(product: Product, on: date) -> ConsentText:
    """The closest wording in force on that day, the latest of those. Raises LookupError where there is none."""
    known = [row for row in _wordings() if row.from_on <= on and row.is_for(product)]
    if not known:
        raise LookupError(f"no consent text for {product.code} on {on}")
    found = max(known, key=lambda row: (row.is_for(product), row.from_on))
    return ConsentText(found.version, product.code, tuple(_filled(row, product) for row in found.paragraphs))


def text_of(version: str, product: Product) -> ConsentText:
    """A wording by its version, as it was signed. Raises LookupError."""
    for row in _wordings():
        if row.version == version:
            return ConsentText(
                version, product.code, tuple(_filled(each, product) for each in row.paragraphs)
            )
    raise LookupError(version)


def _filled(words: Text, product: Product) -> Text:
    return Text(
        words.zh.format(product=product.title.zh, maker=product.maker.zh),
        words.en.format(product=product.title.en, maker=product.maker.en),
    )


@cache
def _wordings() -> tuple[_Wording, ...]:
    raw: dict[str, Any] = read_file(_DATA, "consents")
    rows = tuple(
        _Wording(
            row["version"],
            tuple(row.get("products", ())),
            tuple(row.get("technologies", ())),
            date.fromisoformat(row["from_on"]),
            tuple(Text(zh, en) for zh, en in zip(row["zh"], row["en"], strict=True)),
        )
        for row in raw["texts"]
    )
    if len({row.version for row in rows}) != len(rows):
        raise RuleDataError("consents.yaml: a version stands twice")
    return rows
