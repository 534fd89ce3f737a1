"""The real product as a process of its own, people who sign in to it with Chromium, and what no page may ever do."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from yingjie.foundation.postgres import processes
from yingjie.foundation.postgres.account import Account
from yingjie.foundation.postgres.temporary import reachable_directory

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_SECONDS = 300
ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
EVERYTHING_SAID = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
  while (walker.nextNode()) said.push(walker.currentNode.textContent.trim());
  for (const each of document.querySelectorAll("[title], [placeholder], [aria-label]"))
    said.push(each.title, each.getAttribute("placeholder"), each.getAttribute("aria-label"));
  return said;
}"""
#: A refusal is answered with its status, which Chromium reports as if something had failed to load.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4(00|09|22) ")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the product serves: brought up as a user does it, and taken down again to the last process."""
    with reachable_directory(Account.choose()) as directory:
        port, home = processes.any_free_port(), directory / "home"
        environment = os.environ | {
            "YINGJIE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "yingjie.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        said = directory / "said.txt"
        command = [
            sys.executable,
            "-m",
            "yingjie.cli",
            "up",
            "--size",
            "small",
            "--seed",
            "1",
            "--port",
            str(port),
        ]
        with said.open("wb") as out:
            product = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_until_served(f"http://127.0.0.1:{port}/", product, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            family = _descendants(product.pid)
            product.send_signal(signal.SIGTERM)
            product.wait(60)
        assert (product.returncode, [pid for pid in family if processes.is_alive(pid)]) == (0, [])
        assert "Traceback" not in said.read_text()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody before a screen."""

    page: Page
    address: str

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        return self.page

    def speak(self, language: str) -> None:
        """What the switch at the top of every page does, without following it."""
        self.context.add_cookies([{"name": "yingjie_language", "value": language, "url": self.address}])


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What the console of any page said, what broke, and what was asked of another host."""
    return []


@pytest.fixture(autouse=True)
def _no_page_complains(complaints: list[str]) -> Iterator[None]:
    yield
    heard = complaints.copy()
    complaints.clear()
    assert heard == []


@pytest.fixture(scope="module")
def stranger(chromium: Browser, address: str, complaints: list[str]) -> Iterator[Callable[[], Visitor]]:
    """Makes a visitor with a browser of their own, not signed in."""
    contexts = []

    def make() -> Visitor:
        context = chromium.new_context(
            viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: _listen(complaints, said.type, said.text, page.url))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _stays_home(complaints, request.url, address))
        page.on(
            "response",
            lambda answer: answer.status >= 500 and complaints.append(f"{answer.url}: {answer.status}"),
        )
        return Visitor(page, address)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def signed_in(stranger: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    """The visitor who holds a demo account; each signs in once, by the button beside the account."""
    known: dict[str, Visitor] = {}

    def enter(username: str) -> Visitor:
        if username not in known:
            visitor = stranger()
            page = visitor.go("/account/login/")
            page.click(f"[data-demo-user={username}]")
            code = page.locator("[data-fill='[name=code]']")
            expect(code.or_(page.locator("#navigation")).first).to_be_attached()
            if code.count():
                code.click()
            expect(page).to_have_url(re.compile(r":\d+/$"))
            known[username] = visitor
        visitor = known[username]
        visitor.page.set_viewport_size(DESK)
        visitor.speak("zh-hans")
        return visitor

    return enter


def is_whole_on_a_phone(page: Page) -> bool:
    """Nothing is wider than the screen of a phone; the page is left at that width."""
    page.set_viewport_size(PHONE)
    return page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical for people who see, hear or move otherwise."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def words_left_in_chinese(page: Page) -> list[str]:
    """Words of the product (not names, places or entries) that the page says in Chinese: as text, hint or label for the ear."""
    return sorted(set(page.evaluate(EVERYTHING_SAID)) & _chinese_words())


def shoot(visitor: Visitor, name: str, *, english: bool = False, phone: bool = False) -> None:
    """With YINGJIE_PICTURES=1: the page as it stands, as docs/images/NAME.png. Otherwise nothing."""
    if os.environ.get("YINGJIE_PICTURES") != "1":
        return
    visitor.page.set_viewport_size(PHONE if phone else DESK)
    suffix = ".en" if english else ".phone" if phone else ""
    IMAGES.mkdir(parents=True, exist_ok=True)
    visitor.page.evaluate("() => document.fonts.ready.then(() => true)")
    visitor.page.screenshot(path=IMAGES / f"{name}{suffix}.png", animations="disabled", caret="hide")
    visitor.page.set_viewport_size(DESK)


@cache
def _chinese_words() -> frozenset[str]:
    """Every translation that the product ships, as its pages show it."""
    files = (ROOT / "src" / "yingjie").glob("**/zh_Hans/LC_MESSAGES/django.po")
    said = [
        text
        for file in files
        for text in re.findall(r'^msgstr(?:\[0\])? "(.+)"$', file.read_text("utf-8"), re.M)
    ]
    return frozenset(text for text in said if re.search("[\u4e00-\u9fff]", text))


def _listen(complaints: list[str], kind: str, text: str, url: str) -> None:
    if kind in ("error", "warning") and not REFUSED.match(text):
        complaints.append(f"{url}: {text}")


def _stays_home(complaints: list[str], url: str, address: str) -> None:
    if not url.startswith((address, "data:", "blob:")):
        complaints.append(f"asked for {url}")


def _wait_until_served(page: str, product: "subprocess.Popen[bytes]", said: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        assert product.poll() is None, said.read_text()
        try:
            urllib.request.urlopen(page, timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"not served after {PATIENCE_SECONDS} s: {said.read_text()}")


def _descendants(pid: int) -> list[int]:
    """The process, its children and theirs, as long as they live."""
    parents = {int(path.name): processes.parent_of(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family
