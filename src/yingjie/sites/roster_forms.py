"""Input about teams, rosters and duties."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.sites.wording import TIME_KINDS
from yingjie.web.choices import offer


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class BuildForm(forms.Form):
    first_on = _day(_("First day"))
    last_on = _day(_("Last day"))


class JoinForm(forms.Form):
    member_id = forms.TypedChoiceField(label=pgettext_lazy("person", "Name"))
    week_hours = forms.IntegerField(
        label=_("Hours a week"),
        min_value=1,
        max_value=84,
        required=False,
        help_text=_("Left empty: the usual limit."),
    )

    def __init__(self, choices: Sequence[tuple[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "member_id", choices)


class TimeForm(forms.Form):
    member_id = forms.ChoiceField(label=pgettext_lazy("person", "Name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(TIME_KINDS.items()))
    from_on = _day(_("First day"))
    until_on = _day(_("Last day"))

    def __init__(self, choices: Sequence[tuple[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "member_id", choices)


class DutyForm(forms.Form):
    """A duty by hand. The names are filled by the page."""

    member_id = forms.ChoiceField(label=pgettext_lazy("person", "Name"))
    on = forms.ChoiceField(label=_("Day"))
    shift_code = forms.ChoiceField(label=_("Shift"))
    role = forms.ChoiceField(label=pgettext_lazy("duty", "Role"))
    insist_because = forms.CharField(
        label=_("Against a rest rule, because"), max_length=200, required=False,
        help_text=_("Only where a rest rule is set aside; a certificate never can be."),
    )  # fmt: skip

    def __init__(
        self,
        members: Sequence[Any],
        days: Sequence[Any],
        shifts: Sequence[Any],
        roles: Sequence[Any],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        for key, choices in (("member_id", members), ("on", days), ("shift_code", shifts), ("role", roles)):
            offer(self, key, choices)


class SwapForm(forms.Form):
    to_member_id = forms.ChoiceField(label=_("Colleague"))
    words = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, choices: Sequence[tuple[str, Any]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "to_member_id", choices)
