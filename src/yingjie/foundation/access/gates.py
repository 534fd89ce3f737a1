"""The gate before every view: it names its permission, or that it is public and why.

    @page("people.view")
    def show(request: ActorRequest, person_id: UUID) -> HttpResponse: ...

    urlpatterns = [route("people/<uuid:person_id>/", views.show, name="person")]

`route` refuses, at import, a view that went through no gate; tests/architecture walks the whole URL tree with every role.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.roles import PERMISSIONS

SIGNED_IN = "signed-in"
PUBLIC = "public"


class ActorRequest(HttpRequest):
    """A request that passed a gate: `actor` is set by access.middleware."""

    actor: Actor


View = Callable[..., HttpResponse]


def page(permission: str) -> Callable[[View], View]:
    """Only who holds `permission` somewhere passes (SIGNED_IN: whoever has signed in). What they see is the query's matter."""
    if permission != SIGNED_IN and permission not in PERMISSIONS:
        raise ImproperlyConfigured(f"no role carries the permission {permission!r}: see access/roles.py")

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor is None:
                return _to_sign_in(request)
            if permission != SIGNED_IN:
                request.actor.require(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read back by the access matrix
        return guarded

    return gate


def public(reason: str) -> Callable[[View], View]:
    """Anyone passes; `reason` says why nothing here needs protection."""
    if not reason:
        raise ImproperlyConfigured("a public view says why it may be public")

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        guarded.permission = PUBLIC  # type: ignore[attr-defined]  # read back by the access matrix
        return guarded

    return gate


def route(address: str, view: View, *, name: str) -> URLPattern:
    """`django.urls.path`, for gated views only. Raises ImproperlyConfigured at import for any other."""
    if not getattr(view, "permission", None):
        raise ImproperlyConfigured(f"the view {view.__module__}.{view.__name__} names no permission")
    return path(address, view, name=name)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A page goes to the sign-in and back; a fragment asked for by script makes the whole page go there."""
    address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = reverse("account_login")
        return response
    return redirect(address)
