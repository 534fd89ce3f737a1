"""Pages of data quality: what the rules see in an area, and the rows behind one signal."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaxkit.ruledata.quality_rules import shipped_quality_rules
from vaxkit.supervision.signals import Kept
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.outreach import words
from yingjie.oversight import quality, queries
from yingjie.oversight.balance_screen import term_title
from yingjie.oversight.quality import Evidence, Seen


@page("oversight.view")
def quality_home(request: ActorRequest) -> HttpResponse:
    return redirect("oversight_quality", queries.home(request.actor))


@page("oversight.view")
def signals(request: ActorRequest, area_code: str) -> HttpResponse:
    area, found = quality.seen(request.actor, area_code)
    language = get_language() or "zh-hans"
    counted = {
        rule.code: sum(each.rule.code == rule.code for each in found) for rule in shipped_quality_rules()
    }
    context = {
        "area": area,
        "rows": [(each, each.rule.title.in_(language), each.signal.because.in_(language)) for each in found],
        "rules": [
            (rule.title.in_(language), _rule_words(rule), counted[rule.code])
            for rule in shipped_quality_rules()
        ],
        "source": shipped_quality_rules()[0].source.document.in_(language),
    }
    return render(request, "oversight/quality.html", context)


@page("oversight.view")
def evidence(request: ActorRequest, area_code: str, rule: str, key: UUID) -> HttpResponse:
    area, seen, rows = quality.evidence(request.actor, area_code, rule, str(key))
    language = get_language() or "zh-hans"
    context = {
        "area": area,
        "seen": seen,
        "title": seen.rule.title.in_(language),
        "because": seen.signal.because.in_(language),
        "rows": [(row, _what(seen, row), [(_term(code), n) for code, n in row.figures]) for row in rows],
        "is_of_counts": seen.rule.looks_at is Kept.COUNTS,
        "left_out": len(seen.signal.rows) - len(rows),
    }
    return render(request, "oversight/quality_rows.html", context)


def _what(seen: Seen, row: Evidence) -> str:
    if seen.rule.looks_at is Kept.DOSES:
        return _("Dose {number}").format(number=row.what)
    return str(words.OUTCOME_TITLES.get(row.what, row.what))


def _term(code: str) -> str:
    try:
        return str(term_title(code))
    except ValueError:
        return _("Registered")


def _rule_words(rule: Any) -> str:
    """The limits of a rule, in a sentence."""
    return {
        "round": _("More than {share} of at least {at_least} figures of {days} days end in 0."),
        "copied": _("Two villages with the same figures, or {repeats} counts running the same although doses were given."),
        "fast": _("More than {most} records of one person at one place in {minutes} minutes."),
        "late": _("{share} or more of the records of {days} days, at least {at_least}, entered more than {late_days} days later."),
        "far": _("Records of one person at two places less than {minutes} minutes apart."),
    }[rule.sign.value].format(
        share=f"{float(rule.share):.0%}", at_least=rule.at_least, days=rule.days, repeats=rule.repeats, most=rule.most,
        minutes=rule.minutes, late_days=rule.late_days,
    )  # fmt: skip
