"""The pages of the shell: today, language, refusals and errors, signing in."""

import re
from datetime import datetime

import pytest
from django.test import Client

from tests.modules.web.conftest import make_user, signed_in
from yingjie.foundation import clock
from yingjie.web import registry
from yingjie.web.registry import ActionLine, DemoAccount, ProgressBar, Registry
from yingjie.web.vocabulary import register


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def nothing_registered(monkeypatch):
    monkeypatch.setattr(registry, "current", Registry())
    register()


def test_who_has_not_signed_in_is_sent_to_the_sign_in_and_back():
    assert Client().get("/jobs/")["Location"] == "/account/login/?next=%2Fjobs%2F"


def test_today_without_work_says_what_to_do_first(grid_worker, nothing_registered):
    assert "Ask the administrator of your area for a role." in text_of(signed_in(grid_worker).get("/"))
    registry.navigation(section="ledger", title="People", url_name="gallery_list", permission="people.view")
    page = signed_in(grid_worker).get("/").content.decode()
    assert "Begin here;" in page
    assert '<a class="btn btn-primary" href="/gallery/list/">People</a>' in page


def test_today_shows_progress_and_what_waits(grid_worker, nothing_registered):
    registry.progress(lambda actor: ProgressBar("Given", 312, 400, "doses", "/gallery/list/"))
    registry.action_line(lambda actor: ActionLine(1312, "overdue", "/gallery/list/?status=overdue", "Call"))
    page = signed_in(grid_worker).get("/").content.decode()
    assert '<progress value="312" max="400"' in page
    assert "1,312" in page
    assert 'href="/gallery/list/?status=overdue"' in page


@pytest.mark.parametrize(("language", "words"), [("en", "Background work"), ("zh-hans", "后台任务")])
def test_pages_speak_both_languages(grid_worker, language, words):
    assert words in text_of(signed_in(grid_worker, language).get("/jobs/"))


def test_the_language_switch_stays_on_the_page_with_its_filters(grid_worker):
    client = signed_in(grid_worker)
    page = client.get("/gallery/list/?status=overdue").content.decode()
    assert '<input type="hidden" name="next" value="/gallery/list/?status=overdue">' in page
    answer = client.post("/language/", {"language": "zh-hans", "next": "/gallery/list/?status=overdue"})
    assert answer["Location"] == "/gallery/list/?status=overdue"
    assert answer.cookies["yingjie_language"].value == "zh-hans"


def test_the_language_switch_leads_to_no_foreign_host(grid_worker):
    answer = signed_in(grid_worker).post(
        "/language/", {"language": "en", "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [("/nowhere/", 404, "404"), ("/gallery/broken/", 500, "500"), ("/gallery/refused/", 409, "gallery.lot_used_up"),
     ("/offline/", 503, "offline")],
)  # fmt: skip
def test_trouble_pages_say_what_and_what_next_and_show_no_trace(grid_worker, address, status, code, language):
    client = signed_in(grid_worker, language)
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    said = text_of(response)
    assert {"en": "What to do next", "zh-hans": "怎么办"}[language] in said
    assert code in said
    assert "Traceback" not in said


def test_a_form_that_is_too_old_says_so(grid_worker, settings):
    settings.CSRF_FAILURE_VIEW = "yingjie.web.errors.csrf_failure"
    client = Client(enforce_csrf_checks=True)
    response = client.post("/language/", {"language": "en"}, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 403
    assert 'class="trouble"' in response.content.decode()


def test_a_refusal_to_htmx_is_a_notice_that_leaves_the_page_alone(grid_worker):
    response = signed_in(grid_worker).get("/gallery/refused/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#notices"
    page = response.content.decode()
    assert "<html" not in page
    assert "gallery.lot_used_up" in page


def test_the_sign_in_page_shows_demo_accounts_in_a_demo_only(db, settings, nothing_registered):
    registry.demo_accounts(lambda: [DemoAccount("Nurse", "平谷区", "demo-nurse", "let-me-in-42")])
    assert "demo-nurse" not in Client().get("/account/login/").content.decode()
    settings.YINGJIE_DEMO = True
    assert 'data-demo-user="demo-nurse"' in Client().get("/account/login/").content.decode()


def test_signing_in_and_out(grid_worker):
    client = Client()
    wrong = client.post("/account/login/", {"login": "grid", "password": "guess-guess"})
    assert wrong.status_code == 200
    assert 'class="notice notice-error"' in wrong.content.decode()
    assert client.post("/account/login/", {"login": "grid", "password": "river-stone-42"})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.post("/account/logout/")["Location"] == "/account/login/"
    assert client.get("/").status_code == 302


def test_changing_a_given_password_sets_its_owner_free(db):
    user = make_user("new", "grid_worker")
    type(user).objects.filter(pk=user.pk).update(must_change_password=True)
    client = signed_in(user)
    assert client.get("/")["Location"] == "/account/password/"
    page = client.get("/account/password/").content.decode()
    assert "given to you by someone else" in page
    client.post("/account/password/", {
        "oldpassword": "river-stone-42", "password1": "brook-pebble-77", "password2": "brook-pebble-77",
    })  # fmt: skip
    user.refresh_from_db()
    assert user.must_change_password is False
    assert client.get("/").status_code == 200


def test_there_is_no_sign_up_and_no_password_reset(db):
    for address in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert Client().get(address).status_code == 404


def test_all_kinds_of_pages_are_drawn(grid_worker):
    client = signed_in(grid_worker, "zh-hans")
    for address in ("/", "/gallery/", "/gallery/?wrong=1", "/gallery/station/", "/gallery/board/", "/gallery/sheet/",
                    "/account/second-factor/", "/account/logout/"):  # fmt: skip
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.content.decode().count("<h1") <= 1, address


def test_a_board_tells_the_time_of_its_figures(grid_worker):
    client = signed_in(grid_worker)
    with clock.at(datetime(2026, 11, 21, 8, 5, tzinfo=clock.CAMPAIGN_ZONE)):
        page = client.get("/gallery/board/").content.decode()
    assert "<time data-as-of>08:05</time>" in page
    assert 'data-board="08:05"' in page


def test_a_panel_is_drawn_with_its_own_values_and_the_pages_form_token(grid_worker):
    page = signed_in(grid_worker).get("/gallery/").content.decode()
    assert '<p class="panel-said">&lt;好&gt; · grid</p>' in page
    assert 'id="panel-1"' in page
    panel = page[page.index('id="panel-1"') :]
    assert "csrfmiddlewaretoken" in panel[: panel.index("panel-said")]
