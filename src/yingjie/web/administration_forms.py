"""Forms of the pages about users: what is typed in. What may be done with it is the actions' matter."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.roles import ROLES
from yingjie.web import registry

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def roles() -> list[tuple[str, Any]]:
    return [(role.name, role.title) for role in ROLES.values()]


class RoleForm(forms.Form):
    """A role on an area, from a day until a day (that day included)."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("Choose …")), *roles()])
    area_code = forms.CharField(
        label=_("Area code"),
        max_length=16,
        help_text=_("The official code: 6 digits for a county, 9 for a township, 12 for a village."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    from_on = forms.DateField(label=_("From"), required=False, widget=DAY, help_text=_("Left empty: from today."))
    until_on = forms.DateField(
        label=_("Until"), required=False, widget=DAY, help_text=_("That day included. Left empty: no end is set.")
    )

    def clean_area_code(self) -> str:
        """Where a module knows the areas, a code that it does not know is a slip of the finger."""
        code: str = self.cleaned_data["area_code"]
        if registry.current.areas and code not in registry.names_of_areas([code]):
            raise forms.ValidationError(_("No area has this code. Look it up on the page of the area."))
        return code

    def clean_until_on(self) -> date | None:
        from_on, until_on = self.cleaned_data.get("from_on"), self.cleaned_data["until_on"]
        if from_on and until_on and until_on < from_on:
            raise forms.ValidationError(_("The last day lies before the first."))
        return until_on


class NewUserForm(RoleForm):
    """An account with its first role."""

    field_order = ("username", "display_name", "role", "area_code", "from_on", "until_on")

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Small letters and digits, for example the township's initials and the person's: mf.wang"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    display_name = forms.CharField(label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
