"""Reads of users and roles.

An account is managed by whoever administers all the areas in which it holds a role, now or from a later day. One without any is
managed in the area that keeps it (`User.area_code`). So nobody can reset the password of somebody with a role outside their area.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

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
    granted_by: str = ""
    line_code: str = ""

    def state(self, on: date) -> str:
        """upcoming, held or ended, on a day."""
        if self.from_on > on:
            return "upcoming"
        return "held" if self.until_on is None or self.until_on >= on else "ended"


@dataclass(frozen=True)
class UserRow:
    id: UUID
    username: str
    display_name: str
    is_active: bool
    grants: tuple[GrantRow, ...]
    area_code: str = ""
    language: str = "zh-hans"
    must_change_password: bool = False
    has_second_factor: bool = False
    last_sign_in_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class AccountBrief:
    """What the journal needs to know of an account that somebody tried to enter."""

    id: UUID | None
    username: str
    area_code: str


def account_brief(username: str) -> AccountBrief | None:
    """The account of that name, if there is one. Asked before anybody has signed in, so there is no actor."""
    found = User.objects.filter(username=username.lower()).first()
    return AccountBrief(found.pk, found.username, found.area_code) if found else None


def actor_for(user: User) -> Actor:
    """The actor that a signed-in user is today."""
    today = clock.today()
    grants = live_grants(Grant.objects.filter(user=user, from_on__lte=today))
    return Actor(
        name=user.username,
        title=user.display_name,
        user_id=user.pk,
        held=tuple(
            Held(grant.role, grant.area_code, grant.site_id, grant.line_code)
            for grant in grants.order_by("area_code", "role")
        ),
    )


def actor_named(username: str) -> Actor:
    """The actor behind a user name, for the command line. Raises NotFound."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound()
    return actor_for(user)


def display_names(usernames: Iterable[str]) -> dict[str, str]:
    """The names behind user names, for whoever may see what these people did; what is no account's is left out. One query."""
    rows = User.objects.filter(username__in=set(usernames))
    return dict(rows.values_list("username", "display_name"))


def users(
    actor: Actor,
    *,
    text: str = "",
    role: str = "",
    is_active: bool | None = None,
    sort: str = "username",
    offset: int = 0,
    limit: int | None = None,
) -> list[UserRow]:
    """The accounts that the actor manages. `text` is looked for in user name and name; `role` is one held today or later."""
    rows = _found(actor, text, role, is_active).prefetch_related("grants").order_by(sort, "username")
    return [_row(user) for user in rows[offset : None if limit is None else offset + limit]]


def count_users(actor: Actor, *, text: str = "", role: str = "", is_active: bool | None = None) -> int:
    return _found(actor, text, role, is_active).count()


def user(actor: Actor, user_id: UUID) -> UserRow:
    """One user. Raises NotFound where the actor does not manage them."""
    actor.require("access.manage")
    return _one(managed_by(actor).filter(pk=user_id))


def own(actor: Actor) -> UserRow:
    """The account behind the actor. Raises NotFound for an actor without one."""
    if actor.user_id is None:
        raise NotFound()
    return _one(User.objects.filter(pk=actor.user_id))


def live_grants(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Those that have not ended: held today, or from a later day."""
    return grants.filter(Q(until_on__isnull=True) | Q(until_on__gte=clock.today()))


def managed_by(actor: Actor) -> QuerySet[User]:
    """The accounts that are the actor's to manage."""
    if actor.is_system:
        return User.objects.all()
    below, kept = Q(pk__in=[]), Q(pk__in=[])
    for held in actor.scopes("access.manage"):
        below |= Q(area_code__startswith=held.area_code)
        kept |= Q(area_code__startswith=held.area_code)
    live = live_grants(Grant.objects.filter(user=OuterRef("pk")))
    return User.objects.filter(Exists(live) | kept).exclude(Exists(live.exclude(below)))


def _found(actor: Actor, text: str, role: str, is_active: bool | None) -> QuerySet[User]:
    actor.require("access.manage")
    rows = managed_by(actor)
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    if role:
        rows = rows.filter(Exists(live_grants(Grant.objects.filter(user=OuterRef("pk"), role=role))))
    return rows if is_active is None else rows.filter(is_active=is_active)


def _one(rows: QuerySet[User]) -> UserRow:
    totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    found = rows.prefetch_related("grants").annotate(has_second_factor=Exists(totp)).first()
    if found is None:
        raise NotFound()
    return _row(found, has_second_factor=found.has_second_factor)


def _row(user: User, **more: Any) -> UserRow:
    grants = sorted(user.grants.all(), key=lambda grant: (grant.area_code, grant.role, grant.from_on))
    return UserRow(
        id=user.pk,
        username=user.username,
        display_name=user.display_name,
        is_active=user.is_active,
        grants=tuple(
            GrantRow(
                each.pk,
                each.role,
                each.area_code,
                each.site_id,
                each.from_on,
                each.until_on,
                each.granted_by,
                each.line_code,
            )
            for each in grants
        ),
        area_code=user.area_code,
        language=user.language,
        must_change_password=user.must_change_password,
        last_sign_in_at=user.last_login,
        created_at=user.created_at,
        **more,
    )
