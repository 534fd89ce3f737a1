"""Reads of bulletins. The right to see an area's counts is `oversight.view` over that area, not the right to see its people: the
counts below it are therefore taken by the product itself (`system`), after that right was checked."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.documents.report import Format, Language, render
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import drafting, kept
from yingjie.oversight.content import BulletinContent, from_json, hash_of
from yingjie.oversight.models import Bulletin
from yingjie.oversight.paper import report
from yingjie.oversight.refusals import ContentDiffers
from yingjie.people import queries as people
from yingjie.vaccines.queries import course


@dataclass(frozen=True)
class BulletinView:
    """An issued bulletin with who issued it and when."""

    content: BulletinContent
    sha256: str
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True)
class DayPage:
    """Everything that the page of an area and day shows. `path` are the areas above that the actor may open too; `next_on` is None
    on the last day there is."""

    content: BulletinContent
    issued: BulletinView | None
    path: tuple[AreaRow, ...]
    previous_on: date
    next_on: date | None
    may_issue: bool


@dataclass(frozen=True)
class Progress:
    """Where an area stands at this moment."""

    area_code: str
    area_name: str
    on: date
    as_of: datetime
    people: int
    doses_today: int
    first_dose: int
    full_course: int


@dataclass(frozen=True)
class BulletinRow:
    """A line of the archive."""

    area_code: str
    area_name: str
    on: date
    number: int
    cut_off_at: datetime
    issued_at: datetime
    issued_by: str


def draft(actor: Actor, area_code: str, on: date, cut_off_at: datetime | None = None) -> BulletinContent:
    """The bulletin of an area and day as the records stand, counted at `cut_off_at` (left out: now, or the day's end).

    Raises NotFound for an area the actor may not see, DayToCome, CutOffOutsideDay. One grouped query per figure, all of one
    snapshot: a dose recorded while the figures are read is in all of them or in none.
    """
    area = _area(actor, area_code)
    with one_snapshot():
        return drafting.draft(area, on, drafting.cut_off(on, cut_off_at))


def issued(actor: Actor, area_code: str, on: date) -> BulletinView | None:
    """The bulletin as it was issued, or None. Raises NotFound for a foreign area, ContentDiffers where it was tampered with."""
    area = _area(actor, area_code)
    found = Bulletin.objects.visible_to(actor).filter(area_id=area_code, on=on).first()
    if found is None:
        return None
    if hash_of(found.content) != found.content_sha256:
        raise ContentDiffers(on=on, area=area.name)
    return BulletinView(from_json(found.content), found.content_sha256, found.issued_at, found.issued_by)


def recount(actor: Actor, area_code: str, on: date) -> tuple[BulletinContent, BulletinContent]:
    """(as issued, counted again now from the rows for the same cut-off), both without what can only be stated: equal, whatever was
    recorded, taken back, moved, joined or sorted otherwise since. Raises NotFound."""
    found = issued(actor, area_code, on)
    if found is None:
        raise NotFound()
    area = _area(actor, area_code)
    with one_snapshot():
        again = drafting.reproduced(area, on, found.content.cut_off_at, ask=kept.Rows)
    return _figures_of(found.content), _figures_of(again)


def _figures_of(content: BulletinContent) -> BulletinContent:
    return replace(
        content, number=None, issued_on=None, notices=(), tomorrow=None, problems="", plan="", signed_by="", copied_to="",
        targets=(),
    )  # fmt: skip


def shown(actor: Actor, area_code: str, on: date) -> BulletinContent:
    """The issued bulletin where there is one, else the draft."""
    found = issued(actor, area_code, on)
    return found.content if found else draft(actor, area_code, on)


def file(actor: Actor, area_code: str, on: date, kind: Format, language: Language) -> bytes:
    """The bulletin as a file: of the issued one where there is one (the same bytes for ever), else a draft marked as one."""
    return render(report(shown(actor, area_code, on), language), kind)


def archive(actor: Actor, area_code: str = "") -> list[BulletinRow]:
    """The issued bulletins that the actor may see, of one area or of all, newest first."""
    rows = Bulletin.objects.visible_to(actor).defer("content").order_by("-on", "area_id")
    if area_code:
        _area(actor, area_code)
        rows = rows.filter(area_id=area_code)
    names = areas.names({row.area_id for row in rows})
    return [
        BulletinRow(
            row.area_id, names[row.area_id], row.on, row.number, row.cut_off_at, row.issued_at, row.issued_by
        )
        for row in rows
    ]


def day_page(actor: Actor, area_code: str, on: date) -> DayPage:
    """The page of an area and day: the issued bulletin, else the draft."""
    found = issued(actor, area_code, on)
    content = found.content if found else draft(actor, area_code, on)
    above = (row for row in areas.path(area_code)[:-1] if actor.may("oversight.view", row.code))
    newest = _newest_on(area_code)
    return DayPage(
        content=content,
        issued=found,
        path=tuple(above),
        previous_on=on - timedelta(days=1),
        next_on=on + timedelta(days=1) if on < clock.today() else None,
        may_issue=actor.may("oversight.issue", area_code) and (newest is None or newest < on),
    )


def home(actor: Actor) -> str:
    """The code of the highest area whose bulletin the actor may see; the first county for the system. Raises NotFound."""
    held = actor.scopes("oversight.view")
    if held:
        return min((role.area_code for role in held), key=lambda code: (len(code), code))
    found = areas.home_area(actor) if actor.is_system else None
    if found is None:
        raise NotFound()
    return found.code


def progress(actor: Actor) -> Progress:
    """Today's counts over the actor's home area, at this moment. Raises NotFound."""
    area = _area(actor, home(actor))
    on, as_of, counter = clock.today(), clock.now(), system("oversight")
    offered = course(on)
    covered = [
        sum(found.values())
        for found in (
            doses.covered_by_village(counter, area.code, dose_number=1, up_to=as_of),
            doses.completed_by_village(counter, area.code, up_to=as_of),
        )
    ]
    given = doses.given_by_village(counter, area.code, on=on, up_to=as_of)
    born = offered.born_until or date.min
    counted = sum(people.ledger_counts(counter, area.code, on, born_on_or_before=born).values())
    return Progress(area.code, area.name, on, as_of, counted, sum(given.values()), *covered)


def not_issued(actor: Actor, on: date) -> list[AreaRow]:
    """The areas for which the actor issues bulletins and has not issued that day's."""
    codes = sorted({held.area_code for held in actor.scopes("oversight.issue")})
    rows = Bulletin.objects.visible_to(actor).filter(area_id__in=codes, on__gte=on)
    done = set(rows.values_list("area_id", flat=True))
    return [areas.area(system("oversight"), code) for code in codes if code not in done]


def _area(actor: Actor, area_code: str) -> AreaRow:
    if not actor.may("oversight.view", area_code):
        raise NotFound()
    area = areas.area(system("oversight"), area_code)
    if area.level in ("grid", "micro_grid"):
        raise NotFound()  # counts go down to the village
    return area


def _newest_on(area_code: str) -> date | None:
    """The day of the newest issued bulletin of an area."""
    rows = Bulletin.objects.unscoped("the order of days is a rule, not a row shown")
    return rows.filter(area_id=area_code).order_by("-on").values_list("on", flat=True).first()
