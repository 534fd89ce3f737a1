"""The shape of input about people and rosters."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.people import words
from yingjie.web.choices import offer

Choices = Iterable[tuple[str, Any]]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AreaForm(forms.Form):
    """A form with a choice of areas, given by the view."""

    area_code = forms.ChoiceField(label=_("Village or grid"))

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", [("", "…"), *areas])


class DocumentFields(forms.Form):
    """A document by its kind and number."""

    kind = forms.ChoiceField(label=_("Kind of document"), choices=[*words.DOCUMENTS.items()])
    number = forms.CharField(
        label=_("Number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class RegisterForm(AreaForm, DocumentFields):
    without_document = forms.ChoiceField(
        label=_("Without a document"),
        choices=[("", _("Has a document")), *words.WITHOUT_DOCUMENT.items()],
        required=False,
        help_text=_("For newborns and others without one; then birth date and sex are needed."),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    birth_on = forms.DateField(label=_("Born"), required=False, widget=DayInput())
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[
            ("", _("As the number says")),
            ("female", words.SEXES["female"]),
            ("male", words.SEXES["male"]),
        ],
        required=False,
    )
    phones = forms.CharField(
        label=_("Phones"), max_length=100, required=False, help_text=_("Several with commas between them.")
    )
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    household_role = forms.ChoiceField(
        label=_("Place in the household"), choices=[("", "…"), *words.ROLES.items()], required=False
    )
    moved_in_on = forms.DateField(
        label=_("Moved in on"),
        required=False,
        help_text=_("Left empty for who has long lived here."),
        widget=DayInput(),
    )
    field_order = (
        "kind", "number", "without_document", "name", "birth_on", "sex", "area_code", "address", "phones", "household_role",
        "moved_in_on",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, areas=areas, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].help_text = _("A resident card says sex and birth date.")


class TakeInForm(AreaForm, DocumentFields):
    name = forms.CharField(label=_("Name"), max_length=60)
    on = forms.DateField(label=_("Moved in on"), widget=DayInput())
    field_order = ("kind", "number", "name", "area_code", "on")


class ChangeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    mobility = forms.ChoiceField(
        label=_("Gets about"), choices=[("", _("Not recorded")), *words.MOBILITIES.items()], required=False
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=120, help_text=_("Without any number."))


class OnForm(forms.Form):
    """A day on which something happened, with a reason if there is something to say."""

    on = forms.DateField(label=_("On"), widget=DayInput())
    reason = forms.CharField(
        label=pgettext_lazy("claim", "Note"),
        max_length=120,
        required=False,
        help_text=_("Without any number."),
    )


class MoveForm(AreaForm, OnForm):
    field_order = ("area_code", "on", "reason")


class DaysForm(ReasonForm):
    moved_in_on = forms.DateField(
        label=_("Came to the present place on"),
        required=False,
        widget=DayInput(),
        help_text=_("Left empty: as long as anybody knows."),
    )
    left_on = forms.DateField(
        label=_("First day on which they do not count"),
        required=False,
        widget=DayInput(),
        help_text=_("Left empty: they still do."),
    )
    field_order = ("moved_in_on", "left_on", "reason")


class BirthForm(ReasonForm):
    birth_on = forms.DateField(label=_("Born"), widget=DayInput())
    field_order = ("birth_on", "reason")


class WhereaboutsForm(forms.Form):
    word = forms.ChoiceField(label=_("Whereabouts"), choices=[*words.WHEREABOUTS.items()])
    on = forms.DateField(label=_("Since"), widget=DayInput())
    place = forms.CharField(
        label=_("Where to"), max_length=60, required=False, help_text=_("For example the town they work in.")
    )


class CategoryForm(forms.Form):
    code = forms.ChoiceField(label=_("Group"), choices=[*words.CATEGORIES.items()])
    from_on = forms.DateField(label=_("Since"), required=False, widget=DayInput())


class ConditionForm(forms.Form):
    code = forms.ChoiceField(label=_("Condition"), choices=[*words.CONDITIONS.items()])
    from_on = forms.DateField(label=_("Since"), required=False, widget=DayInput())
    until_on = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    note = forms.CharField(label=pgettext_lazy("claim", "Note"), max_length=200, required=False)


class CodeForm(forms.Form):
    code = forms.CharField(max_length=40)


class PhoneForm(forms.Form):
    number = forms.CharField(
        label=_("Phone number"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    owner = forms.ChoiceField(label=_("Whose"), choices=[*words.OWNERS.items()])
    owner_name = forms.CharField(label=_("Name of that person"), max_length=60, required=False)


class JoinForm(forms.Form):
    other_id = forms.ChoiceField(label=_("Household of"), choices=())
    role = forms.ChoiceField(
        label=_("Place in the household"),
        choices=[(role, title) for role, title in words.ROLES.items() if role != "head"],
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "other_id", people)


class MembersForm(forms.Form):
    """Members of a household, one of whom heads those who were chosen."""

    member_ids = forms.MultipleChoiceField(
        label=_("Who goes"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    head_id = forms.ChoiceField(
        label=_("Head"), choices=(), required=False,
        help_text=_("Left empty: who is head now, if they come along, else the eldest."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), max_length=120, required=False, help_text=_("Left empty: the address stays.")
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member_ids", people)
        offer(self, "head_id", [("", "–"), *people])


class HouseholdMoveForm(MembersForm):
    area_code = forms.ChoiceField(label=_("Village or grid"), choices=())
    on = forms.DateField(label=_("On"), widget=DayInput())
    reason = forms.CharField(label=_("Reason"), max_length=100, required=False)
    field_order = ("member_ids", "area_code", "address", "head_id", "on", "reason")

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_code", areas)


class AddressForm(forms.Form):
    address = forms.CharField(label=_("Address"), max_length=120, required=False)


class GuardianForm(forms.Form):
    relation = forms.ChoiceField(label=_("Relation"), choices=[*words.RELATIONS.items()])
    guardian_id = forms.ChoiceField(label=_("Of this household"), choices=(), required=False)
    name = forms.CharField(label=_("Or somebody else, by name"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "guardian_id", [("", "…"), *people])


class GapForm(AreaForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind, words.GAP_KINDS[kind][0]) for kind in ("empty_home", "not_met")]
    )
    address = forms.CharField(label=_("Address"), max_length=120)
    name = forms.CharField(label=_("Name, if known"), max_length=60, required=False)
    note = forms.CharField(
        label=pgettext_lazy("claim", "Note"),
        max_length=120,
        required=False,
        help_text=_("Without any number."),
    )
    field_order = ("kind", "area_code", "address", "name", "note")


class CompareForm(AreaForm):
    known_from = forms.ChoiceField(label=_("Known from"), choices=())
    missing_in = forms.ChoiceField(label=_("Missing in"), choices=())

    def __init__(self, *args: Any, sources: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("ledger", _("The ledger")), *sources]
        for name in ("known_from", "missing_in"):
            offer(self, name, offered)
        self.fields["area_code"].label = _("Area")


class SettleForm(forms.Form):
    finding = forms.ChoiceField(
        label=_("Finding"), choices=[*words.FINDINGS.items()], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=pgettext_lazy("claim", "Note"),
        max_length=120,
        required=False,
        help_text=_("Without any number."),
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[*words.PURPOSES.items()], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In your own words"), max_length=120, required=False, help_text=_("Without any number.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("purpose") == "other" and len(given.get("note", "").strip()) < 2:
            self.add_error("note", _("Say what the number is needed for."))
        return given


class FindForm(forms.Form):
    """The ledger's one search box, sent by POST: a whole number or phone must never stand in an address."""

    text = forms.CharField(max_length=60, required=False)
    query = forms.CharField(max_length=1000, required=False)


class UploadForm(AreaForm):
    file = forms.FileField(
        label=_("Roster"),
        help_text=_(
            "Excel (new or old), WPS, OpenDocument or CSV. Any column order; titles above the header do no harm."
        ),
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, areas=areas, **kwargs)
        self.fields["area_code"].label = _("The roster is of")
        self.fields["area_code"].help_text = _("Villages in the file are looked for inside this area only.")


class MappingForm(forms.Form):
    """One choice per column of the file, named c1, c2, …"""

    def __init__(
        self, *args: Any, labels: Iterable[str], fields: Iterable[str], choices: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = list(choices)
        for number, (label, chosen) in enumerate(zip(labels, fields, strict=True), 1):
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=label or f"#{number}", choices=offered, required=False, initial=chosen
            )

    def changed(self) -> dict[str, str]:
        """Column ("#3") → field, for the columns that were chosen differently from before."""
        return {
            f"#{name[1:]}": self.cleaned_data[name] or "ignore"
            for name, field in self.fields.items()
            if self.cleaned_data[name] != field.initial
        }
