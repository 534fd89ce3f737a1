"""Sites needed for a daily load: the page, and its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from vaxkit.campaign.siting import Load, Rules, Unit, sites_needed
from yingjie.areas import queries as areas
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.documents.report import MEDIA_TYPES, Format, Language
from yingjie.foundation.documents.report import render as as_file
from yingjie.foundation.refusals import NotFound
from yingjie.plans import siting_facts, siting_paper
from yingjie.plans.forms import SitingForm
from yingjie.plans.proposal_views import areas_of
from yingjie.plans.siting_facts import SitingFacts


@dataclass(frozen=True)
class Found:
    """What the page and the file tell."""

    area_name: str
    facts: SitingFacts
    load: Load
    rules: Rules
    units: tuple[Unit, ...]
    days: int
    far_km: int
    is_from_ledger: bool


@page("plans.view")
@require_safe
def siting(request: ActorRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {"form": form, "query": request.GET.urlencode()}
    if form.is_valid():
        found = _found(request, form.cleaned_data)
        context |= {
            "found": found,
            "rows": siting_paper.rows(found.units),
            "totals": siting_paper.totals(found.units),
        }
    return render(
        request, "plans/siting.html", context, status=200 if form.is_valid() or not request.GET else 400
    )


@page("plans.view")
@require_safe
def siting_file(request: ActorRequest, kind: str) -> HttpResponse:
    form = _form(request)
    if kind not in MEDIA_TYPES or not form.is_valid():
        raise NotFound()
    language: Language = "en" if (get_language() or "zh").startswith("en") else "zh-hans"
    data = as_file(siting_paper.report(_found(request, form.cleaned_data), language), cast(Format, kind))
    headers = {"Content-Disposition": f'attachment; filename="sites.{kind}"'}
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers=headers)


def _form(request: ActorRequest) -> SitingForm:
    """What is not asked has its usual value: an address may say the area alone, or nothing."""
    choices = areas_of(request.actor, "plans.view")
    usual = {
        name: str(field.initial)
        for name, field in SitingForm.base_fields.items()
        if field.initial is not None
    }
    given: dict[str, Any] = usual | {"area_code": choices[0][0] if choices else ""} | request.GET.dict()
    return SitingForm(given, areas=choices)


def _found(request: ActorRequest, said: Mapping[str, Any]) -> Found:
    area = areas.open_area(request.actor, said["area_code"], "plans.view")
    if area is None:
        raise NotFound()
    facts = siting_facts.siting_facts(request.actor, area.code, said["days"], said["far_km"])
    people = said["people_a_day"] if said["people_a_day"] is not None else -(-facts.due // said["days"])
    share = people / facts.due if facts.due else 0.0
    rules = Rules(
        facts.turns, hours=said["hours"], minutes=said["minutes"], percent=said["percent"], peak=said["peak_percent"] / 100,
        largest=said["largest"],
    )  # fmt: skip
    load = Load(
        people, -(-int(facts.at_home * share * 1000) // 1000), -(-int(facts.far * share * 1000) // 1000)
    )
    units = sites_needed(load, facts.clinics, rules)
    return Found(
        area.name, facts, load, rules, units, said["days"], said["far_km"], said["people_a_day"] is None
    )
