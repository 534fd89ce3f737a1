"""The page of where sites lie."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, NotAllowed, Refusal
from yingjie.plans import points
from yingjie.plans.points import PointRow
from yingjie.plans.ways import Point


@page("plans.view")
@require_http_methods(["GET", "POST"])
def sites_points(request: ActorRequest) -> HttpResponse:
    rows = points.rows(request.actor)
    may = {row.site_id: request.actor.may("plans.change", row.area_code, row.site_id) for row in rows}
    refusal: Refusal | None = None
    if request.method == "POST":
        if not any(may.values()):
            raise NotAllowed()
        try:
            given = {
                row.site_id: _point(request, row)
                for row in rows
                if may[row.site_id] and _key(row) in request.POST
            }
            given = {key: point for key, point in given.items() if point != _seen(request, rows, key)}
            changed = points.set_points(by=request.actor, given=given)
        except Refusal as refused:
            if refused.status in (403, 404):
                raise
            refusal = refused
        else:
            messages.success(request, ngettext("{n} point was written down.", "{n} points were written down.", changed)
                             .format(n=changed))  # fmt: skip
            return redirect("plans_points")
    context = {
        "rows": [_shown(request, row, may[row.site_id]) for row in rows],
        "may_change": any(may.values()),
        "refusal": refusal,
    }
    return render(request, "plans/points.html", context, status=refusal.status if refusal else 200)


def _key(row: PointRow) -> str:
    return f"point:{row.site_id}"


def _shown(request: ActorRequest, row: PointRow, may: bool) -> dict[str, Any]:
    drawn = (
        f"{row.point[0]:.5g}, {row.point[1]:.5g}"
        if row.point and row.source == "boundary"
        else _text(row.point)
    )
    value = request.POST.get(
        _key(row), _text(row.point) if row.source == "measured" else "" if may else drawn
    )
    was = request.POST.get(f"was:{row.site_id}", _text(_drawn([row], row.site_id)))
    return {"row": row, "value": value, "may": may, "was": was}


def _text(point: Point | None) -> str:
    return f"{point[0]}, {point[1]}" if point else ""


def _point(request: ActorRequest, row: PointRow) -> Point | None:
    text = request.POST[_key(row)].strip()
    point = _read(text)
    if text and point is None:
        raise BadInput(
            what=_("{site}: write longitude, then latitude, with a comma between.").format(site=row.name)
        )
    return point


def _seen(request: ActorRequest, rows: list[PointRow], site_id: UUID) -> Point | None:
    """What stood in the field when the page was opened: a field nobody touched overwrites nobody else's point."""
    text = request.POST.get(f"was:{site_id}")
    return _drawn(rows, site_id) if text is None else _read(text)


def _read(text: str) -> Point | None:
    """Two numbers with a comma between; None where there are none."""
    try:
        longitude, latitude = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        return None
    return longitude, latitude


def _drawn(rows: list[PointRow], site_id: object) -> Point | None:
    """What was measured before; the middle of a village is nobody's measurement."""
    row = next(row for row in rows if row.site_id == site_id)
    return row.point if row.source == "measured" else None
