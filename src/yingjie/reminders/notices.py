"""Texts for chat groups and loudspeakers 群通知、喇叭稿, made of live figures: sessions of the next days with their free places,
and how many people are left. Places, times and counts; nothing of any person. A count below `rules.small_number` is not told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import translation

from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.bookings import queries as bookings
from yingjie.bookings import screen
from yingjie.bookings.queries import SessionRow
from yingjie.bookings.screen import SiteBrief
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import unvaccinated
from yingjie.outreach.unvaccinated import Narrowed
from yingjie.reminders import moments
from yingjie.reminders.rules import rules

KINDS = ("chat", "loudspeaker")
DAYS, MOST = 4, 6
_PARTS = ("head", "session", "kept", "no_session", "many_left", "few_left", "none_left", "foot")


@dataclass(frozen=True)
class Notice:
    """One text. `kind` is a word of KINDS."""

    kind: str
    language: str
    words: str


@dataclass(frozen=True)
class Notices:
    """What was found for an area at a moment; `left` None where the count is too small to be told."""

    area_code: str
    area_name: str
    as_of: datetime
    left: int | None
    sessions: tuple[tuple[SessionRow, SiteBrief], ...]
    texts: tuple[Notice, ...]


def notices(actor: Actor, area_code: str) -> Notices:
    """Raises NotFound where the area is not the actor's."""
    if not actor.may("reminders.view", area_code):
        raise NotFound()
    left = unvaccinated.count(actor, Narrowed(area_code=area_code, term="to_do"))
    found = _sessions(area_code)
    name = areas.names([area_code]).get(area_code, "")
    texts = tuple(
        Notice(kind, language, _words(kind, language, name, found, left))
        for language, _title in settings.LANGUAGES
        for kind in KINDS
    )
    told = left if left == 0 or left >= rules().small_number else None
    return Notices(area_code, name, clock.now(), told, tuple(found), texts)


def _sessions(area_code: str) -> list[tuple[SessionRow, SiteBrief]]:
    """Sessions to come with places left: those for the area itself, else those for everybody in its township, else its county."""
    today = clock.today()
    sites = {site.id: site for site in screen.sites(None, area_code)}
    rows = bookings.sessions(list(sites), today, today + timedelta(days=DAYS - 1))
    free = [row for row in rows if not row.is_over and row.free > 0]
    own = [row for row in free if row.kind == "special" and row.area_code.startswith(area_code)]
    everybody = [row for row in free if row.kind == "ordinary"]
    near = [row for row in everybody if sites[row.site_id].area_code.startswith(area_code[:9])]
    chosen = own + (near or everybody)
    return [(row, sites[row.site_id]) for row in sorted(chosen, key=lambda row: row.from_at)[:MOST]]


def _words(kind: str, language: str, area: str, found: list[tuple[SessionRow, SiteBrief]], left: int) -> str:
    parts = _parts()[kind]
    small = "none_left" if not left else "few_left" if left < rules().small_number else "many_left"
    with translation.override(language):
        lines = [
            parts["session"].in_(language).format(**_said(row, site, kind, language)) for row, site in found
        ]
    whole = [
        parts["head"].in_(language).format(area=area),
        *(lines or [parts["no_session"].in_(language)]),
        parts[small].in_(language).format(left=left),
        parts["foot"].in_(language),
    ]
    return "\n".join(whole)


def _said(row: SessionRow, site: SiteBrief, kind: str, language: str) -> dict[str, Any]:
    hour = moments.spoken_hour if kind == "loudspeaker" else moments.hour
    kept = row.free - row.free_first
    return {
        "on": moments.day(row.on, language), "weekday": moments.weekday(row.on, language),
        "from": hour(row.from_at, language), "until": hour(row.until_at, language),
        "site": site.name, "address": _in_brackets(site.address, language), "seats": row.free, "vaccines": screen.vaccines(row),
        "kept": _parts()[kind]["kept"].in_(language).format(n=kept) if kept else "",
    }  # fmt: skip


def _in_brackets(address: str, language: str) -> str:
    return "" if not address else f"（{address}）" if language.startswith("zh") else f" ({address})"


@lru_cache(maxsize=1)
def _parts() -> dict[str, dict[str, Text]]:
    data = yaml.safe_load((Path(__file__).parent / "data" / "notices.yaml").read_text("utf-8"))
    if set(data) != set(KINDS) or any(set(parts) != set(_PARTS) for parts in data.values()):
        raise ValueError("notices.yaml: each kind has the parts " + ", ".join(_PARTS))
    return {
        kind: {part: Text(row["zh"], row["en"]) for part, row in parts.items()}
        for kind, parts in data.items()
    }
