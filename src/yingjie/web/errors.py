"""Error pages and refusals: each says what happened, why, and what to do next, in the language of the moment.

Whoever asks for JSON gets it in both languages: {"code", "zh": {"reason", "next_step"}, "en": {…}}. A request by htmx gets a
notice to be put above the content, so that nothing entered is lost.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal
from yingjie.web.registry import Words


@dataclass(frozen=True)
class Trouble:
    """What the error page shows. `code` stands small at the bottom, for whoever is asked for help."""

    status: int
    what: Words
    why: Words
    next_step: Words
    code: str
    icon: str = "alert-triangle"

    def as_dict(self) -> dict[str, Any]:
        """Like a refusal's: code, reason and next step in both languages."""
        said: dict[str, Any] = {"code": self.code}
        for language, key in (("zh-hans", "zh"), ("en", "en")):
            with translation.override(language):
                said[key] = {"reason": str(self.why), "next_step": str(self.next_step)}
        return said


BAD_REQUEST = Trouble(
    400, _("This request could not be understood"),
    _("The address or the form was incomplete, or it was changed on its way."),
    _("Go back, reload the page and try once more."), "400",
)  # fmt: skip
NOT_ALLOWED = Trouble(
    403, _("You cannot open this page"),
    _("Your role does not include it, or the page was open so long that its form is no longer valid."),
    _("Reload the page and try once more. If you need it for your work, ask the administrator of your area."), "403", "lock",
)  # fmt: skip
NOT_FOUND = Trouble(
    404, _("This page or record was not found"),
    _("The address is wrong, the record was moved, or it belongs to another area."),
    _("Check the address, or search for it from your own ledger."), "404", "search",
)  # fmt: skip
TOO_MANY = Trouble(
    429, _("Too many attempts"),
    _("The user name or password was wrong several times in a row, so sign-in is paused for this user on this computer."),
    _("Wait 15 minutes, or ask the administrator of your area to set a new password."), "429", "hourglass",
)  # fmt: skip
BROKEN = Trouble(
    500, _("Something went wrong on our side"),
    _("The program met a fault. Nothing of what you just did was saved; everything saved before is safe."),
    _("Try again in a minute. If it happens again, tell your administrator the time and what you were doing."), "500",
    "alert-circle",
)  # fmt: skip
OFFLINE = Trouble(
    503, _("No connection"),
    _("This computer cannot reach the server at the moment."),
    _("Check the network cable or the wireless network. What was saved before is safe."), "offline", "wifi-off",
)  # fmt: skip

CODE_OF_STATUS = {
    trouble.status: trouble for trouble in (BAD_REQUEST, NOT_ALLOWED, NOT_FOUND, TOO_MANY, BROKEN)
}


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page, a notice or JSON, whichever was asked for."""
    if _wants_json(request):
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    if request.headers.get("HX-Request"):
        return _as_notice(_render(request, "web/refusal.html", refusal.status, {"refusal": refusal}))
    return _render(request, "web/refused.html", refusal.status, {"refusal": refusal})


def trouble_response(
    request: HttpRequest | None, trouble: Trouble, asked: HttpRequest | None = None
) -> HttpResponse:
    """`asked` says in which form to answer where the page itself must be made without the request."""
    asked = request or asked
    if asked is not None and _wants_json(asked):
        return JsonResponse(trouble.as_dict(), status=trouble.status)
    if asked is not None and asked.headers.get("HX-Request"):
        return _as_notice(_render(request, "web/trouble_notice.html", trouble.status, {"trouble": trouble}))
    return _render(request, "web/trouble.html", trouble.status, {"trouble": trouble})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_response(request, BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_response(request, NOT_ALLOWED)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return trouble_response(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_response(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke (the database, the session) must not break this page too."""
    return trouble_response(None, BROKEN, asked=request)


def _render(
    request: HttpRequest | None, template: str, status: int, context: dict[str, object]
) -> HttpResponse:
    return HttpResponse(loader.render_to_string(template, context, request), status=status)


def _as_notice(response: HttpResponse) -> HttpResponse:
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML show:#notices:top"
    response["HX-Push-Url"] = "false"
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
