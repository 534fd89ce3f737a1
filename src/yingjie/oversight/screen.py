"""A bulletin on screen: its lines with the words, addresses and chart that the page shows. Pure of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vaxkit.coverage import Coverage
from yingjie.oversight import paper, paper_sections
from yingjie.oversight.compiling import rates_need_two_decimals
from yingjie.oversight.content import BulletinContent, Line


@dataclass(frozen=True)
class ShownLine:
    """A line as the table shows it. `doses` are labelled counts: those of the day, then those to date. `tone` colours the change
    of place, green up and red down; its arrow says it too."""

    line: Line
    name: str
    url: str
    place: str
    moved: str
    tone: str
    first_rate: str
    full_rate: str
    doses: tuple[tuple[str, int], ...]
    ledger_url: str = ""

    @property
    def first_counts(self) -> str:
        return f"{self.line.first_dose:,} / {self.line.people:,}"

    @property
    def full_counts(self) -> str:
        return f"{self.line.full_course:,} / {self.line.people:,}"


def lines(content: BulletinContent, shown: Sequence[Line], *, with_ledger: bool = False) -> list[ShownLine]:
    """`with_ledger`: people lead to the ledger's list, for whoever may see it."""
    digits = 2 if rates_need_two_decimals(shown) else 1
    return [shown_line(content, line, digits, with_ledger=with_ledger) for line in paper.bare_last(shown)]


def total(content: BulletinContent) -> ShownLine:
    digits = 2 if rates_need_two_decimals(content.lines) else 1
    return shown_line(content, content.total, digits)


def shown_line(content: BulletinContent, line: Line, digits: int, *, with_ledger: bool = False) -> ShownLine:
    moved = line.moved
    return ShownLine(
        line=line,
        name=paper.name_of(line),
        url=_address(content, line),
        place=paper.place_of(line),
        moved="" if not moved else f"↑{moved}" if moved > 0 else f"↓{-moved}",
        tone="" if not moved else "green" if moved > 0 else "red",
        first_rate=line.first_dose_coverage.percent(digits),
        full_rate=line.full_course_coverage.percent(digits),
        ledger_url=f"{reverse('people')}?area={line.code}" if with_ledger and line.code else "",
        doses=tuple(zip(paper.dose_labels(content), (*line.today, *line.to_date), strict=True)),
    )


def notes(content: BulletinContent) -> list[str]:
    return paper.definitions(content, get_language() or "zh-hans")


def sections(content: BulletinContent) -> dict[str, Any]:
    """What `sections.html` shows, in the language of the moment."""
    language = get_language() or "zh-hans"
    days = sorted({each.on for each in content.late_days})
    late = [
        (
            day,
            [
                (
                    number,
                    sum(each.doses for each in content.late_days if (each.on, each.number) == (day, number)),
                )
                for number in content.dose_numbers
            ],
        )
        for day in days
    ]
    groups = [
        (
            paper_sections.kind_title(kind),
            _("Somebody may belong to several groups, so these lines do not add up.")
            if kind == "category"
            else "",
            [(group.title.in_(language), group) for group in found],
        )
        for kind in ("age", "line", "category")
        if (found := paper_sections.groups_of(content, kind))
    ]
    return {
        "late": {"title": paper_sections.late_title(), "rows": late},
        "groups": groups,
        "said": [paper_sections.notice_words(notice) for notice in content.notices],
        "laid_out": paper_sections.tomorrow_words(content.tomorrow) if content.tomorrow else "",
    }


def chart(content: BulletinContent) -> dict[str, Any]:
    """Options for ECharts: coverage by area, in the order of the table; a bar leads to its area's bulletin."""
    shown = _charted(content)
    return {
        "legend": {"show": True},
        "grid": {"right": 48},
        "xAxis": {"type": "value", "splitNumber": 4, "axisLabel": {"formatter": "{value}%", "hideOverlap": True}},
        "yAxis": {"type": "category", "inverse": True, "data": [line.name for line in shown]},
        "series": [
            _bars(pgettext("bulletin", "First dose"), "tone:blue", content, [line.first_dose_coverage for line in shown]),
            _bars(pgettext("bulletin", "Full course"), "tone:green", content, [line.full_course_coverage for line in shown]),
        ],
    }  # fmt: skip


def chart_table(content: BulletinContent) -> dict[str, Any]:
    return {
        "head": [
            paper.level_words(content), _("People to vaccinate"), pgettext("bulletin", "First dose"),
            pgettext("bulletin", "Full course"),
        ],
        "rows": [
            [shown.name, shown.line.people, shown.first_rate, shown.full_rate] for shown in lines(content, content.lines)
        ],
    }  # fmt: skip


def _charted(content: BulletinContent) -> list[Line]:
    """The areas with something to show; the others would be bars of nothing."""
    return [line for line in content.lines if line.code and not line.is_bare]


def _bars(title: str, tone: str, content: BulletinContent, rates: list[Coverage]) -> dict[str, Any]:
    """One series; a bar carries the address of its area's bulletin."""
    lines = _charted(content)
    values = [rate.percent_value(1) for rate in rates]
    data = [
        {"value": None if value is None else float(value), "url": _address(content, line)}
        for line, value in zip(lines, values, strict=True)
    ]
    return {"type": "bar", "name": title, "barMaxWidth": 28, "itemStyle": {"color": tone}, "data": data}


def _address(content: BulletinContent, line: Line) -> str:
    """The bulletin below; a village's own lists nothing below it."""
    if not line.code or line.code == content.area_code:
        return ""
    return reverse("oversight_bulletin", args=[line.code, content.on.isoformat()])
