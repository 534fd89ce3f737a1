"""Signing in: allauth with our rules. No sign-up; no e-mail; the demo accounts stand on the page of a demo instance only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yingjie.foundation.crypto.keyring import keyring
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


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of second factors are kept encrypted, like every protected value."""

    def encrypt(self, text: str) -> str:
        return keyring().encrypt(text, "mfa_authenticator.secret")

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().decrypt(encrypted_text, "mfa_authenticator.secret")


class SignIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demo_accounts": demo_accounts()}


class SecondFactor(AuthenticateView):
    """In a demo, the code of this moment stands beside the field: an invented person has no telephone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        username = self.stage.login.user.get_username()
        codes = {account.username: account.code for account in demo_accounts()}
        return {**super().get_context_data(**kwargs), "demo_code": codes.get(username, "")}


def demo_accounts() -> list[DemoAccount]:
    return registry.known_demo_accounts() if settings.YINGJIE_DEMO else []


def locked_out(request: HttpRequest, *_given: Any, **_named: Any) -> HttpResponse:
    """What axes answers after too many failures."""
    return trouble_response(request, TOO_MANY)
