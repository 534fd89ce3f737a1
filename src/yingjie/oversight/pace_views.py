"""Pages of the pace: all milestones of an area, and one of them by the areas below."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.campaigns import screen as campaign_screen
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.oversight import pace, queries
from yingjie.oversight.pace import PacePage
from yingjie.oversight.pace_limits import Fit


@page("oversight.view")
def pace_home(request: ActorRequest) -> HttpResponse:
    return redirect("oversight_pace", queries.home(request.actor))


@page("oversight.view")
def overview(request: ActorRequest, area_code: str) -> HttpResponse:
    area, steps = pace.overview(request.actor, area_code)
    shown = [(step, campaign_screen.group(step.phase)) for step in steps]
    context = {"area": area, "steps": shown, "today": clock.today(), "crumbs": _above(request, area_code)}
    return render(request, "oversight/pace.html", context)


@page("oversight.view")
def milestone(request: ActorRequest, milestone_id: UUID, area_code: str) -> HttpResponse:
    found = pace.page(request.actor, milestone_id, area_code)
    context = {
        "found": found,
        "group": campaign_screen.group(found.board.phase),
        "chart": chart(found),
        "chart_table": {
            "head": [_("Day"), pgettext("pace", "Doses")],
            "rows": [[f"{day:%m-%d}", number] for day, number in found.trend.items()],
        },
        "rows": [(row, *_fit(found, row.key)) for row in found.rows],
        "may_see_sites": request.actor.may("sites.view", area_code),
        "limits": limits(found) if request.actor.may("sites.view", area_code) else [],
        "crumbs": _above(request, area_code),
    }
    return render(request, "oversight/pace_milestone.html", context)


def chart(found: PacePage) -> dict[str, Any]:
    """Options for ECharts: doses of each day, with the line of what today asks for."""
    series: dict[str, Any] = {
        "type": "bar",
        "name": pgettext("pace", "Doses"),
        "data": list(found.trend.values()),
    }
    if found.total.per_day:
        series["markLine"] = {
            "symbol": "none",
            "data": [{"yAxis": found.total.per_day, "name": _("Needed a day")}],
        }
    return {
        "xAxis": {"type": "category", "data": [f"{day:%m-%d}" for day in found.trend]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [series],
    }


def limits(found: PacePage) -> list[str]:
    """What the projection says, in sentences."""
    if found.projection is None:
        return [
            _(
                "No site here says how many people an hour it can take: what can be given cannot be worked out."
            )
        ]
    language = get_language() or "zh"
    said = []
    reached_at_end = found.projection.total_by(found.board.milestone.on, found.total.done)
    if found.projection.finishes_on:
        said.append(
            _("At the best pace that sites, vaccine and people allow the target is reached on {on}.").format(
                on=found.projection.finishes_on
            )
        )
    else:
        said.append(
            _("Even at the best pace {number} are missing on {on}.").format(
                number=max(0, found.total.target - reached_at_end), on=found.board.milestone.on
            )
        )
    binding = found.projection.binding()
    if binding:
        said.append(_("What holds it back: {limit}.").format(limit=binding.text.in_(language)))
    if found.shares_with:
        phases = _("; ").join(
            _("{title}, {doses} a day").format(title=each.title, doses=each.per_day)
            for each in found.shares_with
        )
        said.append(
            _(
                "Seats, staff and vaccine are shared with the other phases by what each asks for: {phases}."
            ).format(phases=phases)
        )
    if found.rooms and found.rooms.unstated:
        said.append(
            _("Left out, because they do not say how many people an hour they take: {sites}.").format(
                sites=_("; ").join(found.rooms.unstated)
            )
        )
    return said


def _fit(found: PacePage, key: str) -> tuple[Fit | None, str]:
    """An area's task against its own sites, and what is too little for it."""
    fit = found.fits.get(key)
    return fit, fit.limit.text.in_(get_language() or "zh") if fit and fit.limit else ""


def _above(request: ActorRequest, area_code: str) -> list[Any]:
    return [row for row in areas.path(area_code)[:-1] if request.actor.may(pace.VIEW, row.code)]
