"""How the sign-in library behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from yingjie.web.errors import TooManyTries, refusal_response


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators only; choosing one's own password ends the duty to choose one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """What a locked-out user name sees, from this address only."""
    return refusal_response(request, TooManyTries())
