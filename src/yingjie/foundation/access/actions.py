"""Writes of users and roles. Every action first asks whether the account, and the area, are the actor's to manage."""

import re
from datetime import date, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.queries import live_grants, managed_by
from yingjie.foundation.access.refusals import (
    AlreadyEnded,
    AlreadyHeld,
    BadAreaCode,
    BadUsername,
    EndsBeforeItBegins,
    LineMissing,
    NotOfALine,
    NotOnOneself,
    UnknownRole,
    UsernameTaken,
    WeakPassword,
)
from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
AREA_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{14}|\d{16}")
LINE_CODE = re.compile(r"[a-z][a-z0-9_]{1,23}")
LANGUAGES = ("zh-hans", "en")


@transaction.atomic
def create_user(
    *,
    by: Actor,
    username: str,
    display_name: str,
    password: str,
    must_change_password: bool = True,
    area_code: str = "",
) -> User:
    """A new account without any role, kept by the administrator of `area_code` (left out: of the actor's own highest area).

    User names are kept in small letters: two that differ only so are one. Raises BadUsername, UsernameTaken, WeakPassword,
    BadAreaCode, NotAllowed.
    """
    if area_code and not AREA_CODE.fullmatch(area_code):
        raise BadAreaCode(area_code=area_code[:16])
    by.require("access.manage", area_code or None)
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise BadUsername(username=username[:64])
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    user = User(
        username=username,
        display_name=display_name.strip(),
        must_change_password=must_change_password,
        area_code=area_code or _own_area(by),
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            _set_password(user, password)
    except IntegrityError as taken:  # by someone else, since we looked
        raise UsernameTaken(username=username) from taken
    record(
        by=by, verb="access.create_user", subject=user, area_code=user.area_code, facts={"username": username}
    )
    return user


@transaction.atomic
def set_password(*, by: Actor, user_id: UUID, password: str) -> None:
    """A new password, which its owner must change at the next sign-in; whoever is signed in with the old one is out."""
    user = _managed(by, user_id)
    user.must_change_password = True
    _set_password(user, password)
    record(
        by=by,
        verb="access.set_password",
        subject=user,
        area_code=user.area_code,
        facts={"username": user.username},
    )


@transaction.atomic
def reset_second_factor(*, by: Actor, user_id: UUID) -> None:
    """Forget the authenticator and the recovery codes of someone who lost them; a role that needs one asks for a new one."""
    user = _managed(by, user_id)
    if user_id == by.user_id:
        raise NotOnOneself()
    Authenticator.objects.filter(user=user).delete()
    record(by=by, verb="access.reset_second_factor", subject=user, area_code=user.area_code,
           facts={"username": user.username})  # fmt: skip


@transaction.atomic
def deactivate(*, by: Actor, user_id: UUID) -> None:
    """Close an account; what it did stays on record, and its sessions end with the next click."""
    user = _managed(by, user_id)
    if user_id == by.user_id:
        raise NotOnOneself()
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(
        by=by,
        verb="access.deactivate",
        subject=user,
        area_code=user.area_code,
        facts={"username": user.username},
    )


@transaction.atomic
def reactivate(*, by: Actor, user_id: UUID) -> None:
    """Open a closed account again, with the roles that still run."""
    user = _managed(by, user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(
        by=by,
        verb="access.reactivate",
        subject=user,
        area_code=user.area_code,
        facts={"username": user.username},
    )


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    user_id: UUID,
    role: str,
    area_code: str,
    site_id: UUID | None = None,
    line_code: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Grant:
    """Let a user hold a role on an area node, a role of lines for one of them. Nobody grants beyond the area that they manage.

    Raises UnknownRole, LineMissing, NotOfALine, BadAreaCode, EndsBeforeItBegins, AlreadyHeld, NotAllowed, NotFound.
    """
    if role not in ROLES:
        raise UnknownRole(role=role, known=", ".join(ROLES))
    if not AREA_CODE.fullmatch(area_code):
        raise BadAreaCode(area_code=area_code[:16])
    if ROLES[role].of_line and not LINE_CODE.fullmatch(line_code):
        raise LineMissing()
    if line_code and not ROLES[role].of_line:
        raise NotOfALine()
    by.require("access.manage", area_code)
    from_on = from_on or clock.today()
    if until_on is not None and until_on < from_on:
        raise EndsBeforeItBegins(from_on=from_on, until_on=until_on)
    user = _managed(by, user_id)
    if _overlapping(user, (role, area_code, site_id, line_code), from_on, until_on):
        raise AlreadyHeld(username=user.username)
    grant = Grant.objects.create(
        user=user, role=role, area_code=area_code, site_id=site_id, line_code=line_code, from_on=from_on, until_on=until_on,
        granted_by=by.name,
    )  # fmt: skip
    user.area_code = area_code
    user.save(update_fields=["area_code"])
    facts = {
        "role": role,
        "username": user.username,
        "from_on": str(from_on),
        "until_on": str(until_on or ""),
        **({"site": str(site_id)} if site_id else {}),
        **({"line": line_code} if line_code else {}),
    }
    record(by=by, verb="access.grant_role", subject=user, area_code=area_code, facts=facts)
    return grant


@transaction.atomic
def end_grant(*, by: Actor, grant_id: UUID) -> None:
    """End a role with today's start: it is no longer held from this moment on. Raises NotFound, AlreadyEnded, NotOnOneself."""
    by.require("access.manage")
    found = lock(Grant.objects.all(), pk=grant_id)
    if not found or not by.may("access.manage", found[0].area_code):
        raise NotFound()
    grant = found[0]
    if grant.user_id == by.user_id and "access.manage" in ROLES[grant.role].permissions:
        raise NotOnOneself()
    yesterday = clock.today() - timedelta(days=1)
    if grant.until_on is not None and grant.until_on <= yesterday:
        raise AlreadyEnded()
    facts = {"role": grant.role, "username": grant.user.username, "from_on": str(grant.from_on)}
    subject, area_code = ("user", grant.user_id), grant.area_code
    if grant.from_on > yesterday:
        grant.delete()  # it was never held on a whole day; the journal keeps both its beginning and its end
    else:
        grant.until_on = yesterday
        grant.save(update_fields=["until_on"])
    record(by=by, verb="access.end_grant", subject=subject, area_code=area_code, facts=facts)


@transaction.atomic
def choose_language(*, by: Actor, language: str) -> None:
    """The language in which one's own pages begin on a computer that knows no choice yet."""
    if language not in LANGUAGES:
        raise BadInput(what=language[:10])
    if by.user_id is None:
        raise NotFound()
    User.objects.filter(pk=by.user_id).update(language=language)


def _managed(by: Actor, user_id: UUID) -> User:
    """The account, locked. Raises NotAllowed without any administration, NotFound where the account is not the actor's."""
    by.require("access.manage")
    locked = lock(User.objects.all(), pk=user_id)
    if not locked or not managed_by(by).filter(pk=user_id).exists():
        raise NotFound()
    return locked[0]


def _overlapping(
    user: User, held_as: tuple[str, str, UUID | None, str], from_on: date, until_on: date | None
) -> bool:
    """The account is locked by then, so two administrators at once cannot both find nothing."""
    role, area_code, site_id, line_code = held_as
    rows = live_grants(user.grants.all())
    held = rows.filter(role=role, area_code=area_code, site_id=site_id, line_code=line_code)
    held = held.filter(Q(until_on__isnull=True) | Q(until_on__gte=from_on))
    return (held if until_on is None else held.filter(from_on__lte=until_on)).exists()


def _own_area(by: Actor) -> str:
    return min((held.area_code for held in by.scopes("access.manage")), key=len, default="")


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise WeakPassword(why=" ".join(weak.messages)) from weak
    user.set_password(password)
    user.save()
