"""What signing in and out leaves in the journal, and what makes a wrong code count like a wrong password.

The library that signs people in tells of its steps through receivers; each of ours writes one entry. A failed try is written
under the account it was about, if there is such an account: what someone typed instead of a user name may be their password.
"""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.middleware import SIGNED_IN_AT
from yingjie.foundation.access.queries import AccountBrief, account_brief, actor_for
from yingjie.foundation.journal.actions import record
from yingjie.web.account import attempted_username


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    request.session[SIGNED_IN_AT] = clock.now().timestamp()
    _own("account.sign_in", request, user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    if user is not None:
        _own("account.sign_out", request, user)


@receiver(user_login_failed)
def sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any
) -> None:
    """While an account is locked its failures are not written one by one: nobody may fill the journal from outside."""
    if request is not None and not getattr(request, "axes_locked_out", False):
        _about("account.sign_in_failed", request, attempted_username(request, credentials) or "")


@receiver(user_locked_out)
def locked_out(sender: Any, request: HttpRequest, username: str | None, **_more: Any) -> None:
    """Written when the lock falls; told again at each try against it, which is not."""
    if request.axes_failures_since_start is not None:  # type: ignore[attr-defined]  # set by axes
        _about("account.locked_out", request, username or "")


@receiver(authentication_failed)
def wrong_code(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Counted by the same lock as a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


@receiver(password_changed)
def password_was_changed(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    _own("account.change_password", request, user)


@receiver(authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_more: Any) -> None:
    _own("account.add_second_factor", request, user, kind=str(authenticator.type))


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_more: Any) -> None:
    _own("account.remove_second_factor", request, user, kind=str(authenticator.type))


@receiver(authenticator_reset)
def codes_made_anew(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_more: Any) -> None:
    _own("account.new_recovery_codes", request, user)


@transaction.atomic
def _own(verb: str, request: HttpRequest, user: Any, **facts: str) -> None:
    facts |= {"username": user.username, "address": _address(request)}
    record(by=actor_for(user), verb=verb, subject=("user", user.pk), area_code=user.area_code, facts=facts)


@transaction.atomic
def _about(verb: str, request: HttpRequest, username: str) -> None:
    account = account_brief(username) or AccountBrief(None, "", "")
    facts = {"username": account.username, "address": _address(request)}
    subject = ("user", account.id or "unknown")
    record(by=system("sign-in"), verb=verb, subject=subject, area_code=account.area_code, facts=facts)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
