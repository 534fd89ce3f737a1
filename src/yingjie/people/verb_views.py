"""What is done with one person, a form for each verb: ask, act, back to the page that shows what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, View, page
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import actions, choices, forms, person_page, queries
from yingjie.web.form_page import form_page
from yingjie.web.registry import Words

Act = Callable[..., object]
Opened = Callable[[ActorRequest, queries.PersonView, Any], Form]


@dataclass(frozen=True)
class Verb:
    """A page that asks for the input of one verb. `form(request, person, data)` makes it; `to` is where it leads."""

    title: Words
    button: Words
    act: Act
    form: Opened
    lead: Words = ""
    tone: str = ""
    permission: str = "people.change"
    to: str = "person"


def verb_page(verb: Verb) -> View:
    @page(verb.permission)
    def view(request: ActorRequest, person_id: UUID) -> HttpResponse:
        row = _mine(request, person_id, verb.permission)
        form = verb.form(request, row, request.POST or None)

        def act(given: dict[str, Any]) -> HttpResponse:
            verb.act(by=request.actor, person_id=person_id, **given)
            messages.success(request, _("Saved."))
            return redirect(verb.to, person_id=person_id)

        context = {
            "person": row,
            "title": verb.title,
            "lead": verb.lead,
            "button": verb.button,
            "tone": verb.tone,
        }
        return form_page(request, form, "people/form.html", context, act)

    view.__name__, view.__module__ = f"verb_{verb.act.__name__}", __name__
    return view


def button(act: Act, field: str = "", *, permission: str = "people.change", to: str = "person") -> View:
    """A verb without a page: a button on one, with at most one field of the form behind it."""

    @page(permission)
    @require_POST
    def view(request: ActorRequest, person_id: UUID) -> HttpResponse:
        _mine(request, person_id, permission)
        form = forms.CodeForm({"code": request.POST.get(field, "")}) if field else None
        if form is not None and not form.is_valid():
            raise NotFound()
        given = {field: form.cleaned_data["code"]} if form is not None else {}
        try:
            act(by=request.actor, person_id=person_id, **given)
            messages.success(request, _("Saved."))
        except Refusal as refused:
            messages.error(request, f"{refused.say_reason()} {refused.say_next_step()}")
        return redirect(to, person_id=person_id)

    view.__name__, view.__module__ = f"button_{act.__name__}", __name__
    return view


def _mine(request: ActorRequest, person_id: UUID, permission: str) -> queries.PersonView:
    """The person, where the actor holds the permission: else they do not exist for them."""
    row = queries.person(request.actor, person_id)
    if not request.actor.may(permission, row.area_code):
        raise NotFound()
    return row


def _plain(
    form: type[Form], initial: Callable[[queries.PersonView], dict[str, Any]] = lambda row: {}
) -> Opened:
    return lambda request, row, data: form(data, initial=initial(row))


def _today(row: queries.PersonView) -> dict[str, Any]:
    return {"on": clock.today()}


def _placed(request: ActorRequest, row: queries.PersonView, data: Any) -> Form:
    start = {"area_code": row.area_code, "on": clock.today()}
    return forms.MoveForm(data, areas=choices.homes(request.actor), initial=start)


def _neighbours(request: ActorRequest, row: queries.PersonView, data: Any) -> Form:
    return forms.JoinForm(data, people=choices.heads(request.actor, row))


def _members(request: ActorRequest, row: queries.PersonView) -> list[tuple[str, str]]:
    """The members whom the actor may move, as choices. Raises NotFound where there is no household."""
    home = person_page.household_view(request.actor, row.id)
    if home is None:
        raise NotFound()
    mine = [one for one, _role in home.members if request.actor.may("people.change", one.area_code)]
    return [(str(one.id), f"{one.name} · {one.age}") for one in mine]


def _moving(request: ActorRequest, row: queries.PersonView, data: Any) -> Form:
    people = _members(request, row)
    start = {"member_ids": [key for key, _name in people], "area_code": row.area_code, "on": clock.today()}
    return forms.HouseholdMoveForm(data, people=people, areas=choices.homes(request.actor), initial=start)


def _splitting(request: ActorRequest, row: queries.PersonView, data: Any) -> Form:
    return forms.MembersForm(data, people=_members(request, row), initial={"member_ids": [str(row.id)]})


def _move_household(*, member_ids: list[str], head_id: str, by: Any, person_id: UUID, **given: Any) -> None:
    ids, head = [UUID(each) for each in member_ids], UUID(head_id) if head_id else None
    actions.move_household(by=by, person_id=person_id, member_ids=ids, head_id=head, **given)


def _split_household(*, member_ids: list[str], head_id: str, by: Any, person_id: UUID, **given: Any) -> None:
    ids, head = [UUID(each) for each in member_ids], UUID(head_id) if head_id else None
    actions.split_household(by=by, person_id=person_id, member_ids=ids, head_id=head, **given)


def _guardian(request: ActorRequest, row: queries.PersonView, data: Any) -> Form:
    home = person_page.household_view(request.actor, row.id)
    adults = [(str(one.id), one.name) for one, _role in home.members if one.age >= 18] if home else []
    return forms.GuardianForm(data, people=adults)


def _change(*, mobility: str, by: Any, person_id: UUID, **given: Any) -> None:
    actions.change(by=by, person_id=person_id, **given)
    actions.set_mobility(by=by, person_id=person_id, mobility=mobility)


def _join(*, other_id: str, by: Any, person_id: UUID, role: str) -> None:
    actions.join_household(by=by, person_id=person_id, other_id=UUID(other_id), role=role)


def _guard(*, guardian_id: str, by: Any, person_id: UUID, **given: Any) -> None:
    known = UUID(guardian_id) if guardian_id else None
    actions.add_guardian(by=by, person_id=person_id, guardian_id=known, **given)


def _keep_phones(*, by: Any, person_id: UUID, first: str) -> None:
    actions.order_phones(by=by, person_id=person_id, phone_ids=_others(by, person_id, first, first_too=True))


def _drop_phone(*, by: Any, person_id: UUID, phone: str) -> None:
    actions.order_phones(by=by, person_id=person_id, phone_ids=_others(by, person_id, phone, first_too=False))


def _others(by: Any, person_id: UUID, chosen: str, *, first_too: bool) -> list[UUID]:
    known = [row.id for row in person_page.person_page(by, person_id).phones]
    rest = [phone_id for phone_id in known if str(phone_id) != chosen]
    if len(rest) == len(known):
        raise NotFound()
    return [*(phone_id for phone_id in known if first_too and str(phone_id) == chosen), *rest]


def _drop_guardian(*, by: Any, person_id: UUID, guardian: str) -> None:
    if guardian not in {str(row.id) for row in person_page.person_page(by, person_id).guardians}:
        raise NotFound()
    actions.remove_guardian(by=by, person_id=person_id, guardian_row_id=UUID(guardian))


SAVE = gettext_lazy("Save")
change = verb_page(Verb(
    gettext_lazy("Correct"), SAVE, _change,
    _plain(forms.ChangeForm, lambda row: {"name": row.name, "address": row.address, "mobility": row.mobility}),
))  # fmt: skip
correct_number = verb_page(Verb(
    gettext_lazy("Correct the identity number"), SAVE, actions.correct_number,
    _plain(forms.DocumentFields, lambda row: {"kind": row.document_kind}),
    lead=gettext_lazy("Sex and birth date follow the new number. The old one is free for its real owner."),
))  # fmt: skip
add_document = verb_page(Verb(
    gettext_lazy("Add a document"), SAVE, actions.add_document, _plain(forms.DocumentFields),
))  # fmt: skip
move = verb_page(Verb(
    gettext_lazy("Moves within your area"), pgettext_lazy("button", "Move"), actions.move, _placed,
    lead=gettext_lazy(
        "Whoever moves to another area is taken out here with “Moved away”; that area takes them in by number and name."
    ),
))  # fmt: skip
leave = verb_page(Verb(
    gettext_lazy("Moved away for good"), gettext_lazy("Take out"), actions.leave, _plain(forms.OnForm, _today),
    lead=gettext_lazy("The record stays; the person does not count in any figure from that day on."), tone="danger",
))  # fmt: skip
record_death = verb_page(Verb(
    gettext_lazy("Died"), gettext_lazy("Take out"), actions.record_death, _plain(forms.OnForm, _today),
    lead=gettext_lazy("The record stays; the person does not count in any figure from that day on."), tone="danger",
))  # fmt: skip
strike = verb_page(Verb(
    gettext_lazy("Entered by mistake"), gettext_lazy("Take out"), actions.strike, _plain(forms.ReasonForm),
    lead=gettext_lazy("The record stays; the person never counted, on no day."), tone="danger",
))  # fmt: skip
bring_back = verb_page(Verb(
    gettext_lazy("Has returned"), gettext_lazy("Bring back"), actions.bring_back, _placed,
))  # fmt: skip
correct_days = verb_page(Verb(
    gettext_lazy("Correct the days"), SAVE, actions.correct_days,
    _plain(forms.DaysForm, lambda row: {"moved_in_on": row.moved_in_on, "left_on": row.left_on}),
    lead=gettext_lazy("Figures of past days follow; what was known until now stays on record."),
))  # fmt: skip
correct_birth = verb_page(Verb(
    gettext_lazy("Correct the birth date"), SAVE, actions.correct_birth,
    _plain(forms.BirthForm, lambda row: {"birth_on": row.birth_on}),
))  # fmt: skip
set_whereabouts = verb_page(Verb(
    gettext_lazy("Whereabouts"), SAVE, actions.set_whereabouts,
    _plain(forms.WhereaboutsForm, lambda row: {"word": row.whereabouts, "on": clock.today()}),
    lead=gettext_lazy("Who works away stays registered here, but is not among those who can be vaccinated from here."),
))  # fmt: skip
add_category = verb_page(Verb(
    gettext_lazy("Add a group"), SAVE, actions.add_category, _plain(forms.CategoryForm),
))  # fmt: skip
add_condition = verb_page(Verb(
    gettext_lazy("Add a condition"), SAVE, actions.add_condition, _plain(forms.ConditionForm),
    lead=gettext_lazy("Seen by health officers, and at a station for the person who stands there; never in a list."),
    permission="people.health",
))  # fmt: skip
add_phone = verb_page(Verb(
    gettext_lazy("Add a phone"), SAVE, actions.add_phone, _plain(forms.PhoneForm),
))  # fmt: skip
add_guardian = verb_page(Verb(gettext_lazy("Add a guardian"), SAVE, _guard, _guardian))
join_household = verb_page(Verb(
    gettext_lazy("Joins a household"), SAVE, _join, _neighbours, to="person_household",
))  # fmt: skip
found_household = verb_page(Verb(
    gettext_lazy("A household of their own"), SAVE, actions.found_household,
    _plain(forms.AddressForm, lambda row: {"address": row.address}), to="person_household",
))  # fmt: skip
set_household_address = verb_page(Verb(
    gettext_lazy("The household's address"), SAVE, actions.set_household_address,
    _plain(forms.AddressForm, lambda row: {"address": row.address}),
    lead=gettext_lazy("Every member gets this address."), to="person_household",
))  # fmt: skip
move_household = verb_page(Verb(
    gettext_lazy("The household moves"), pgettext_lazy("button", "Move"), _move_household, _moving,
    lead=gettext_lazy("Everybody ticked moves on the same day and is one household there. Whoever stays keeps this one."),
    to="person_household",
))  # fmt: skip
split_household = verb_page(Verb(
    gettext_lazy("Split the household"), SAVE, _split_household, _splitting,
    lead=gettext_lazy("Whoever is ticked becomes a household of their own in the same village."), to="person_household",
))  # fmt: skip
change_head = button(actions.change_head, to="person_household")
leave_household = button(actions.leave_household, to="person_household")
undo_change = button(actions.undo_change)
end_category = button(actions.end_category, "code")
end_condition = button(actions.end_condition, "code", permission="people.health")
remove_document = button(actions.remove_document, "kind")
first_phone = button(_keep_phones, "first")
remove_phone = button(_drop_phone, "phone")
remove_guardian = button(_drop_guardian, "guardian")
