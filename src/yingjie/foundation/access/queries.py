"""Reads of users and roles."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.refusals import NotFound


@dataclass(frozen=True)
class GrantRow:
    id: UUID
    role: str
    area_code: str
    site_id: UUID | None
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class UserRow:
    id: UUID
    username: str
    display_name: str
    is_active: bool
    grants: tuple[GrantRow, ...]


def actor_for(user: User) -> Actor:
    """The actor that a signed-in user is today."""
    today = clock.today()
    grants = Grant.objects.filter(user=user, from_on__lte=today).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today)
    )
    return Actor(
        name=user.username,
        title=user.display_name,
        user_id=user.pk,
        held=tuple(
            Held(grant.role, grant.area_code, grant.site_id) for grant in grants.order_by("area_code", "role")
        ),
    )


def actor_named(username: str) -> Actor:
    """The actor behind a user name, for the command line. Raises NotFound."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound()
    return actor_for(user)


def users(actor: Actor) -> list[UserRow]:
    """The users who hold a role below the areas that the actor manages, and those who hold none yet."""
    actor.require("access.manage")
    rows = [_row(user) for user in User.objects.prefetch_related("grants").order_by("username")]
    return [row for row in rows if _manages(actor, row)]


def user(actor: Actor, user_id: UUID) -> UserRow:
    """One user. Raises NotFound where the actor does not manage them."""
    actor.require("access.manage")
    found = User.objects.prefetch_related("grants").filter(pk=user_id).first()
    if found is None or not _manages(actor, _row(found)):
        raise NotFound()
    return _row(found)


def _manages(actor: Actor, row: UserRow) -> bool:
    return all(actor.may("access.manage", grant.area_code) for grant in row.grants)


def _row(user: User) -> UserRow:
    grants = tuple(
        GrantRow(grant.pk, grant.role, grant.area_code, grant.site_id, grant.from_on, grant.until_on)
        for grant in user.grants.all()
    )
    return UserRow(user.pk, user.username, user.display_name, user.is_active, grants)
