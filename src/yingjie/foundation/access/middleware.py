"""Puts the actor on the request, and stands before everything that a half-finished sign-in must not reach."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yingjie.foundation.access.queries import actor_for


class ActorMiddleware:
    """`request.actor` is the signed-in user's actor of today, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_for(user) if user.is_authenticated else None  # type: ignore[attr-defined, arg-type]
        return self.get_response(request)


class FinishSignInMiddleware:
    """Who must still choose a password, or set up the second factor that a role asks for, goes there first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None or request.path.startswith(("/account/", "/static/", "/language/")):
            return self.get_response(request)
        if request.user.must_change_password:  # type: ignore[union-attr]
            return redirect(reverse("account_change_password"))
        if actor.needs_second_factor and not is_mfa_enabled(request.user):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
