"""The observation station in a browser, without the product behind it: its sound is heard once for whoever newly may leave."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import SWITCHES

pytestmark = pytest.mark.browser

SOURCE = Path(__file__).parents[2] / "src" / "yingjie"
SCRIPTS = {
    "/htmx.js": SOURCE / "web/static/vendor/htmx/htmx.min.js",
    "/app.js": SOURCE / "web/static/web/app.js",
    "/station.js": SOURCE / "clinic/static/clinic/station.js",
}
#: Instead of playing, the pitch of every tone is written down.
LISTEN = """
window.heard = [];
window.AudioContext = class {
  currentTime = 0;
  createOscillator() {
    const tone = { frequency: {}, connect: (next) => next, start: () => heard.push(tone.frequency.value), stop: () => {} };
    return tone;
  }
  createGain() { return { gain: {}, connect: () => {} }; }
};
"""
FETCHED_AGAIN = """() => new Promise((done) => {
  document.addEventListener("htmx:afterSettle", () => done(heard), { once: true });
  htmx.trigger("#observed", "over");
})"""
FREE = [660, 990]
"""The pitches that say "somebody may leave"."""


class Bench:
    """What the station's page shows: who may leave, and who waits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.free: list[str] = []
        page.add_init_script(LISTEN)
        page.route("**/*", self._answer)

    def open(self) -> None:
        self.page.goto("http://station.test/")
        # As somebody who works there; before that a browser plays nothing.
        self.page.keyboard.press("Shift")

    def over(self) -> list[int]:
        """The list is fetched again; the tones heard since the page was opened."""
        return self.page.evaluate(FETCHED_AGAIN)

    def _answer(self, route) -> None:  # type: ignore[no-untyped-def]
        path = route.request.url.removeprefix("http://station.test")
        if path in SCRIPTS:
            route.fulfill(path=SCRIPTS[path], content_type="text/javascript")
            return
        rows = "".join(f'<li data-seconds="0" data-free="{visit}">{visit}</li>' for visit in self.free)
        bench = (
            f'<div id="observed" hx-get="/list" hx-trigger="over" hx-swap="outerHTML"><ul>{rows}</ul></div>'
        )
        scripts = "".join(f'<script src="{path}" defer></script>' for path in SCRIPTS)
        whole = f"<!doctype html><html><head>{scripts}</head><body>{bench}</body></html>"
        route.fulfill(body=bench if path == "/list" else whole, content_type="text/html")


@pytest.fixture
def bench() -> Iterator[Bench]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield Bench(browser.new_page())
        browser.close()


def test_a_sound_for_whoever_newly_may_leave(bench: Bench) -> None:
    bench.free = ["a"]
    bench.open()
    assert bench.over() == []  # could leave when the page was opened
    bench.free = ["a", "b"]
    assert bench.over() == FREE
    assert bench.over() == FREE  # nobody new: nothing more is heard
    bench.free = ["b"]
    assert bench.over() == FREE  # one has left
    bench.open()
    assert bench.over() == []  # the same people after loading the page again


def test_silence_where_sounds_are_switched_off(bench: Bench) -> None:
    bench.open()
    bench.page.evaluate("localStorage.setItem('yingjie-silent', '1')")
    bench.free = ["a"]
    assert bench.over() == []
    bench.page.evaluate("localStorage.setItem('yingjie-silent', '0')")
    bench.free = ["a", "b"]
    assert bench.over() == FREE
