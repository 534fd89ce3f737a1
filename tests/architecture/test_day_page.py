"""docs/how-to/vaccination-day.md names addresses, roles and refusals of a site's day as the program has them, and all of them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from yingjie.foundation.refusals import Refusal

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "vaccination-day.md"
_ROW = re.compile(r"^\| `(GET|POST) (/\S+)` \| `([a-z_.]+)` \|", re.M)
_CODE = re.compile(r"`((?:clinic|stock|bookings|staff|sites)\.[a-z_]+)`")
#: Modules of which a day's script meets every address, and every refusal.
WHOLE = ("clinic", "stock")


def addresses() -> dict[str, URLPattern]:
    """Every address of the program as the page writes it: /stock/<site_id>/day/."""
    found = {}
    for module in get_resolver().url_patterns:
        if isinstance(module, URLResolver):
            for each in module.url_patterns:
                whole = f"/{module.pattern}{each.pattern}"
                found[re.sub(r"<\w+:(\w+)>", r"<\1>", whole)] = each
    return found


def codes(*modules: str) -> set[str]:
    known = [vars(import_module(f"yingjie.{module}.refusals")).values() for module in modules]
    return {
        each.code
        for values in known
        for each in values
        if isinstance(each, type) and issubclass(each, Refusal) and each is not Refusal
    }


def test_every_address_on_the_page_is_there_for_that_permission() -> None:
    known = addresses()
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 60
    wrong = [(path, permission) for _how, path, permission in rows
             if path not in known or known[path].callback.permission != permission]  # fmt: skip
    assert wrong == []


def test_no_address_of_a_sites_day_is_left_out() -> None:
    named = {path for _how, path, _permission in _ROW.findall(PAGE.read_text("utf-8"))}
    assert [path for path in addresses() if path.split("/")[1] in WHOLE and path not in named] == []


def test_the_codes_are_those_that_are_raised() -> None:
    listed = set(_CODE.findall(PAGE.read_text("utf-8").partition("## Codes")[2]))
    assert listed - codes("clinic", "stock", "bookings", "staff", "sites") == set()
    assert codes(*WHOLE) - listed == {"bad_input", "not_found", "not_allowed"} & codes(*WHOLE)
