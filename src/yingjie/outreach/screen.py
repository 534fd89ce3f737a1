"""Visits and reasons in the words of the screen."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yingjie.foundation.access.actor import Actor
from yingjie.outreach import queries, unvaccinated
from yingjie.outreach.forms import AttemptForm
from yingjie.outreach.queries import AttemptRow, ReasonRow, Reasons
from yingjie.outreach.words import AGE_BAND_TITLES, OUTCOME_TITLES, OUTCOME_TONES, REASON_TITLES, TERM_TITLES

WHY = {
    "elsewhere_proved": gettext_lazy("Every dose that counts was given elsewhere and proved."),
    "done": gettext_lazy("Follows from the doses on record."),
    "not_offered": gettext_lazy("The campaign has no dose for this age yet."),
    "contraindicated": gettext_lazy(
        "Follows from a condition on record, or from what the newest visit heard."
    ),
    "away": gettext_lazy("Follows from the whereabouts, or from what the newest visit heard."),
    "deferred": gettext_lazy("Follows from a condition on record, or from what the newest visit heard."),
    "declined": gettext_lazy(
        "The newest visit heard a refusal. It counts until a visit hears something else."
    ),
    "to_do": gettext_lazy("Nothing on record stands against a dose."),
}

ICONS = {
    "agreed": "check", "thinking": "help-circle", "refused": "circle-x", "away": "route", "medical": "stethoscope",
    "not_met": "home", "cleared": "stethoscope",
}  # fmt: skip


ShownCell = tuple[str, int, str]
ShownRow = tuple[str, str, list[ShownCell], int]
#: Age band of the reasons → of the unvaccinated ledger's filter.
_AGES = {"under_18": "0-17", "18_59": "18-59", "60_69": "60-69", "70_79": "70-79", "80_up": "80+"}


@dataclass(frozen=True)
class ShownReasons:
    """One table: its head, its rows (name, address, cells of the reason's words, count and the list behind it, total); the last
    row is the sum."""

    head: list[str]
    rows: list[ShownRow]
    total: ShownRow


def timeline(rows: list[AttemptRow]) -> list[dict[str, Any]]:
    """Visits as items of web/timeline.html."""
    return [
        {
            "at": row.at,
            "title": _title(row),
            "text": " · ".join(filter(None, (row.by, row.note))),
            "tone": OUTCOME_TONES[row.outcome],
            "icon": ICONS[row.outcome],
        }
        for row in rows
    ]


def panel(actor: Actor, person_id: UUID, form: AttemptForm | None = None) -> dict[str, Any]:
    """What outreach/panel.html shows of a person: the visits, and the form (a filled one, or an empty one) for who may record."""
    return {
        "items": timeline(queries.history(actor, person_id)),
        "form": (form or AttemptForm()) if queries.may_record(actor, person_id) else None,
        "person_id": person_id,
    }


def standing(actor: Actor, person_id: UUID) -> dict[str, Any] | None:
    """What outreach/closing_panel.html shows: the status with its dose, and from which facts it follows; None for whoever is not
    in the ledger or not the actor's."""
    found = unvaccinated.standing(actor, person_id)
    if found is None:
        return None
    term, dose, status = found
    said = _("Had {number} doses") if term in ("done", "elsewhere_proved") else _("Dose {number} is next")
    return {
        "status": status,
        "said": said.format(number=dose),
        "why": str(WHY[term]),
        "term": TERM_TITLES[term],
    }


def by_area(actor: Actor, found: Reasons) -> ShownReasons:
    rows = [
        _row(
            actor,
            row,
            row.name or _("Not placed below"),
            _address(row),
            found,
            {"area": row.code} if row.code else None,
        )
        for row in found.by_area
    ]
    return ShownReasons(_head(found), rows, _sum(actor, found))


def by_age(actor: Actor, found: Reasons) -> ShownReasons:
    rows = [
        _row(
            actor,
            row,
            str(AGE_BAND_TITLES[row.code]),
            "",
            found,
            {"area": found.area_code, "age": _AGES[row.code]},
        )
        for row in found.by_age
    ]
    return ShownReasons(_head(found), rows, _sum(actor, found))


def _sum(actor: Actor, found: Reasons) -> ShownRow:
    return _row(actor, found.total, pgettext("visit", "Total"), "", found, {"area": found.area_code})


def chart(found: Reasons) -> dict[str, Any]:
    """Options for ECharts: how many people name each reason, the most frequent first."""
    counted = sorted(zip(found.reasons, found.total.counts, strict=True), key=lambda pair: -pair[1])
    return {
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [str(REASON_TITLES[reason]) for reason, _count in counted]},
        "series": [
            {"type": "bar", "name": pgettext("visit", "people"), "data": [count for _reason, count in counted],
             "label": {"show": True, "position": "right"}}
        ],
    }  # fmt: skip


def chart_table(found: Reasons) -> dict[str, Any]:
    return {
        "head": [pgettext("visit", "Reason"), pgettext("visit", "people")],
        "rows": [
            [str(REASON_TITLES[reason]), count] for reason, count in zip(found.reasons, found.total.counts, strict=True)
        ],
    }  # fmt: skip


def _title(row: AttemptRow) -> str:
    outcome = str(OUTCOME_TITLES[row.outcome])
    if row.reason:
        return f"{outcome} · {REASON_TITLES[row.reason]}"
    return outcome + " · " + _("health reason") if row.is_health else outcome


def _head(found: Reasons) -> list[str]:
    return [str(REASON_TITLES[reason]) for reason in found.reasons]


def _row(
    actor: Actor, row: ReasonRow, name: str, url: str, found: Reasons, narrowed: dict[str, str] | None
) -> ShownRow:
    """`narrowed`: what narrows the unvaccinated ledger to these people; None where nothing does."""
    told = set(unvaccinated.reasons_for(actor))
    cells = [
        (words, count, _list(narrowed, reason) if count and reason in told else "")
        for words, reason, count in zip(_head(found), found.reasons, row.counts, strict=True)
    ]
    return name, url, cells, row.total


def _list(narrowed: dict[str, str] | None, reason: str) -> str:
    if narrowed is None:
        return ""
    return f"{reverse('outreach_unvaccinated')}?{urlencode({**narrowed, 'reason': reason})}"


def _address(row: ReasonRow) -> str:
    """The reasons one level below; a grid's own would list nothing below it."""
    return reverse("outreach_reasons_in", args=[row.code]) if row.code and len(row.code) <= 12 else ""
