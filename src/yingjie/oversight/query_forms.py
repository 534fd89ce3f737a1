"""What is asked of a free query."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.oversight.free_query import Asked
from yingjie.oversight.query_words import DIMENSIONS, ELSEWHERE, MEASURES, choices

ONLY = ("line", "age", "category", "dose", "product", "site")


class QueryForm(forms.Form):
    """Asked by GET, so that an address is a question. Dimensions of doses alone are refused with other measures."""

    area = forms.ChoiceField(label=pgettext_lazy("bulletin", "Area"))
    measure = forms.ChoiceField(label=pgettext_lazy("query", "Count"), choices=list(MEASURES.items()))
    rows = forms.ChoiceField(label=pgettext_lazy("query", "Rows"), choices=list(DIMENSIONS.items()))
    columns = forms.ChoiceField(label=pgettext_lazy("query", "Columns"), required=False)
    from_on = forms.DateField(
        label=_("Doses from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until_on = forms.DateField(
        label=_("Until, or on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, home: str, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home = home
        for name in ONLY:
            title: Any = DIMENSIONS[name]
            self.fields[name] = forms.ChoiceField(label=title, choices=choices(name), required=False)
        columns: Any = self.fields["columns"]
        columns.choices = [("", pgettext("query", "None")), *DIMENSIONS.items()]
        area: Any = self.fields["area"]
        held = sorted({role.area_code for role in actor.scopes("people.view")} or {home})
        codes = {code: name for top in held for code, name in _areas(actor, top)}
        area.choices = list(codes.items())
        area.initial, self.fields["until_on"].initial = home, clock.today()

    def asked(self) -> Asked:
        """Raises CannotBeAsked, DayToCome."""
        given = self.cleaned_data
        return Asked(
            area_code=given["area"], measure=given["measure"], rows=given["rows"], columns=given["columns"],
            until_on=given["until_on"] or clock.today(), from_on=given["from_on"],
            only={name: "" if given[name] == ELSEWHERE else given[name] for name in ONLY if given[name]},
        )  # fmt: skip


def _areas(actor: Actor, top: str) -> list[tuple[str, str]]:
    """An area with those one level below it."""
    named = areas.names([top])
    below = areas.children(actor, top) if len(top) < 12 else []
    return [(top, named.get(top, top)), *((row.code, f"　{row.name}") for row in below)]
