"""What somebody sees when something cannot be: as a page, as a notice in the page, and as JSON; never a stack trace."""

import json
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path, set_urlconf

from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.web import errors

pytestmark = pytest.mark.django_db
SECRET = "the-word-that-only-the-stack-trace-knows"


class Taken(Refusal):
    code = "test.taken"
    reason = "The seat {seat} is taken."
    next_step = "Choose another one."


WAYS: dict[str, tuple[int, str, Callable[[HttpRequest], HttpResponse]]] = {}


def way(
    status: int, code: str
) -> Callable[[Callable[[HttpRequest], HttpResponse]], Callable[[HttpRequest], HttpResponse]]:
    def add(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        WAYS[view.__name__] = (status, code, view)
        return view

    return add


@way(403, "not_allowed")
def not_allowed(request: HttpRequest) -> HttpResponse:
    raise NotAllowed(permission="people.view")


@way(404, "not_found")
def not_found(request: HttpRequest) -> HttpResponse:
    raise NotFound()


@way(409, "test.taken")
def taken(request: HttpRequest) -> HttpResponse:
    raise Taken(seat=SECRET[:3])


@way(429, "429")
def too_many(request: HttpRequest) -> HttpResponse:
    return errors.trouble_response(request, errors.TOO_MANY)


@way(500, "500")
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_as_a_page(browser: Client, name: str, language: str) -> None:
    status, code, _view = WAYS[name]
    browser.cookies["yingjie_language"] = language
    answer = browser.get(f"/try/{name}/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert code in text
    assert "<html" in text
    assert ("怎么办" if language == "zh-hans" else "What to do next") in text
    assert SECRET not in text
    assert "Traceback" not in text


@pytest.mark.parametrize("name", WAYS)
def test_as_a_notice_for_htmx(browser: Client, name: str) -> None:
    status, code, _view = WAYS[name]
    answer = browser.get(f"/try/{name}/", headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == status
    assert answer["HX-Retarget"] == "#notices"
    assert code in text
    assert "<html" not in text
    assert SECRET not in text


@pytest.mark.parametrize("name", WAYS)
def test_as_json_in_both_languages(browser: Client, name: str) -> None:
    status, code, _view = WAYS[name]
    answer = browser.get(f"/try/{name}/", headers={"Accept": "application/json"})
    said = json.loads(answer.content)
    assert answer.status_code == status
    assert set(said) == {"code", "zh", "en"}
    assert said["code"] == code
    assert all(said[language]["reason"] and said[language]["next_step"] for language in ("zh", "en"))
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_an_unknown_address(browser: Client, accept: str) -> None:
    answer = browser.get("/nowhere/at/all/", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith(
        "application/json" if accept == "application/json" else "text/html"
    )


def test_an_address_that_cannot_be_one(browser: Client) -> None:
    for address in ("/settings/users/not-an-id/", "/%00/", "/settings/users/%E2%82%28/"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "Traceback" not in answer.content.decode()


# ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(settings: LazySettings) -> Iterator[Client]:
    tree = ModuleType("tree_with_ways_to_fail")
    tree.urlpatterns = [  # type: ignore[attr-defined]
        *(path(f"try/{name}/", view) for name, (_status, _code, view) in WAYS.items()),
        path("", include("yingjie.config.urls")),
    ]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(tree, name, getattr(__import__("yingjie.config.urls", fromlist=["x"]), name))
    settings.ROOT_URLCONF = tree
    clear_url_caches()
    yield Client(raise_request_exception=False)
    set_urlconf(None)
    clear_url_caches()
