"""The panel of a person's page that says where each field comes from."""

from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.people import source_queries, words
from yingjie.people.source_queries import SourceView
from yingjie.web import registry
from yingjie.web.registry import PersonPanel

_TITLES = {
    "name": _("Name"),
    "area": _("Lives in"),
    "address": _("Address"),
    "household_role": _("Place in the household"),
    "number": _("Identity number"),
    "birth_on": _("Birth date"),
    "sex": _("Sex"),
}
_WORDS = {"household_role": words.ROLES, "sex": words.SEXES}


@registry.person_panel
def sources(actor: Actor, person_id: UUID) -> PersonPanel | None:
    if not actor.may("people.view"):
        return None
    found = source_queries.provenance(actor, person_id)
    if not found:
        return None
    rows = [
        (_TITLES[row.field], _value(row.field, row.value), _said(row.source) if row.source else None, [
            (_value(row.field, each.value), _said(each.source)) for each in row.against
        ])
        for row in found
        if row.value or row.against
    ]  # fmt: skip
    return PersonPanel(
        _("Where this comes from"), "people/sources.html", {"rows": rows}, icon="list-details", order=90
    )


def _value(field: str, value: str) -> object:
    return _WORDS.get(field, {}).get(value, value)


def _said(source: SourceView) -> dict[str, object]:
    language = get_language() or "zh"
    return {"title": source.title.in_(language), "label": source.label, "on": source.on, "by": source.by}
