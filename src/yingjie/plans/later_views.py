"""The page of later doses: whether the wave that follows from the doses given can be served."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.plans import later_doses
from yingjie.plans.forms import HeldShareForm
from yingjie.plans.later_doses import Later
from yingjie.vaccines.queries import product

#: What was reckoned longer ago than this is reckoned again when somebody looks.
FRESH = timedelta(hours=1, minutes=30)
LACKS = {
    "doses": (pgettext_lazy("later doses", "doses"), "vaccine"),
    "staff": (pgettext_lazy("later doses", "vaccinators on duty"), "users"),
    "seats": (pgettext_lazy("later doses", "opening hours and places"), "calendar-event"),
}


@page("plans.view")
def later(request: ActorRequest) -> HttpResponse:
    county = _county(request)
    found = _fresh(request, county)
    return _page(request, found, HeldShareForm(initial={"percent": found.held_percent}))


@page("plans.view")
@require_POST
def later_again(request: ActorRequest) -> HttpResponse:
    county = _county(request)
    later_doses.found(request.actor, county)
    later_doses.reckon(by=request.actor, county=county)
    messages.success(request, _("Reckoned from the ledger of now."))
    return redirect(f"{reverse('plans_later')}?county={county}")


@page(later_doses.DECIDE)
@require_POST
def later_share(request: ActorRequest) -> HttpResponse:
    county = _county(request)
    form = HeldShareForm(request.POST)
    if not form.is_valid():
        return _page(request, _fresh(request, county), form, status=400)
    percent = form.cleaned_data["percent"]
    later_doses.hold_at_most(by=request.actor, county=county, percent=percent)
    messages.success(
        request, _("From now on at most {percent} % of what is free is held back.").format(percent=percent)
    )
    return redirect(f"{reverse('plans_later')}?county={county}")


def _fresh(request: ActorRequest, county: str) -> Later:
    """What was last reckoned, anew where it is old."""
    found = later_doses.found(request.actor, county)
    if found is None or clock.now() - found.at > FRESH:
        later_doses.reckon(by=request.actor, county=county)
        found = later_doses.found(request.actor, county)
    assert found is not None
    return found


def _page(request: ActorRequest, found: Later, form: HeldShareForm, *, status: int = 200) -> HttpResponse:
    counties = later_doses.counties(request.actor)
    context = shown(found) | {
        "counties": counties if len(counties) > 1 else (), "form": form,
        "may_decide": request.actor.may(later_doses.DECIDE, found.county),
    }  # fmt: skip
    return render(request, "plans/later.html", context, status=status)


def _county(request: ActorRequest) -> str:
    known = later_doses.counties(request.actor)
    asked = request.POST.get("county") or request.GET.get("county") or (known[0] if known else "")
    if asked not in known:
        raise NotFound()
    return asked


def shown(found: Later) -> dict[str, Any]:
    """Sentences of what lacks, and a table of sites by weeks."""
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    mondays = sorted({week.monday for week in found.weeks})
    by_site: dict[str, dict[Any, Any]] = {}
    for week in found.weeks:
        by_site.setdefault(week.site, {})[week.monday] = week
    delays = dict(found.delays)
    return {
        "later": found,
        "short": [
            {
                "row": row, "lacks": LACKS[row.lacks][0], "icon": LACKS[row.lacks][1],
                "products": [product(code).short_title.in_(language) for code in row.products],
            }
            for row in found.short
        ],
        "mondays": mondays,
        "sites": [
            {
                "name": name, "delay": delays[name], "weeks": [weeks.get(monday) for monday in mondays], "held": found.held[name],
            }
            for name, weeks in by_site.items()
        ],
    }  # fmt: skip
