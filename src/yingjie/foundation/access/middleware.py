"""Puts the actor on the request, ends a session after a working day, and stands before everything that a half-finished sign-in
must not reach."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yingjie.foundation import clock
from yingjie.foundation.access.queries import actor_for

SIGNED_IN_AT = "signed_in_at"
"""The session's key for the moment of signing in (seconds since the epoch), set when a sign-in is complete."""

ALWAYS = frozenset({"account_logout", "set_language", "offline"})
PASSWORD_FIRST = ALWAYS | {"account_change_password"}
FACTOR_FIRST = ALWAYS | {"mfa_activate_totp", "account_reauthenticate"}


class ActorMiddleware:
    """`request.actor` is the signed-in user's actor of today, or None. A session lasts a working day, however busy it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_over(request):
            logout(request)
        user = request.user
        request.actor = actor_for(user) if user.is_authenticated else None  # type: ignore[attr-defined]  # Django's request is open to middleware
        response = self.get_response(request)
        if user.is_authenticated:
            # On a shared office PC, "back" after signing out must not show the last page.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class FinishSignInMiddleware:
    """Who must still choose a password, or set up the second factor that a role asks for, goes there first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        actor = request.actor  # type: ignore[attr-defined]  # set above, by this middleware
        if actor is None:
            return None
        here = request.resolver_match.url_name if request.resolver_match else ""
        if request.user.must_change_password:  # type: ignore[union-attr]  # signed in, so it is our User
            return None if here in PASSWORD_FIRST else _go(request, "account_change_password")
        if actor.needs_second_factor and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return None if here in FACTOR_FIRST else _go(request, "mfa_activate_totp")
        return None


def _go(request: HttpRequest, url_name: str) -> HttpResponse:
    """A page is redirected; a fragment asked for by script makes the whole page go there."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=403)
        response["HX-Redirect"] = reverse(url_name)
        return response
    return redirect(url_name)


def _is_over(request: HttpRequest) -> bool:
    began = request.session.get(SIGNED_IN_AT)
    return began is None or clock.now().timestamp() - began >= settings.SESSION_COOKIE_AGE
