"""Pages of rankings: the places of a day by a rule, and how places are given."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vaxkit.coverage import RULE, Rule, Standing
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import rankings
from yingjie.oversight.compiling import SMALL_BELOW
from yingjie.oversight.rankings import RankedRow, Ranking


@page("oversight.view")
def ranking(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    rule, what = request.GET.get("by", Rule.RATE.value), request.GET.get("of", "areas")
    if what not in rankings.WHAT or rule not in set(rankings.rules_for(what)):
        raise NotFound()
    found = rankings.ranking(request.actor, area_code, _day(on), Rule(rule), what)
    context = {
        "found": found,
        "tabs": _tabs(found),
        "kinds": _kinds(found),
        "rows": [_shown(found, row) for row in found.rows],
        "said": found.rule.said.in_(get_language() or "zh-hans"),
        "rests_on": _heads()[found.rule],
        "title": found.rule.text.in_(get_language() or "zh-hans"),
    }
    return render(request, "oversight/ranked.html", context)


@page("oversight.view")
def how(request: ActorRequest) -> HttpResponse:
    """How places are given, in words."""
    language = get_language() or "zh-hans"
    rules = [(rule.text.in_(language), rule.said.in_(language)) for rule in Rule]
    context = {"rule": RULE.filled(small_below=SMALL_BELOW).in_(language), "rules": rules}
    return render(request, "oversight/ranking.html", context)


def _heads() -> dict[Rule, tuple[str, str]]:
    """What the two counts are called."""
    return {
        Rule.RATE: (_("With a first dose"), _("People to vaccinate")),
        Rule.REMAINING: (_("People left"), _("People to vaccinate")),
        Rule.PACE: (_("First doses in seven days"), _("Left seven days ago")),
        Rule.ACCURACY: (_("Listed people who came"), _("Listed or came")),
    }


def _shown(found: Ranking, row: RankedRow) -> dict[str, Any]:
    scored, moved = row.scored, row.moved
    counts = scored.rests_on
    if scored.place is None:
        place = _("too few to rank") if scored.standing is Standing.SMALL else "–"
    else:
        place = f"{scored.place}{'=' if scored.tied else ''}"
    on = found.content.on.isoformat()
    return {
        "row": row,
        "place": place,
        "counts": counts,
        "rate": counts.percent(2),
        "at_least": "" if scored.at_least is None else f"{float(scored.at_least * 100):.1f}%",
        "moved": "" if not moved else f"↑{moved}" if moved > 0 else f"↓{-moved}",
        "tone": "" if not moved else "green" if moved > 0 else "red",
        "url": reverse("oversight_bulletin", args=[row.code, on])
        if row.code and row.code != found.content.area_code
        else "",
    }


def _tabs(found: Ranking) -> list[dict[str, Any]]:
    language = get_language() or "zh-hans"
    return [
        {"title": rule.text.in_(language), "is_here": rule is found.rule, "count": None,
         "url": f"?of={found.what}&by={rule.value}"}
        for rule in rankings.rules_for(found.what)
    ]  # fmt: skip


def _kinds(found: Ranking) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is shown) of what can be ranked."""
    words = {"areas": _("Areas below"), "villages": _("All villages"), "lines": pgettext("ranking", "Lines")}
    return [
        (words[what], f"?of={what}&by={found.rule.value if found.rule in rankings.rules_for(what) else 'rate'}", what == found.what)
        for what in rankings.kinds_of(found.content)
    ]  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
