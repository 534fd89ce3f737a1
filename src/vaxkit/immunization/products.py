"""A vaccine product as rules, labels and checks at the station need it. Values come from rule data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vaxkit.vocabulary import Source, Text


@dataclass(frozen=True, slots=True)
class Presentation:
    """One pack the product comes in: `doses_per_vial` doses in one `container` (vial or prefilled
    syringe)."""

    code: str
    doses_per_vial: int
    container: Text
    mark: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `dose_millilitres` is one dose; `specification` its label wording; `route_code` "IM";
    temperatures in degrees Celsius; `cvx` the CDC code or ""; `open_facts` names fields that were not
    verified."""

    code: str
    title: Text
    short_title: Text
    maker: Text
    technology: str
    technology_title: Text
    dose_millilitres: Decimal
    specification: Text
    route_code: str
    route: Text
    body_site: Text
    storage_lowest_celsius: int
    storage_highest_celsius: int
    presentations: tuple[Presentation, ...]
    source: Source
    cvx: str = ""
    open_facts: tuple[str, ...] = ()
