"""Reads of the tree. Names of areas are public; which areas somebody works on is a matter of their roles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Exists, OuterRef, Q

from yingjie.areas.divisions import Division, PlaceIndex, short_names
from yingjie.areas.models import LEVELS, Area, AreaChange, AreaName
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.queries import display_names
from yingjie.foundation.refusals import NotFound

PARENT_LENGTHS = (2, 4, 6, 9, 12, 14)
_PUBLIC = "names of areas are public"


@dataclass(frozen=True)
class AreaRow:
    """A node. `closed_on` is the day from which it no longer exists."""

    code: str
    name: str
    level: str
    parent_code: str | None
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@dataclass(frozen=True)
class ChildRow:
    """A child in its parent's table: how many open areas of the next level it has."""

    area: AreaRow
    children: int


@dataclass(frozen=True)
class OtherName:
    name: str
    kind: str
    until_on: date | None


@dataclass(frozen=True)
class ChangeRow:
    """A rename or a merge as it was written down; `into_code` is where a merged area went, `by` the user
    name and `by_name` the name of whoever did it."""

    kind: str
    on: date
    area_code: str
    from_name: str
    to_name: str
    into_code: str | None
    rows_moved: int
    reason: str
    by: str
    at: datetime
    by_name: str = ""


@dataclass(frozen=True)
class AreaPage:
    """Everything that an area's page says about the area itself."""

    area: AreaRow
    path: tuple[AreaRow, ...]
    successor: AreaRow | None
    names: tuple[OtherName, ...]
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True)
class PlaceAnswer:
    """What a written name means: `exact` (one candidate), `likely` (some, to be confirmed) or `none`."""

    kind: Literal["exact", "likely", "none"]
    candidates: tuple[AreaRow, ...] = ()

    @property
    def area(self) -> AreaRow | None:
        return self.candidates[0] if self.kind == "exact" else None


@dataclass(frozen=True)
class PlaceBook:
    """The names of everything below an area, ready to be asked many times (a roster's column costs one search per spelling)."""

    within: str
    rows: dict[str, AreaRow]
    successors: dict[str, str]
    index: PlaceIndex = field(repr=False)
    exact_index: PlaceIndex = field(repr=False)

    def resolve(self, text: str, level: str | None = None, *, mistypes: bool = True) -> PlaceAnswer:
        """What `text` means inside `within`; a name or code of a closed area leads to the one that took its place.

        `mistypes=False` does not look for names with a wrong character, which costs some 20 ms for a spelling never seen.
        """
        text = self.successors.get(text.strip(), text)
        match = (self.index if mistypes else self.exact_index).match(text, level)
        found = tuple(self.rows[d.code] for d in match.candidates if d.code.startswith(self.within))
        if not found:
            return PlaceAnswer("none")
        certain = len(found) == 1 and match.kind == "exact"
        return PlaceAnswer("exact" if certain else "likely", found)


def area(actor: Actor, code: str) -> AreaRow:
    """One area of the actor's. Raises NotFound."""
    return _row(_visible(actor, code))


def area_page(actor: Actor, code: str) -> AreaPage:
    """One area with its path, its other names and its history (changes below a closed or merged area included)."""
    found = _visible(actor, code)
    names = AreaName.objects.visible_to(actor).filter(area=found).order_by("kind", "name")
    changes = (
        AreaChange.objects.visible_to(actor)
        .filter(Q(area=found) | Q(into=found) | Q(area__parent=found))
        .order_by("-on", "-at")[:100]
    )
    successor = found.successor
    return AreaPage(
        area=_row(found),
        path=path(code),
        successor=_row(successor) if successor else None,
        names=tuple(OtherName(name.name, name.kind, name.until_on) for name in names),
        changes=_changes(changes),
    )


def children(actor: Actor, code: str, *, closed: bool = False) -> list[AreaRow]:
    """The areas right below one of the actor's, in the order of codes; closed ones only when asked for. Raises NotFound."""
    return [row.area for row in child_rows(actor, code, closed=closed)]


def listed_at(code: str, moment: datetime, *, level: str = "") -> list[AreaRow]:
    """The areas right below a code, or all of a level below it, that were open at a moment, in the order of codes: those that have
    become part of another since are among them. For counts of a past moment, whose right was checked before."""
    merged_since = AreaChange.objects.unscoped(_PUBLIC).filter(
        area_id=OuterRef("code"), kind="merge", at__gt=moment
    )
    below = Q(level=level, code__startswith=code) if level else Q(parent_id=code)
    rows = Area.objects.unscoped(_PUBLIC).filter(below, Q(closed_on=None) | Exists(merged_since))
    return [_row(row) for row in rows.order_by("code")]


def child_rows(actor: Actor, code: str, *, closed: bool = False) -> list[ChildRow]:
    """`children` with the number of open areas below each."""
    _visible(actor, code)
    rows = Area.objects.visible_to(actor).filter(parent_id=code).order_by("code")
    if not closed:
        rows = rows.filter(closed_on__isnull=True)
    counted = rows.annotate(below=Count("children", filter=Q(children__closed_on__isnull=True)))
    return [ChildRow(_row(row), row.below) for row in counted]


def path(code: str) -> tuple[AreaRow, ...]:
    """The ancestors of a code from the province down, the area itself last; unknown codes are left out. Public."""
    codes = [code[:length] for length in PARENT_LENGTHS if length < len(code)] + [code]
    rows = Area.objects.unscoped(_PUBLIC).filter(code__in=codes).order_by("code")
    return tuple(_row(row) for row in rows)


def names(codes: Iterable[str]) -> dict[str, str]:
    """The names of these codes; unknown ones are left out. Public."""
    wanted = set(codes)
    rows = Area.objects.unscoped(_PUBLIC).filter(code__in=wanted)
    return dict(rows.values_list("code", "name"))


def places(codes: Collection[str]) -> dict[str, str]:
    """Each code as a clerk of its county says it: township, village and grid with dots between. Public."""
    whole = {code[:length] for code in codes for length in (6, 9, 12, 14, 16) if length <= len(code)}
    known = names(whole)
    return {
        code: " · ".join(
            known[code[:length]]
            for length in (9, 12, 14, 16)
            if length <= len(code) and code[:length] in known
        )
        or known.get(code, code)
        for code in set(codes)
    }


def villages_under(actor: Actor, code: str) -> list[AreaRow]:
    """The open villages at or below a code that the actor may see, in the order of codes."""
    rows = Area.objects.visible_to(actor).filter(
        level="village", code__startswith=code, closed_on__isnull=True
    )
    return [_row(row) for row in rows.order_by("code")]


def homes_under(actor: Actor, code: str, permission: str = "areas.view") -> list[AreaRow]:
    """The open villages, grids and micro-grids at or below a code: where a person can be registered."""
    rows = Area.objects.visible_to(actor, permission).filter(
        level__in=LEVELS[4:], code__startswith=code, closed_on__isnull=True
    )
    return [_row(row) for row in rows.order_by("code")]


def open_under(
    actor: Actor, code: str, levels: Collection[str], permission: str = "areas.view"
) -> list[AreaRow]:
    """The open areas of these levels at or below a code on which the actor holds a permission, in the order of codes."""
    rows = Area.objects.visible_to(actor, permission).filter(
        level__in=levels, code__startswith=code, closed_on__isnull=True
    )
    return [_row(row) for row in rows.order_by("code")]


def merge_targets(actor: Actor, area: AreaRow) -> list[AreaRow]:
    """The open areas into which an area can be merged: a village into one of its county, a local area into one of its village;
    those of the same parent first."""
    reach = area.code[:6] if area.level == "village" else area.code[:12]
    rows = Area.objects.visible_to(actor, "areas.change").filter(
        level=area.level, code__startswith=reach, closed_on__isnull=True
    )
    found = [_row(row) for row in rows.exclude(code=area.code).order_by("code")]
    return sorted(found, key=lambda row: row.parent_code != area.parent_code)


def open_area(actor: Actor, code: str, permission: str) -> AreaRow | None:
    """An open area on which the actor holds a permission, else None: what actions of other modules check first."""
    if not code.isdigit():
        return None
    rows = Area.objects.visible_to(actor, permission).filter(code=code, closed_on__isnull=True)
    found = rows.first()
    return _row(found) if found else None


def home_area(actor: Actor) -> AreaRow | None:
    """Where this actor's pages begin: the highest area of their roles; the first county for the system; None in an empty tree."""
    rows = Area.objects.visible_to(actor)
    home = actor.home_code()
    found = rows.filter(code=home).first() if home else None
    return _row(found) if found else _first(rows.filter(level="county").order_by("code"))


def current(codes: Collection[str]) -> dict[str, str]:
    """Each code → the code of the open area that stands for it today: itself, or what took its place. Public."""
    followed = {code: code for code in codes}
    while True:
        rows = Area.objects.unscoped(_PUBLIC).filter(code__in=set(followed.values()), successor__isnull=False)
        next_of = dict(rows.values_list("code", "successor_id"))
        if not next_of:
            return followed
        followed = {code: next_of.get(end, end) for code, end in followed.items()}


def said_name(row: AreaRow) -> str:
    """How an area is called where there is little room: a village by the longest of its shorter names (崔杏村 for 崔杏村村委会)."""
    shorter = short_names(row.name, row.level) if row.level == "village" else set()
    return max(shorter, key=lambda name: (len(name), name), default=row.name)


def known_names(actor: Actor, code: str) -> dict[str, list[str]]:
    """The open areas right below one of the actor's, each with its name first, then shorter forms and other names. Raises
    NotFound."""
    below = children(actor, code)
    known = {row.code: [row.name, *sorted(short_names(row.name, row.level))] for row in below}
    others = AreaName.objects.unscoped(_PUBLIC).filter(area__in=known).order_by("kind", "name")
    for area_code, name in others.values_list("area_id", "name"):
        known[area_code].append(name)
    return known


def county_book(code: str) -> PlaceBook:
    """The names of the whole county in which a code lies: to say where a name belongs that lies outside one's own area. Public."""
    return _book(code[:6])


def place_book(actor: Actor, within: str) -> PlaceBook:
    """The names of the areas at or below `within`, with the ancestors that people write in front. Raises NotFound."""
    _visible(actor, within)
    return _book(within)


def _book(within: str) -> PlaceBook:
    above = [within[:length] for length in PARENT_LENGTHS if length < len(within)]
    scope = Area.objects.unscoped(_PUBLIC)
    found = list(scope.filter(Q(code__startswith=within) | Q(code__in=above)).order_by("code"))
    more: dict[str, Iterable[str]] = {}
    others = AreaName.objects.unscoped(_PUBLIC).filter(area__in=[row.code for row in found])
    for code, name in others.values_list("area_id", "name"):
        more[code] = [*more.get(code, ()), name]
    opened = [row for row in found if row.closed_on is None]
    places = [Division(row.code, row.name, row.level) for row in opened]
    return PlaceBook(
        within=within,
        rows={row.code: _row(row) for row in opened},
        successors=_successors(found),
        index=PlaceIndex(places, more_names=more),
        exact_index=PlaceIndex(places, more_names=more, mistypes=False),
    )


def resolve(actor: Actor, text: str, within: str) -> PlaceAnswer:
    """What a written name means inside an area of the actor's. For many questions keep a `place_book`."""
    return place_book(actor, within).resolve(text)


def search(actor: Actor, text: str, *, limit: int = 50) -> list[AreaRow]:
    """Areas whose name, other name, pinyin or code begins with or contains the text; higher levels first."""
    text = text.replace("\x00", "").strip()
    if not text:
        return []
    condition = Q(name__contains=text) | Q(code__startswith=text) | Q(names__name__contains=text)
    if text.isascii() and text.isalpha():
        word = text.casefold()
        condition |= Q(pinyin__startswith=word) | Q(pinyin__contains=f" {word}")
    rows = Area.objects.visible_to(actor).filter(condition).distinct()
    ranked = sorted(rows, key=lambda row: (row.closed_on is not None, len(row.code), row.code))
    return [_row(row) for row in ranked[:limit]]


def level_counts(actor: Actor, code: str) -> dict[str, int]:
    """How many open areas of each level lie below a code."""
    rows = Area.objects.visible_to(actor).filter(code__startswith=code, closed_on__isnull=True)
    counted = rows.exclude(code=code).values("level").annotate(areas=Count("code")).order_by()
    found = {row["level"]: row["areas"] for row in counted}
    return {level: found[level] for level in LEVELS if level in found}


def _successors(rows: Iterable[Area]) -> dict[str, str]:
    """Code of a closed area → code of the open area that took its place, however many mergers later."""
    direct = {row.code: row.successor_id for row in rows if row.successor_id}
    final = {}
    for code in direct:
        end = code
        while end in direct:
            end = direct[end]
        final[code] = end
    return final


def _visible(actor: Actor, code: str) -> Area:
    rows = Area.objects.visible_to(actor).filter(code=code).select_related("successor")
    found = rows.first() if code.isdigit() else None
    if found is None:
        raise NotFound()
    return found


def _first(rows: Iterable[Area]) -> AreaRow | None:
    return next((_row(row) for row in rows), None)


def _row(row: Area) -> AreaRow:
    return AreaRow(row.code, row.name, row.level, row.parent_id, row.closed_on)


def _changes(rows: Iterable[AreaChange]) -> tuple[ChangeRow, ...]:
    found = list(rows)
    people = display_names(row.by for row in found)
    return tuple(_change(row, people.get(row.by, row.by)) for row in found)


def _change(row: AreaChange, by_name: str) -> ChangeRow:
    return ChangeRow(
        row.kind, row.on, row.area_id, row.from_name, row.to_name, row.into_id, row.rows_moved, row.reason, row.by, row.at,
        by_name,
    )  # fmt: skip
