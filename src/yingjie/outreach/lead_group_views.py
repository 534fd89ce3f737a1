"""The page of the groups that go first, and its spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.outreach import lead_groups, paper, queries
from yingjie.outreach.lead_groups import ALL, Board
from yingjie.outreach.unit_coverage import Standing


@page("outreach.view")
def board(request: ActorRequest, area_code: str = "") -> HttpResponse:
    found = lead_groups.board(request.actor, area_code or queries.home(request.actor))
    context = {
        "found": found,
        "path": queries.path(request.actor, found.area.code),
        "groups": [(code, title, found.by_group[code]) for code, title in lead_groups.titles()],
        "total": found.by_group[ALL],
        "areas": [(code, name, standing) for (code, name), standing in found.by_area.items()],
        "below": len(found.area.code) < 12,
    }
    return render(request, "outreach/lead_groups.html", context)


@page("outreach.view")
def file(request: ActorRequest, area_code: str) -> HttpResponse:
    found = lead_groups.board(request.actor, area_code)
    title = _("Who goes first")
    heading = f"{found.area.name} · {title} · {clock.today():%Y-%m-%d}"
    content = paper.counts_file(heading, _tables(found), request.actor.title or request.actor.name)
    return paper.download(content, f"{found.area.name} {title} {clock.today()}.xlsx")


def _tables(found: Board) -> list[tuple[str, list[str], list[list[str | int]]]]:
    heads = [
        pgettext("unit", "People"), _("Offered a dose"), _("First dose"), _("Full course"), pgettext("dose", "To do"),
    ]  # fmt: skip
    groups = [(title, found.by_group[code]) for code, title in lead_groups.titles()]
    groups.append((pgettext("visit", "Total"), found.by_group[ALL]))
    places = [(name, standing) for (_code, name), standing in found.by_area.items()]
    return [
        (pgettext("lead", "Group"), heads, [[name, *_numbers(standing)] for name, standing in groups]),
        (pgettext("visit", "Area"), heads, [[name, *_numbers(standing)] for name, standing in places]),
    ]


def _numbers(row: Standing) -> list[int]:
    return [row.people, row.offered, row.first, row.full, row.to_do]
