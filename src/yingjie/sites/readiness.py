"""Whether a site is ready, from facts alone: what its kind asks for against what is there. readiness_queries loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from yingjie.sites import standards
from yingjie.sites.standards import Item

Words = str | Promise


@dataclass(frozen=True)
class Pieces:
    """Equipment of a kind: `wanted` is what the site should have, `working` what can be used."""

    code: str
    title: Words
    pieces: int
    broken: int
    wanted: int
    blocks: bool
    note: str = ""

    @property
    def missing(self) -> int:
        return max(0, self.wanted - (self.pieces - self.broken))


@dataclass(frozen=True)
class Kept:
    """Something of the emergency kit, against the least that should be there."""

    code: str
    title: Words
    pieces: int
    least: int
    expires_on: date | None
    expires: bool = True

    def is_good(self, on: date) -> bool:
        in_date = not self.expires or (self.expires_on is not None and self.expires_on >= on)
        return self.pieces >= self.least and in_date

    def ends_soon(self, on: date) -> bool:
        within = timedelta(days=standards.kit_warning_days())
        return self.is_good(on) and self.expires_on is not None and self.expires_on - on <= within


@dataclass(frozen=True)
class Seen:
    """What inspections say of a line of the checklist: the last day on which it was fine, or what was found and is not settled."""

    fine_on: date | None = None
    left_out: bool = False
    finding: str = ""
    corrected: bool = False


@dataclass(frozen=True)
class SiteFacts:
    """All that decides. `rooms`: rooms of open zones."""

    kind: str
    rooms: frozenset[str]
    equipment: tuple[Pieces, ...]
    kit: tuple[Kept, ...]
    hospital: str
    ambulance: str
    seen: Mapping[str, Seen]


@dataclass(frozen=True)
class Judged:
    """A line of the checklist: fine or not, and why not. `unseen`: nobody looked yet, or too long ago; `blocks`: no session may be
    opened while it is so."""

    item: Item
    fine: bool
    why: Words = ""
    unseen: bool = False
    blocks: bool = False


@dataclass(frozen=True)
class Readiness:
    lines: tuple[Judged, ...]

    @property
    def is_ready(self) -> bool:
        return all(line.fine for line in self.lines)

    @property
    def may_open(self) -> bool:
        """Whether a session may be opened: nothing is missing that the data says it must not be without."""
        return not any(line.blocks for line in self.lines)

    @property
    def missing(self) -> tuple[Judged, ...]:
        """What is not fine, what keeps the site shut first."""
        return tuple(sorted((line for line in self.lines if not line.fine), key=lambda line: not line.blocks))


def judged(facts: SiteFacts, on: date) -> Readiness:
    """Every line of the checklist of this kind of site."""
    return Readiness(tuple(_line(item, facts, on) for item in standards.items_for(facts.kind)))


def _line(item: Item, facts: SiteFacts, on: date) -> Judged:
    seen = facts.seen.get(item.code, Seen())
    if not item.told:
        return _looked_at(item, seen, on)
    why = _told(item, facts, on) or _found(seen)
    blocks = item.blocks or (
        item.told == "equipment" and any(piece.missing and piece.blocks for piece in facts.equipment)
    )
    return Judged(item, not why, why, blocks=bool(why) and blocks)


def _told(item: Item, facts: SiteFacts, on: date) -> Words:
    """What is wrong with a line that the entered facts answer; "" where nothing is."""
    match item.told:
        case "zone":
            return "" if item.code in facts.rooms else _("The zone is not set up.")
        case "equipment":
            short = tuple(piece.title for piece in facts.equipment if piece.missing)
            return format_lazy(_SHORT, titles=_listed(short)) if short else ""
        case "kit":
            bad = tuple(kept.title for kept in facts.kit if not kept.is_good(on))
            return format_lazy(_SHORT, titles=_listed(bad)) if bad else ""
        case "hospital":
            return "" if facts.hospital else _("No hospital is named.")
        case "ambulance":
            return "" if facts.ambulance else _("No ambulance stands by.")
    raise ValueError(f"nothing tells {item.told}")


def _looked_at(item: Item, seen: Seen, on: date) -> Judged:
    if seen.finding:
        return Judged(item, False, _found(seen), blocks=item.blocks)
    if seen.left_out:
        return Judged(item, True)
    if seen.fine_on is None:
        return Judged(item, False, _("Nobody has looked yet."), unseen=True, blocks=item.blocks)
    if on - seen.fine_on > timedelta(days=standards.inspected_within_days()):
        return Judged(item, False, _("The last inspection is too long ago."), unseen=True, blocks=item.blocks)
    return Judged(item, True)


def _found(seen: Seen) -> Words:
    return format_lazy(_CORRECTED, what=seen.finding) if seen.corrected else seen.finding


def _joined(titles: tuple[Words, ...]) -> str:
    return str(pgettext("between words of a list", ", ")).join(str(title) for title in titles)


_listed = lazy(_joined, str)
_CORRECTED = _("Corrected, not yet looked at again: {what}")
_SHORT = _("Missing: {titles}")
