"""What only a browser can show: the list by keyboard and by htmx, the question before a bulk action, the station's scan field.

Every page must do this under the product's own content security policy, without one word in the console.
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the file. Playwright keeps a loop running in this thread as long as it lives; the queries around the tests
    are still plain calls, and Django is told so."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, live_server, grid_worker) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "yingjie_language", "value": "en", "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/account/login/")
    page.fill("[name=login]", "grid")
    page.fill("[name=password]", "river-stone-42")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    context.close()
    assert complaints == []


def shown(page: Page) -> str:
    return page.locator(".list-count strong").inner_text()


def test_typing_in_the_search_box_narrows_the_list_and_the_address_follows(page):
    page.goto("/gallery/list/")
    with page.expect_response(lambda answer: "q=" in answer.url):
        page.fill("input[type=search]", "秀")
    page.locator(".chip").first.wait_for()
    assert (shown(page), page.url.partition("?")[2]) == ("17", "q=%E7%A7%80")
    assert page.evaluate("() => document.activeElement.type") == "search"
    page.go_back()
    page.locator(".list-count strong", has_text="137").wait_for()


def test_rows_are_walked_ticked_and_opened_by_keyboard(page):
    page.goto("/gallery/list/")
    for key in ("j", "x", "j", "j", "x", "k"):
        page.keyboard.press(key)
    assert page.locator("[data-ticked]").inner_text() == "2"
    link = page.locator("tbody tr").nth(1).locator("a").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{link}")


def test_a_bulk_action_asks_first_with_the_count_and_no_means_no(page):
    page.goto("/gallery/list/?status=overdue")
    assert page.locator("[data-bulk]").first.is_disabled()
    page.check("[data-tick-all]")
    page.click("[data-bulk] >> nth=1")
    assert "14" in page.locator("#ask [data-about]").inner_text()
    page.click("#ask button[value=no]")
    assert page.url.endswith("status=overdue")
    page.click("[data-bulk] >> nth=1")
    page.click("#ask button[value=yes]")
    page.get_by_text("Reminded 14 people.").wait_for()


def test_what_a_scanner_types_reaches_the_scan_field_from_anywhere(page):
    page.goto("/gallery/station/?verdict=stop")
    assert page.evaluate("() => document.activeElement.id") == "scan"
    page.click("h2")
    page.keyboard.type("8112345")
    assert page.input_value("#scan") == "8112345"


@pytest.mark.parametrize(
    "address", ["/", "/gallery/", "/gallery/list/", "/gallery/station/", "/gallery/wizard/", "/jobs/"]
)
def test_nothing_is_wider_than_a_phone(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    assert (
        page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        == 0
    )


def test_the_phones_menu_opens_the_whole_navigation(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    assert not page.locator("#navigation").is_visible()
    page.click(".tab-bar button")
    page.locator("#navigation .side-close").wait_for(state="visible")
