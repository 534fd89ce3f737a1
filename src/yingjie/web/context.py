"""What every template knows of the shell: the navigation of this actor, the languages, whether this is a demo."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import SIGNED_IN
from yingjie.web import registry
from yingjie.web.registry import Words


@dataclass(frozen=True)
class ShownEntry:
    title: Words
    url: str
    icon: str
    is_here: bool


@dataclass(frozen=True)
class ShownSection:
    key: str
    title: Words
    icon: str
    entries: tuple[ShownEntry, ...]

    @property
    def url(self) -> str:
        return self.entries[0].url

    @property
    def is_here(self) -> bool:
        return any(entry.is_here for entry in self.entries)


@dataclass(frozen=True)
class Shell:
    actor: Actor | None
    navigation: tuple[ShownSection, ...]
    language: str
    languages: tuple[tuple[str, str], ...]
    is_demo: bool
    address: str
    path: str
    moment: datetime

    @property
    def tabs(self) -> tuple[ShownSection, ...]:
        """What the bottom bar of a phone has room for; the rest is behind "More"."""
        return self.navigation[:4]


LANGUAGE_NAMES = {"zh-hans": "简体中文", "en": "English"}


def shell(request: HttpRequest) -> dict[str, object]:
    actor = getattr(request, "actor", None)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "shell": Shell(
            actor=actor,
            navigation=_navigation(actor, request.path) if actor else (),
            language="zh-Hans" if language.startswith("zh") else language,
            languages=tuple((code, LANGUAGE_NAMES.get(code, code)) for code, _name in settings.LANGUAGES),
            is_demo=getattr(settings, "YINGJIE_DEMO", False),
            address=request.get_full_path(),
            path=request.path,
            moment=clock.now(),
        ),
        "actor": actor,
    }


def _navigation(actor: Actor, path: str) -> tuple[ShownSection, ...]:
    """Only the entries that some module registered and this actor may open; a section without any is not shown."""
    allowed = [
        (entry, url)
        for entry in sorted(registry.current.entries, key=lambda entry: entry.order)
        if (entry.permission == SIGNED_IN or actor.may(entry.permission)) and (url := _url(entry.url_name))
    ]
    here = max((url for _entry, url in allowed if _is_below(path, url)), key=len, default=None)
    sections = []
    for section in sorted(registry.current.sections.values(), key=lambda section: section.order):
        entries = tuple(
            ShownEntry(entry.title, url, entry.icon, url == here)
            for entry, url in allowed
            if entry.section == section.key
        )
        if entries:
            sections.append(ShownSection(section.key, section.title, section.icon, entries))
    return tuple(sections)


def _url(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        # A module may be left out of an instance; its entry then leads nowhere and is not shown.
        return ""


def _is_below(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def first_step(actor: Actor) -> ShownEntry | None:
    """Where an actor whose day is still empty begins: the first page they may open besides this one."""
    entries = [entry for section in _navigation(actor, "") for entry in section.entries if entry.url != "/"]
    return entries[0] if entries else None
