"""Pages about accounts: one's own, and those that an administrator keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.foundation import clock
from yingjie.foundation.access import actions, queries
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import SIGNED_IN, ActorRequest, page
from yingjie.foundation.access.passwords import new_password
from yingjie.foundation.access.queries import GrantRow, UserRow
from yingjie.foundation.access.roles import NEEDS_SECOND_FACTOR, ROLES
from yingjie.foundation.refusals import Refusal
from yingjie.web import registry
from yingjie.web.account import remember_language
from yingjie.web.administration_forms import NewUserForm, RoleForm, roles
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec, build, search

STATES = (("open", pgettext_lazy("account", "Open")), ("closed", pgettext_lazy("account", "Closed")))


@dataclass(frozen=True)
class ShownGrant:
    """A role held, with the words for it."""

    id: UUID
    title: Any
    area: str
    area_code: str
    site: str
    from_on: Any
    until_on: Any
    granted_by: str
    state: str
    needs_second_factor: bool


@dataclass(frozen=True)
class ListedUser:
    id: UUID
    username: str
    display_name: str
    held: str
    areas: str
    state: Any
    last_sign_in_at: Any


USERS = ListSpec(
    name="users",
    title=_("Users"),
    columns=(
        Column("display_name", _("Name"), url=lambda row: reverse("user", args=[row.id])),
        Column("username", _("User name")),
        Column("held", _("Roles")),
        Column("areas", _("Area or site")),
        Column("state", _("Account")),
        Column("last_sign_in_at", _("Last sign-in"), "moment"),
    ),
    filters=(
        search(_("Name or user name")),
        Filter("role", _("Role"), choices=lambda _actor: roles()),
        Filter("state", _("Account"), choices=STATES),
    ),
    sorts=("username", "display_name", "-last_sign_in_at"),
    empty=Empty(
        _("No users yet"),
        _("Make an account for everyone who works here; nobody shares one."),
        "user_new",
        _("New user"),
    ),
    unit=pgettext_lazy("count", "users"),
)


class UserSource:
    """The accounts that the actor manages, as rows of the list."""

    SORTS = {"last_sign_in_at": "last_login"}

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def count(self, filters: Filters) -> int:
        return queries.count_users(self.actor, **self._asked(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ListedUser]:
        key = sort.removeprefix("-")
        order = ("-" if sort.startswith("-") else "") + self.SORTS.get(key, key)
        found = queries.users(self.actor, **self._asked(filters), sort=order, offset=offset, limit=limit)
        names = names_of(grant for row in found for grant in row.grants)
        return [listed(row, names) for row in found]

    def all(self, filters: Filters, sort: str) -> Iterable[ListedUser]:
        return self.rows(filters, sort, 0, self.count(filters))

    def _asked(self, filters: Filters) -> dict[str, Any]:
        state = filters.get("state")
        return {
            "text": filters.get("q", ""),
            "role": filters.get("role", ""),
            "is_active": None if state is None else state == "open",
        }


@page("access.manage")
def users(request: ActorRequest) -> HttpResponse:
    return build(request, USERS, UserSource(request.actor)).respond(request, "web/administration/users.html")


@page("access.manage")
def user(request: ActorRequest, user_id: UUID) -> HttpResponse:
    return _user_page(
        request, user_id, RoleForm(actor=request.actor, initial={"area_code": request.actor.home_code()})
    )


@page("access.manage")
@never_cache
def new_user(request: ActorRequest) -> HttpResponse:
    """The account and its first role come together or not at all; the password is shown this once."""
    form = NewUserForm(
        request.POST or None, actor=request.actor, initial={"area_code": request.actor.home_code()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        password = new_password()
        try:
            with transaction.atomic():
                made = actions.create_user(
                    by=request.actor, username=given["username"], display_name=given["display_name"], password=password,
                    area_code=given["area_code"],
                )  # fmt: skip
                _grant(request.actor, made.pk, given)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.say_reason()} {refusal.say_next_step()}")
            return _with_form(request, form, refusal.status)
        return _password_page(request, queries.user(request.actor, made.pk), password)
    return _with_form(request, form, 400 if form.is_bound else 200)


@page("access.manage")
@require_POST
def grant(request: ActorRequest, user_id: UUID) -> HttpResponse:
    form = RoleForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _user_page(request, user_id, form, 400)
    _grant(request.actor, user_id, form.cleaned_data)
    messages.success(request, gettext("The role is granted."))
    return redirect("user", user_id=user_id)


@page("access.manage")
@require_POST
def end_grant(request: ActorRequest, user_id: UUID, grant_id: UUID) -> HttpResponse:
    actions.end_grant(by=request.actor, grant_id=grant_id)
    messages.success(request, gettext("The role has ended."))
    return redirect("user", user_id=user_id)


@page("access.manage")
@require_POST
@never_cache
def give_password(request: ActorRequest, user_id: UUID) -> HttpResponse:
    password = new_password()
    actions.set_password(by=request.actor, user_id=user_id, password=password)
    return _password_page(request, queries.user(request.actor, user_id), password)


@page("access.manage")
@require_POST
def reset_second_factor(request: ActorRequest, user_id: UUID) -> HttpResponse:
    actions.reset_second_factor(by=request.actor, user_id=user_id)
    messages.success(request, gettext("The second factor is reset; it is set up anew at the next sign-in."))
    return redirect("user", user_id=user_id)


@page("access.manage")
@require_POST
def close(request: ActorRequest, user_id: UUID) -> HttpResponse:
    actions.deactivate(by=request.actor, user_id=user_id)
    messages.success(request, gettext("The account is closed. What it did stays on record."))
    return redirect("user", user_id=user_id)


@page("access.manage")
@require_POST
def open_again(request: ActorRequest, user_id: UUID) -> HttpResponse:
    actions.reactivate(by=request.actor, user_id=user_id)
    messages.success(request, gettext("The account is open again."))
    return redirect("user", user_id=user_id)


@page(SIGNED_IN)
def profile(request: ActorRequest) -> HttpResponse:
    row = queries.own(request.actor)
    held = [each for each in shown_grants(row) if each.state == "held"]
    context = {"row": row, "grants": held, "needs_second_factor": request.actor.needs_second_factor}
    return render(request, "web/administration/profile.html", context)


@page(SIGNED_IN)
@require_POST
def choose_language(request: ActorRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    actions.choose_language(by=request.actor, language=language)
    response = redirect("profile")
    remember_language(response, language)
    return response


def shown_grants(row: UserRow) -> list[ShownGrant]:
    """Those that run first, then those to come, then the ended ones."""
    today, names = clock.today(), names_of(row.grants)
    order = ("held", "upcoming", "ended")
    return sorted(
        (_shown(each, today, names) for each in row.grants), key=lambda each: order.index(each.state)
    )


def names_of(grants: Iterable[GrantRow]) -> dict[str, str]:
    """What the areas (by code) and sites (by id) of these roles are called."""
    held = list(grants)
    areas = registry.names_of_areas(each.area_code for each in held)
    sites = registry.names_of_sites(each.site_id for each in held)
    return areas | {str(key): name for key, name in sites.items()}


def where(each: GrantRow, names: dict[str, str]) -> str:
    """The place of a role: its site, if it is held at one, else its area, with the line that it is held for."""
    place = names.get(str(each.site_id)) or names.get(each.area_code, each.area_code)
    return (
        f"{place} · {registry.titles_of_lines().get(each.line_code, each.line_code)}"
        if each.line_code
        else place
    )


def listed(row: UserRow, names: dict[str, str]) -> ListedUser:
    today = clock.today()
    live = [each for each in row.grants if each.state(today) != "ended"]
    return ListedUser(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        held=gettext(", ").join(dict.fromkeys(str(ROLES[each.role].title) for each in live)),
        areas=gettext(", ").join(dict.fromkeys(where(each, names) for each in live)),
        state=dict(STATES)["open" if row.is_active else "closed"],
        last_sign_in_at=row.last_sign_in_at,
    )


def _shown(each: GrantRow, today: Any, names: dict[str, str]) -> ShownGrant:
    role = ROLES[each.role]
    return ShownGrant(
        each.id, role.title, where(each, names) if each.line_code else names.get(each.area_code, ""), each.area_code,
        names.get(str(each.site_id), ""), each.from_on, each.until_on, each.granted_by,
        each.state(today), bool(role.permissions & NEEDS_SECOND_FACTOR),
    )  # fmt: skip


def _grant(by: Actor, user_id: UUID, given: dict[str, Any]) -> None:
    actions.grant_role(
        by=by, user_id=user_id, role=given["role"], area_code=given["area_code"],
        site_id=given.get("site_id"), line_code=given.get("line_code", ""), from_on=given["from_on"], until_on=given["until_on"],
    )  # fmt: skip


def _user_page(request: ActorRequest, user_id: UUID, form: RoleForm, status: int = 200) -> HttpResponse:
    row = queries.user(request.actor, user_id)
    context = {
        "row": row,
        "grants": shown_grants(row),
        "form": form,
        "is_oneself": row.id == request.actor.user_id,
    }
    return render(request, "web/administration/user.html", context, status=status)


def _with_form(request: HttpRequest, form: NewUserForm, status: int) -> HttpResponse:
    return render(request, "web/administration/new_user.html", {"form": form}, status=status)


def _password_page(request: HttpRequest, row: UserRow, password: str) -> HttpResponse:
    return render(request, "web/administration/password.html", {"row": row, "password": password})
