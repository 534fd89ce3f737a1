"""The balance in the words of the screen. Pure of the database."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaxkit.coverage.closing import title_of
from yingjie.oversight.balance import BalanceLine, BalancePage

TONES = {
    "ok": ("success", "circle-check"),
    "wrong": ("error", "alert-triangle"),
    "why": ("warning", "info-circle"),
}


@dataclass(frozen=True)
class ShownCell:
    title: str
    people: int
    url: str


@dataclass(frozen=True)
class ShownBalance:
    """A line of the table. `url` leads to the balance below; a cell's to the people behind the figure."""

    line: BalanceLine
    name: str
    url: str
    cells: tuple[ShownCell, ...]


def term_title(code: str) -> str:
    return title_of(code).in_(get_language() or "zh-hans")


def name_of(line: BalanceLine) -> str:
    return line.name or _("Not placed below")


def shown(found: BalancePage, line: BalanceLine, *, with_people: bool) -> ShownBalance:
    """`with_people`: figures lead to the people behind them, for whoever may see them."""
    code = line.code or found.area.code
    is_below = bool(line.code) and line.code != found.area.code and len(line.code) <= 12
    cells = tuple(
        ShownCell(
            term_title(term), line.balance.terms.get(term, 0),
            address_of_people(found, code, term) if with_people and line.code and line.balance.terms.get(term) else "",
        )
        for term in found.codes
    )  # fmt: skip
    return ShownBalance(line, name_of(line), address(found, line.code) if is_below else "", cells)


def findings(found: BalancePage) -> list[tuple[str, str, str]]:
    """(tone of the notice, icon, words)."""
    language = get_language() or "zh-hans"
    return [(*TONES[finding.weight], finding.text.in_(language)) for finding in found.findings]


def address(found: BalancePage, code: str, **changes: str) -> str:
    base = reverse("oversight_balance", args=[code, changes.pop("on", found.on.isoformat())])
    return _with(base, found, changes)


def address_of_people(found: BalancePage, code: str, term: str) -> str:
    return _with(reverse("oversight_balance_people", args=[code, found.on.isoformat(), term]), found, {})


def _with(base: str, found: BalancePage, changes: dict[str, str]) -> str:
    asked = {
        "dose": str(found.goal) if found.goal != found.goals[0] else "",
        "known": "then" if found.known_at else "",
    }
    said = urlencode({key: value for key, value in (asked | changes).items() if value})
    return f"{base}?{said}" if said else base
