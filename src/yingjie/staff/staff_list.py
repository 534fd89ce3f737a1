"""The list of staff as the screen and the files show it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.staff import queries, rules
from yingjie.staff.queries import MemberRow
from yingjie.staff.words import KINDS
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec, search


def _roles(row: MemberRow) -> str:
    between = pgettext("between words of a list", ", ")
    return between.join(str(rules.roles()[role].title) for role in row.roles)


def _role_choices(_actor: Actor) -> list[tuple[str, Any]]:
    return list(rules.titles(rules.roles()).items())


STAFF = ListSpec(
    name="staff",
    title=_("Staff"),
    columns=(
        Column(
            "name",
            pgettext_lazy("person", "Name"),
            "link",
            url=lambda row: reverse("staff_member", args=[row.id]),
        ),
        Column("kind", _("Kind"), value=lambda row: KINDS[row.kind]),
        Column(
            "qualification",
            _("Qualification"),
            value=lambda row: rules.qualifications()[row.qualification].title,
        ),
        Column("roles", _("Roles at a site"), value=_roles),
        Column("unit_name", _("Employer")),
        Column("account", _("Account")),
        Column("joined_on", _("In service since"), "day"),
    ),
    filters=(
        search(pgettext_lazy("person", "Name")),
        Filter("role", pgettext_lazy("duty", "Role"), choices=_role_choices),
        Filter(
            "certificate",
            _("Certificate"),
            choices=[("missing", _("None in force")), ("ending", _("Ends soon"))],
        ),
        Filter("kind", _("Kind"), choices=list(KINDS.items())),
    ),
    export_permission="staff.change",
    empty=Empty(_("No staff yet"), _("Enter the people who work at your sites, with their certificates.")),
    unit=_("people"),
)


class StaffSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return queries.count_members(self._actor, **_asked(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[MemberRow]:
        return queries.members(self._actor, offset=offset, limit=limit, **_asked(filters))

    def all(self, filters: Filters, sort: str) -> Iterable[MemberRow]:
        return queries.members(self._actor, **_asked(filters))


def _asked(filters: Filters) -> dict[str, Any]:
    return {{"q": "text"}.get(key, key): value for key, value in filters.items()}
