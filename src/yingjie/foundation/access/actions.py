"""Writes of users and roles."""

from datetime import date
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal


class UsernameTaken(Refusal):
    code = "access.username_taken"
    reason = _("The user name {username} is already in use.")
    next_step = _("Choose another one, for example with the township's initials in front.")


class WeakPassword(Refusal):
    code = "access.weak_password"
    reason = _("This password is too easy to guess: {why}")
    next_step = _("Choose at least ten characters that are not a word, a name or a date.")
    status = 400


class UnknownRole(Refusal):
    code = "access.unknown_role"
    reason = _("There is no role {role}.")
    next_step = _("Choose one of: {known}.")
    status = 400


@transaction.atomic
def create_user(
    *, by: Actor, username: str, display_name: str, password: str, must_change_password: bool = True
) -> User:
    """A new account without any role. Raises UsernameTaken, WeakPassword, NotAllowed."""
    by.require("access.manage")
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    user = User(
        username=username,
        display_name=display_name,
        must_change_password=must_change_password,
        created_at=clock.now(),
    )
    _set_password(user, password)
    record(by=by, verb="access.create_user", subject=user, facts={"username": username})
    return user


@transaction.atomic
def set_password(*, by: Actor, user_id: UUID, password: str) -> None:
    """A new password, which its owner must change at the next sign-in."""
    by.require("access.manage")
    user = _managed(by, user_id)
    user.must_change_password = True
    _set_password(user, password)
    record(by=by, verb="access.set_password", subject=user)


@transaction.atomic
def deactivate(*, by: Actor, user_id: UUID) -> None:
    """Close an account; what it did stays on record."""
    by.require("access.manage")
    if user_id == by.user_id:
        raise NotAllowed()
    user = _managed(by, user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by=by, verb="access.deactivate", subject=user)


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    user_id: UUID,
    role: str,
    area_code: str,
    site_id: UUID | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Grant:
    """Let a user hold a role on an area node. Nobody grants beyond the area that they manage themselves."""
    if role not in ROLES:
        raise UnknownRole(role=role, known=", ".join(ROLES))
    by.require("access.manage", area_code)
    user = _managed(by, user_id)
    grant = Grant.objects.create(
        user=user,
        role=role,
        area_code=area_code,
        site_id=site_id,
        from_on=from_on or clock.today(),
        until_on=until_on,
        granted_by=by.name,
    )
    record(by=by, verb="access.grant_role", subject=user, area_code=area_code, facts={"role": role})
    return grant


@transaction.atomic
def end_grant(*, by: Actor, grant_id: UUID) -> None:
    """End a role with today's start: it is no longer held from this moment on."""
    found = Grant.objects.filter(pk=grant_id).first()
    if found is None or not by.may("access.manage", found.area_code):
        raise NotFound()
    facts = {"role": found.role}
    record(
        by=by,
        verb="access.end_grant",
        subject=("user", found.user_id),
        area_code=found.area_code,
        facts=facts,
    )
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    if found.from_on > yesterday:
        found.delete()
    else:
        found.until_on = yesterday
        found.save(update_fields=["until_on"])


def _managed(by: Actor, user_id: UUID) -> User:
    found = lock(User.objects.all(), pk=user_id)
    if not found or not all(by.may("access.manage", grant.area_code) for grant in found[0].grants.all()):
        raise NotFound()
    return found[0]


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise WeakPassword(why=" ".join(weak.messages)) from weak
    user.set_password(password)
    user.save()
