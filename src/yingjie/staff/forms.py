"""Input about staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.staff import rules
from yingjie.staff.words import KINDS
from yingjie.web.choices import offer


def _day(label: Any, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class MemberForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    qualification = forms.ChoiceField(label=_("Qualification"))
    roles = forms.MultipleChoiceField(
        label=_("Roles at a site"), required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(label=pgettext_lazy("person", "Phone"), max_length=24, required=False)
    account = forms.CharField(
        label=_("Account"), max_length=64, required=False,
        help_text=_("The user name under which this person signs in; without one their acts are not known as theirs."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "qualification", rules.titles(rules.qualifications()).items())
        offer(self, "roles", rules.titles(rules.roles()).items())


class NewMemberForm(MemberForm):
    area_code = forms.CharField(
        label=_("Area code"), max_length=16, help_text=_("Of the employer's township or county.")
    )
    joined_on = _day(_("In service since"), False)


class ChangeMemberForm(MemberForm):
    left_on = _day(_("Left on"), False, _("The first day on which this person is no longer in service."))


class CertificateForm(forms.Form):
    kind = forms.ChoiceField(label=_("Certificate"))
    number = forms.CharField(label=pgettext_lazy("certificate", "Number"), max_length=40)
    valid_from = _day(_("Valid from"))
    valid_until = _day(
        _("Valid until"), False, _("Left empty: as long as certificates of this kind are valid.")
    )
    issued_by = forms.CharField(label=_("Issued by"), max_length=80, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "kind", rules.titles(rules.certificates()).items())


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TrainingForm(forms.Form):
    title = forms.CharField(label=pgettext_lazy("training", "Title"), max_length=80)
    area_code = forms.CharField(label=_("Area code"), max_length=16)
    held_on = _day(_("Day"))
    place = forms.CharField(label=pgettext_lazy("training", "Place"), max_length=80, required=False)
    trainer = forms.CharField(label=_("Trainer"), max_length=40, required=False)
    certificate = forms.ChoiceField(label=_("Certificate for those who pass"), required=False)
    pass_score = forms.IntegerField(label=_("Points to pass"), min_value=0, max_value=100, initial=60)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = list(rules.titles(rules.certificates()).items())
        offer(self, "certificate", [("", _("None")), *kinds])
