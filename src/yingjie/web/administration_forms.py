"""Forms of the pages about users: what is typed in. What may be done with it is the actions' matter."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.roles import ROLES
from yingjie.web import registry
from yingjie.web.choices import offer

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def roles() -> list[tuple[str, Any]]:
    return [(role.name, role.title) for role in ROLES.values()]


class RoleForm(forms.Form):
    """A role on an area, or at one site there, from a day until a day (that day included)."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("Choose …")), *roles()])
    area_code = forms.CharField(
        label=_("Area code"),
        max_length=16,
        help_text=_("The official code: 6 digits for a county, 9 for a township, 12 for a village."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    site_id = forms.TypedChoiceField(
        label=_("Site"), required=False, coerce=UUID, empty_value=None,
        help_text=_("For those who work at one site. Left empty: everything in the area."),
    )  # fmt: skip
    line_code = forms.ChoiceField(
        label=_("Line"), required=False,
        help_text=_("For the role of a line department: the line whose units and people it sees."),
    )  # fmt: skip
    from_on = forms.DateField(
        label=_("From"), required=False, widget=DAY, help_text=_("Left empty: from today.")
    )
    until_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DAY,
        help_text=_("That day included. Left empty: no end is set."),
    )

    def __init__(self, *given: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*given, **more)
        self._sites = {choice.id: choice for choice in registry.sites_to_choose(actor)}
        site = self.fields["site_id"]
        assert isinstance(site, forms.TypedChoiceField)
        site.choices = [
            ("", _("The whole area")),
            *((str(key), each.name) for key, each in self._sites.items()),
        ]
        site.error_messages["invalid_choice"] = _("This site is not yours to give. Choose one of the list.")
        if not self._sites:
            del self.fields["site_id"]
        lines = registry.titles_of_lines()
        if lines:
            offer(self, "line_code", [("", "–"), *lines.items()])
        else:
            del self.fields["line_code"]

    def clean_site_id(self) -> UUID | None:
        """Whoever holds a role at a site sees what happens there, so it must lie in the area of the role."""
        site_id: UUID | None = self.cleaned_data["site_id"]
        area_code = self.cleaned_data.get("area_code")
        if site_id and area_code and not self._sites[site_id].area_code.startswith(area_code):
            raise forms.ValidationError(
                _("This site does not lie in the area. Choose its area, or another site.")
            )
        return site_id

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

    field_order = (
        "username",
        "display_name",
        "role",
        "area_code",
        "site_id",
        "line_code",
        "from_on",
        "until_on",
    )

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_(
            "Small letters and digits, for example the township's initials and the person's: mf.wang"
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    display_name = forms.CharField(
        label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
