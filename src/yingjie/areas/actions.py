"""Changes of the tree. A code is never given twice, and nothing that happened is forgotten."""

from collections.abc import Callable, Collection
from datetime import date

from django.db import models, transaction
from pypinyin import lazy_pinyin

from yingjie.areas import divisions, refusals
from yingjie.areas.models import Area, AreaChange, AreaName
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.models import Grant
from yingjie.foundation.access.scoping import scoped_models
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound

Progress = Callable[..., None]
"""Called as progress(done, total)."""

_LOCAL_BELOW = {"village": "grid", "grid": "micro_grid"}
_before_merge: list[Callable[[Collection[str]], object]] = []


def before_merge(listener: Callable[[Collection[str]], object]) -> None:
    """Register a listener(codes), once however often it is asked for: called just before whatever hangs on these areas gets another
    code."""
    if listener not in _before_merge:
        _before_merge.append(listener)


@transaction.atomic
def load_county(*, by: Actor, code: str, progress: Progress | None = None) -> int:
    """Load a county with its ancestors and everything below it from the shipped divisions, and the names that people use.

    May be repeated: areas that are there (renamed or closed meanwhile) stay as they are. Returns how many areas the shipped
    divisions have for this county, ancestors included. Raises UnknownCounty.
    """
    by.require("areas.change", code)
    found = _county(code)
    known = set(_every().filter(code__in=[d.code for d in found]).values_list("code", flat=True))
    new = [division for division in found if division.code not in known]
    Area.objects.bulk_create([_area_of(division) for division in new], batch_size=1000, ignore_conflicts=True)
    present = {division.code for division in found}
    popular = [
        AreaName(area_id=code, name=alias, kind="popular")
        for code, aliases in divisions.aliases().items()
        if code in present
        for alias in aliases
    ]
    AreaName.objects.bulk_create(popular, ignore_conflicts=True)
    if progress:
        progress(len(found), len(found))
    facts = {"added": len(new), "present": len(known), "source": "divisions-2023"}
    record(by=by, verb="areas.load_county", subject=("area", code), area_code=code, facts=facts)
    return len(found)


@transaction.atomic
def add_local(*, by: Actor, parent_code: str, name: str) -> Area:
    """A grid below a village, or a micro-grid below a grid, with the next number that was never used there.

    Raises NotALocalParent, AreaClosed, NameMissing, NameTaken, NumbersUsedUp.
    """
    parent = _locked(by, parent_code)[0]
    level = _LOCAL_BELOW.get(parent.level)
    if level is None:
        raise refusals.NotALocalParent(name=parent.name)
    _must_be_open(parent)
    name = _free_name(parent, name)
    made = _local(_next_code(parent), name, level, parent.code)
    made.save(force_insert=True)
    record(by=by, verb="areas.add_local", subject=made, area_code=made.code, facts={"name": name})
    return made


@transaction.atomic
def rename(*, by: Actor, code: str, name: str, on: date, reason: str) -> Area:
    """A new name from `on` (today or earlier); the former name still finds the area.

    Raises AreaClosed, NameMissing, SameName, NameTaken, DayToCome.
    """
    area = _locked(by, code)[0]
    _must_be_open(area)
    _must_have_come(on)
    former = area.name
    if name.strip() == former:
        raise refusals.SameName(name=former)
    area.name = _free_name(area.parent, name)
    area.pinyin = reading(area.name)
    area.save(update_fields=["name", "pinyin"])
    _keep_name(area, former, on)
    AreaChange.objects.create(
        area=area, kind="rename", on=on, from_name=former, to_name=area.name, reason=reason, by=by.name,
        at=clock.now(),
    )  # fmt: skip
    facts = {"from": former, "to": area.name, "on": on.isoformat(), "reason": reason}
    record(by=by, verb="areas.rename", subject=area, area_code=code, facts=facts)
    return area


@transaction.atomic
def merge(*, by: Actor, code: str, into: str, on: date, reason: str) -> Area:
    """Close an area, move everything that hangs on it to `into`, and let its names lead there. Returns `into`.

    Local areas below move along under new numbers. Rows of every scoped model and roles held on the area are re-keyed, except
    rows that are a statement about the area itself (an issued bulletin). Raises MergeIntoItself, LevelNotMerged, OtherLevel,
    OtherCounty, AreaClosed, DayToCome.
    """
    if code == into:
        raise refusals.MergeIntoItself(name=code)
    source, target = sorted(_locked(by, code, into), key=lambda area: area.code != code)
    _must_merge(source, target, on)
    moved = _new_codes(source, target)
    pairs = {source.code: target.code} | {old.code: new.code for old, new in moved}
    Area.objects.bulk_create([new for _old, new in moved])
    for listener in _before_merge:
        listener(pairs)
    rows = _rekey(pairs)
    now = clock.now()
    for old, new in [(source, target), *moved]:
        old.closed_on, old.successor_id = on, new.code
        old.save(update_fields=["closed_on", "successor"])
    AreaChange.objects.bulk_create(
        AreaChange(
            area=old, kind="merge", on=on, from_name=old.name, to_name=new.name, into=new,
            rows_moved=rows.get(old.code, 0), reason=reason, by=by.name, at=now,
        )
        for old, new in [(source, target), *moved]
    )  # fmt: skip
    for name in {source.name, *_names_of(source)}:
        _keep_name(target, name, on)
    facts = {"into": into, "on": on.isoformat(), "reason": reason, "rows": sum(rows.values()), "codes": pairs}
    record(by=by, verb="areas.merge", subject=source, area_code=code, facts=facts)
    return target


def reading(name: str) -> str:
    """How a name is found by typing Latin letters: its pinyin, a blank, its initials ("donggaocun dgc")."""
    syllables = [syllable.casefold() for syllable in lazy_pinyin(name)]
    return f"{''.join(syllables)} {''.join(syllable[:1] for syllable in syllables)}"[:160]


def _county(code: str) -> list[divisions.Division]:
    try:
        if divisions.level_of(code) != "county":
            raise refusals.UnknownCounty(code=code)
        return divisions.load(code)
    except divisions.UnknownDivision as unknown:
        raise refusals.UnknownCounty(code=code) from unknown


def _area_of(division: divisions.Division) -> Area:
    return Area(
        code=division.code, name=division.name, level=division.level, parent_id=division.parent_code,
        pinyin=reading(division.name),
    )  # fmt: skip


def _local(code: str, name: str, level: str, parent_code: str) -> Area:
    return Area(
        code=code,
        name=name,
        level=level,
        parent_id=parent_code,
        pinyin=reading(name),
        opened_on=clock.today(),
    )


def _every() -> models.QuerySet[Area]:
    return Area.objects.unscoped("the tree itself is being changed, by someone who was authorised before")


def _locked(by: Actor, *codes: str) -> list[Area]:
    """The areas, locked in the order of codes. Raises NotFound for a foreign one, NotAllowed without the permission."""
    by.require("areas.change")
    found = lock(Area.objects.visible_to(by, "areas.change"), code__in=codes)
    if len(found) != len(set(codes)):
        raise NotFound()
    return found


def _must_be_open(area: Area) -> None:
    if area.closed_on is not None:
        raise refusals.AreaClosed(name=area.name, on=area.closed_on.isoformat())


def _must_have_come(on: date) -> None:
    if on > clock.today():
        raise refusals.DayToCome(on=on.isoformat())


def _must_merge(source: Area, target: Area, on: date) -> None:
    _must_have_come(on)
    for area in (source, target):
        _must_be_open(area)
    names = {"name": source.name, "into": target.name}
    if source.level != target.level:
        raise refusals.OtherLevel(**names)
    if source.level not in ("village", "grid", "micro_grid"):
        raise refusals.LevelNotMerged(name=source.name)
    if source.code[:6] != target.code[:6]:
        raise refusals.OtherCounty(**names)


def _free_name(parent: Area | None, name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 64:
        raise refusals.NameMissing()
    if parent and _every().filter(parent=parent, name=name, closed_on__isnull=True).exists():
        raise refusals.NameTaken(parent=parent.name, name=name)
    return name


def _next_code(parent: Area, taken: frozenset[str] = frozenset()) -> str:
    """The next number below a village or grid: one after the highest ever used, closed ones included."""
    codes = set(_every().filter(parent_id=parent.code).values_list("code", flat=True)) | taken
    number = max((int(code[-2:]) for code in codes if code[:-2] == parent.code), default=0) + 1
    if number > 99:
        raise refusals.NumbersUsedUp(name=parent.name)
    return f"{parent.code}{number:02d}"


def _new_codes(source: Area, target: Area) -> list[tuple[Area, Area]]:
    """Every open local area below the source with the new one that takes its place below the target, upper levels first."""
    below = list(
        _every()
        .filter(code__startswith=source.code, closed_on__isnull=True)
        .exclude(code=source.code)
        .order_by("code")
    )
    parents: dict[str, Area] = {source.code: target}
    moved: list[tuple[Area, Area]] = []
    for old in below:
        parent = parents[str(old.parent_id)]
        taken = frozenset(new.code for _old, new in moved)
        name = _name_beside(parent, old.name, source.name)
        new = _local(_next_code(parent, taken), name, old.level, parent.code)
        parents[old.code] = new
        moved.append((old, new))
    return moved


def _name_beside(parent: Area, name: str, from_name: str) -> str:
    """A moved area's name, told apart from one of the same name that is already there."""
    taken = _every().filter(parent_id=parent.code, name=name, closed_on__isnull=True).exists()
    return f"{from_name} {name}"[:64] if taken else name


def _rekey(pairs: dict[str, str]) -> dict[str, int]:
    """Move rows and roles from each old code to its new one. Returns rows moved per old code."""
    moved = dict.fromkeys(pairs, 0)
    for model, column in _columns_to_move():
        rows = model._default_manager.unscoped("everybody's rows follow the area that they hang on")  # type: ignore[attr-defined]  # every model of the house has the scoped manager
        for old, new in pairs.items():
            moved[old] += rows.filter(**{column: old}).update(**{column: new})
    for old, new in pairs.items():
        Grant.objects.filter(area_code=old).update(area_code=new)
    return moved


def _columns_to_move() -> list[tuple[type[models.Model], str]]:
    """(model, column) of every scoped model that carries an area code itself.

    The tree itself and its history stay. A unique constraint over the area marks rows that are a statement about that area (the
    bulletin of a day): they stay with it.
    """
    found = []
    for model in scoped_models():
        column = model.scope.own_area_column  # type: ignore[attr-defined]  # every scoped model has one
        if column is None or model in (Area, AreaName, AreaChange):
            continue
        tied = any(
            isinstance(constraint, models.UniqueConstraint)
            and column.removesuffix("_id") in constraint.fields
            for constraint in model._meta.constraints
        )
        if not tied:
            found.append((model, column))
    return found


def _names_of(area: Area) -> list[str]:
    rows = AreaName.objects.unscoped("the names of an area that is being merged")
    return list(rows.filter(area=area).values_list("name", flat=True))


def _keep_name(area: Area, name: str, until_on: date) -> None:
    """A name that was in use until a day goes on finding the area; the present name needs no such entry."""
    rows = AreaName.objects.unscoped("the names of an area that is being changed")
    rows.filter(area=area, name=area.name, kind="former").delete()
    if name != area.name and not rows.filter(area=area, name=name).exists():
        AreaName.objects.create(area=area, name=name, kind="former", until_on=until_on)
