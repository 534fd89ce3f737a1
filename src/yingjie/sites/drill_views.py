"""Pages of emergency drills: those of a site, a new one, what was done about one."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as p_

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.sites import drill_actions, drills, queries
from yingjie.web.choices import offer
from yingjie.web.form_page import form_page

_BETWEEN = re.compile(r"[\s,，;；、]+")


class DrillForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    scenario = forms.ChoiceField(label=p_("drill", "What was played"))
    led_by = forms.CharField(label=p_("drill", "Led by"), max_length=40)
    people = forms.CharField(
        label=p_("drill", "Who took part"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Names, with blanks or commas between."),
    )  # fmt: skip
    finding = forms.CharField(
        label=gettext_lazy("What was found"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    correct_by_on = forms.DateField(
        label=p_("drill", "To be corrected by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    order = ("on", "scenario", "led_by", "people")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = clock.today()
        offer(self, "scenario", [(code, term.title) for code, term in drills.scenarios().items()])
        for code, term in drills.times().items():
            self.fields[f"seconds_{code}"] = forms.IntegerField(
                label=str(term.title), min_value=0, max_value=36_000, required=False,
                help_text=gettext_lazy("Seconds after the alarm."),
            )  # fmt: skip
        self.order_fields([*self.order, *(f"seconds_{code}" for code in drills.times())])

    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        taken = {code: data.pop(f"seconds_{code}") for code in drills.times()}
        return data | {
            "people": _BETWEEN.split(data["people"]),
            "seconds": {code: seconds for code, seconds in taken.items() if seconds is not None},
        }


class CorrectionForm(forms.Form):
    how = forms.CharField(
        label=gettext_lazy("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@page("sites.view")
def drills_of(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id)
    last, is_due = drills.last_drill(request.actor, site_id)
    context = {
        "site": found, "rows": drills.drills_of(request.actor, site_id), "last": last, "is_due": is_due,
        "may_hold": request.actor.may("sites.inspect", found.area_code, site_id),
        "may_correct": request.actor.may("sites.change", found.area_code, site_id),
    }  # fmt: skip
    return render(request, "sites/drills.html", context)


@page("sites.inspect")
def hold(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id, "sites.inspect")
    form = DrillForm(request.POST or None)

    def act(_given: dict[str, Any]) -> HttpResponse:
        drill_actions.hold_drill(by=request.actor, site_id=site_id, **form.given())
        messages.success(request, _("The drill is on record."))
        return redirect("site_drills", site_id)

    context = {"title": _("Enter a drill"), "site": found, "back": reverse("site_drills", args=[site_id])}
    return form_page(request, form, "sites/plain_form.html", context, act)


@page("sites.change")
def correct(request: ActorRequest, drill_id: UUID) -> HttpResponse:
    row = drills.drill(request.actor, drill_id)
    found = queries.site(request.actor, row.site_id, "sites.change")
    form = CorrectionForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        drill_actions.correct_drill(by=request.actor, drill_id=drill_id, **given)
        messages.success(request, _("Saved."))
        return redirect("site_drills", row.site_id)

    back = reverse("site_drills", args=[row.site_id])
    context = {"title": _("What was done"), "site": found, "lead": row.finding, "back": back}
    return form_page(request, form, "sites/plain_form.html", context, act)
