"""A free query in the words of the screen: what rows and columns are called, figures as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from vaxkit.coverage import AGE_BANDS, Coverage
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.foundation.access.actor import Actor, system
from yingjie.oversight.free_query import Answer
from yingjie.people.codelists import categories
from yingjie.people.group_counts import NO_LINE
from yingjie.sites import queries as sites
from yingjie.vaccines import queries as vaccines
from yingjie.web.templatetags.web import figure_text

DIMENSIONS: dict[str, str | Promise] = {
    "town": pgettext_lazy("bulletin", "Township"),
    "village": pgettext_lazy("bulletin", "Village"),
    "line": pgettext_lazy("query", "Line"),
    "age": gettext_lazy("Age"),
    "category": pgettext_lazy("query", "Population group"),
    "dose": pgettext_lazy("query", "Dose"),
    "product": pgettext_lazy("query", "Product"),
    "site": pgettext_lazy("query", "Site"),
    "day": pgettext_lazy("bulletin", "Day"),
}
MEASURES: dict[str, str | Promise] = {
    "people": gettext_lazy("People to vaccinate"),
    "first": gettext_lazy("With a first dose"),
    "full": gettext_lazy("Course complete"),
    "left": gettext_lazy("Without a first dose"),
    "first_rate": gettext_lazy("Coverage, first dose"),
    "full_rate": gettext_lazy("Coverage, full course"),
    "doses": gettext_lazy("Doses given"),
}


#: A filter's word for doses that were given at no site of this instance.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Cell:
    """`text` for the page, `value` for the spreadsheet, `counts` behind a rate."""

    text: str
    value: int | Decimal | None
    counts: str = ""


@dataclass(frozen=True)
class Shown:
    """The table: `heads` of the columns, the last of them the sum where there are several."""

    said: str
    corner: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    totals: tuple[Cell, ...]
    notes: tuple[str, ...]


def home(actor: Actor) -> str:
    """The highest area in which the actor sees people, or the first of a line's."""
    held = actor.scopes("people.view")
    if held:
        return min((role.area_code for role in held), key=lambda code: (len(code), code))
    found = areas.home_area(actor)
    return found.code if found else ""


def table(found: Answer) -> Shown:
    rows, columns = labels(found.asked.rows, found.rows), labels(found.asked.columns, found.columns)
    rate = found.asked.is_rate
    if found.asked.columns:
        heads = (*(columns[key] for key in found.columns), _("Total"))
        body = tuple(
            (
                rows[row],
                (
                    *(_cell(found.cells.get((row, key)), rate) for key in found.columns),
                    _cell(found.row_sums[row], rate),
                ),
            )
            for row in found.rows
        )
        totals = (*(_cell(found.column_sums[key], rate) for key in found.columns), _cell(found.total, rate))
    else:
        heads = (str(MEASURES[found.asked.measure]),)
        body = tuple((rows[row], (_cell(found.row_sums[row], rate),)) for row in found.rows)
        totals = (_cell(found.total, rate),)
    return Shown(_said(found), str(DIMENSIONS[found.asked.rows]), heads, body, totals, _notes(found))  # fmt: skip


def labels(dimension: str, keys: Sequence[str]) -> Mapping[str, str]:
    """Key → what it is called."""
    language = get_language() or "zh-hans"
    known: Mapping[str, str] = {}
    match dimension:
        case "town" | "village":
            known = areas.names(keys)
        case "line":
            known = unit_queries.titles_of_lines() | {NO_LINE: _("No line answers")}
        case "age":
            known = {band.code: band.title.in_(language) for band in AGE_BANDS}
        case "category":
            known = {code: str(line.title) for code, line in categories().items()}
        case "dose":
            known = {key: _("Dose {number}").format(number=key) for key in keys}
        case "product":
            known = {each.code: each.short_title.in_(language) for each in vaccines.products()}
        case "site":
            named = sites.names([UUID(key) for key in keys if key])
            known = {str(key): name for key, name in named.items()} | {"": _("Elsewhere")}
    return {key: known.get(key, key) for key in keys}


def _cell(figure: Coverage | None, is_rate: bool) -> Cell:
    if figure is None:
        return Cell("–", None)
    if not is_rate:
        return Cell(figure_text(figure.numerator), figure.numerator)
    value = Decimal(figure.numerator) / figure.denominator if figure.denominator else None
    return Cell(figure.percent(), value, f"{figure.numerator:,} / {figure.denominator:,}")


def _said(found: Answer) -> str:
    """What was asked, in a line."""
    asked = found.asked
    place = areas.names([asked.area_code]).get(asked.area_code, asked.area_code)
    parts = [place, str(MEASURES[asked.measure])]
    parts.append(
        f"{asked.from_on} – {asked.until_on}" if asked.from_on and asked.is_of_doses else f"{asked.until_on}"
    )
    parts += [f"{DIMENSIONS[name]}: {labels(name, [value])[value]}" for name, value in asked.only.items()]
    return " · ".join(parts)


def _notes(found: Answer) -> tuple[str, ...]:
    notes = [
        _("Residents of {day} whom you may see; as known now.").format(day=found.asked.until_on)
        if not found.asked.is_of_doses
        else _("Doses on record, by residents of {day} whom you may see; as known now.").format(day=found.asked.until_on)
    ]  # fmt: skip
    if not found.asked.adds_up:
        notes.append(_("Somebody may belong to several groups, so these lines do not add up."))
    return tuple(notes)


def choices(dimension: str) -> list[tuple[str, str]]:
    """What a filter offers: everything that is known of a dimension with few values. Names of sites are public."""
    known = sites.sites(system("oversight"), with_closed=True) if dimension == "site" else ()
    keys = {
        "line": [*unit_queries.titles_of_lines(), NO_LINE],
        "age": [band.code for band in AGE_BANDS],
        "category": list(categories()),
        "dose": [str(number) for number in range(1, 5)],
        "product": [each.code for each in vaccines.products()],
        "site": [str(each.id) for each in known if each.kind != "store"],
    }[dimension]
    elsewhere = [(ELSEWHERE, _("Elsewhere"))] if dimension == "site" else []
    return [("", pgettext("query", "All")), *labels(dimension, keys).items(), *elsewhere]
