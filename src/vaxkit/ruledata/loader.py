"""Reading the YAML of this package into values: YAML -> JSON schema -> Product."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import yaml

from vaxkit.immunization.products import Presentation, Product
from vaxkit.ruledata.packaged import packaged_schema
from vaxkit.vocabulary import Source, Text

_HERE = files("vaxkit.ruledata")


class RuleDataError(ValueError):
    """Rule data that is missing or does not follow its schema; the message names the file and the place in
    it."""


@cache
def load_products() -> Mapping[str, Product]:
    """Every product by its code, in the order of the file. Raises RuleDataError when the file is wrong."""
    raw = read_file(_HERE / "china" / "products.yaml", "products")
    products = [_product(row) for row in raw["products"]]
    by_code = {product.code: product for product in products}
    if len(by_code) != len(products):
        raise RuleDataError("products.yaml: a product code stands twice")
    return MappingProxyType(by_code)


def check_document(raw: object, schema: str, *, name: str) -> None:
    """Check a parsed document against `schemas/<schema>.schema.json`. Raises RuleDataError with `name` and
    place."""
    _check(raw, packaged_schema("ruledata/schemas", schema), name)


def _check(raw: object, rules: Mapping[str, Any], name: str) -> None:
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(rules).iter_errors(raw))
    if error is not None:
        place = "/".join(str(part) for part in error.absolute_path) or "(top)"
        raise RuleDataError(f"{name}: at {place}: {error.message}")


class PlainLoader(yaml.SafeLoader):
    """YAML with strings, whole numbers and null only: days stay text, so that the JSON schema can
    check how they are written, and the key `on` is not taken for "true"."""


_NOT_SPECIAL = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float")
PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in _NOT_SPECIAL]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_file(file: Traversable, schema: str) -> Any:
    """A shipped YAML file, checked against its schema. Raises RuleDataError."""
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=PlainLoader)
    check_document(raw, schema, name=file.name)
    return raw


def read_beside(file: Path) -> Any:
    """A module's own YAML file, checked against the `.schema.json` of the same name that lies beside it. Raises RuleDataError."""
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=PlainLoader)
    _check(raw, json.loads(file.with_suffix(".schema.json").read_text(encoding="utf-8")), file.name)
    return raw


def text_of(raw: Mapping[str, str]) -> Text:
    """Words in both languages."""
    return Text(raw["zh"], raw["en"])


def noted(raw: str | Mapping[str, str] | None) -> Text | None:
    """A note in both languages; one written in one language stands for both."""
    if not raw:
        return None
    return Text(raw, raw) if isinstance(raw, str) else text_of(raw)


def _day(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw is not None else None


def source_of(raw: Mapping[str, Any]) -> Source:
    """Document, day and mark as every rule names them."""
    return Source(
        document=text_of(raw["document"]),
        mark=raw["mark"],
        on=_day(raw.get("on")),
        number=raw.get("number", ""),
        note=noted(raw.get("note")),
    )


def _product(raw: Mapping[str, Any]) -> Product:
    return Product(
        code=raw["code"],
        title=text_of(raw["title"]),
        short_title=text_of(raw["short_title"]),
        maker=text_of(raw["maker"]),
        technology=raw["technology"],
        technology_title=text_of(raw["technology_title"]),
        dose_millilitres=Decimal(raw["dose_millilitres"]),
        specification=text_of(raw["specification"]),
        route_code=raw["route_code"],
        route=text_of(raw["route"]),
        body_site=text_of(raw["body_site"]),
        storage_lowest_celsius=raw["storage_celsius"]["lowest"],
        storage_highest_celsius=raw["storage_celsius"]["highest"],
        presentations=tuple(
            Presentation(row["code"], row["doses_per_vial"], text_of(row["container"]), row["mark"])
            for row in raw["presentations"]
        ),
        source=source_of(raw["source"]),
        cvx=raw.get("cvx", ""),
        open_facts=tuple(raw.get("open_facts", ())),
    )
