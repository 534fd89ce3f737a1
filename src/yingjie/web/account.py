"""Signing in: allauth with our rules. No sign-up; no e-mail; the demo accounts stand on the page of a demo instance only."""

from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import LoginStageController
from allauth.account.views import LoginView
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.views import DeactivateTOTPView
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yingjie.foundation import clock
from yingjie.foundation.access.middleware import SIGNED_IN_AT
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.access.refusals import SecondFactorNeeded
from yingjie.foundation.crypto.keyring import keyring
from yingjie.foundation.crypto.rotation import SECOND_FACTOR
from yingjie.web import registry
from yingjie.web.errors import TOO_MANY, trouble_response
from yingjie.web.registry import DemoAccount


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators, and a password that was given out is changed by its owner at first sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)

    def is_reauthentication_required(self, app: str) -> bool:
        """Whoever signed in a moment ago sets up the second factor without proving once more who they are."""
        began = self.request.session.get(SIGNED_IN_AT, 0)
        if clock.now().timestamp() - began < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """On a computer where no language was chosen yet, the pages go on in the user's own."""
        response = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of second factors are kept encrypted, like every protected value; who needs one cannot remove it."""

    def encrypt(self, text: str) -> str:
        return keyring().encrypt(text, SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().decrypt(encrypted_text, SECOND_FACTOR)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not actor_for(authenticator.user).needs_second_factor


class SignIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demo_accounts": demo_accounts()}


class SecondFactor(AuthenticateView):
    """In a demo, the code of this moment stands beside the field: an invented person has no telephone.

    Wrong codes count like wrong passwords (account_events), and the lock holds here too: six digits could be guessed otherwise.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        if stage and _is_locked(request, stage.login.user):
            return locked_out(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        username = self.stage.login.user.get_username()
        codes = {account.username: account.code for account in demo_accounts()}
        return {**super().get_context_data(**kwargs), "demo_code": codes.get(username, "")}


class ReauthenticateByCode(ReauthenticateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _is_locked(request, request.user):
            return locked_out(request)
        return super().dispatch(request, *args, **kwargs)


class RemoveSecondFactor(DeactivateTOTPView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.needs_second_factor:  # type: ignore[attr-defined]  # set by the access middleware
            raise SecondFactorNeeded()
        return super().dispatch(request, *args, **kwargs)


def demo_accounts() -> list[DemoAccount]:
    return registry.known_demo_accounts() if settings.YINGJIE_DEMO else []


def remember_language(response: HttpResponse, language: str) -> None:
    """As Django's own language switch does it: a cookie of this computer."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def attempted_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The account that a sign-in is about, as the lock counts it: in small letters, for user names know no others.

    Without it, “Zhang” and “zhang” would be guessed at separately, and a request whose user name is not found where the lock
    looks would be counted for everyone at its address.
    """
    given = (credentials or {}).get("username") or request.POST.get("login")
    return given.strip().lower()[:255] if given else None


def locked_out(request: HttpRequest, *_given: Any, **_named: Any) -> HttpResponse:
    """What axes answers after too many failures."""
    return trouble_response(request, TOO_MANY)


def _is_locked(request: HttpRequest, user: Any) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": user.get_username()})


def client_address(request: HttpRequest) -> str:
    """From where somebody tries to sign in: behind the county's own web server (HTTPS), the address that it noted last."""
    if settings.HTTPS and (noted := request.META.get("HTTP_X_FORWARDED_FOR")):
        return str(noted).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
