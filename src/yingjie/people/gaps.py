"""Who is not in the ledger, or may not be (不漏一人): gaps, opened by officers or by comparing sources, settled with a finding.

A comparison is one of sets: everybody whom one source knows, and another does not. Running it again opens nothing twice and closes
what has come right meanwhile.
"""

from collections.abc import Collection, Iterable
from uuid import UUID, uuid5

from django.db import transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import checks, refusals
from yingjie.people.models import FINDINGS, Gap, LedgerSource, Person, RosterPage
from yingjie.people.residents import in_ledger
from yingjie.people.roster import pages

LEDGER = "ledger"
"""Stands for the whole ledger where two sources are compared."""
_NAMESPACE = UUID("5d2ff7c1-2d7e-4c52-9f4c-0a1f8f3c9a10")
_SCOPED = "of an area that the actor was authorised for"


@transaction.atomic
def open_gap(*, by: Actor, area_code: str, kind: str, address: str, name: str = "", note: str = "") -> Gap:
    """An empty home, or people who were not met, as an officer found it. The same again is the same gap.

    Raises AreaClosed, AreaNotForPeople, UnknownWord, AddressTooLong, NameUnreadable.
    """
    by.require("people.change")
    place = checks.home(by, area_code)
    checks.word(kind, ("empty_home", "not_met"), "kind")
    address, name = checks.words_only(checks.address(address)), checks.name(name) if name.strip() else ""
    key = _key(place.code, kind, address, name)
    found = Gap.objects.unscoped(_SCOPED).filter(kind=kind, key=key, state="open").first()
    if found:
        return found
    made = Gap.objects.create(
        area_id=place.code, kind=kind, key=key, address=address, name=name, note=checks.words_only(note),
        found_at=clock.now(), found_by=by.name,
    )  # fmt: skip
    record(by=by, verb="people.open_gap", subject=made, area_code=place.code, facts={"kind": kind})
    return made


@transaction.atomic
def settle_gap(*, by: Actor, gap_id: UUID, finding: str, note: str = "") -> Gap:
    """What was found out. Raises NotFound, UnknownWord, GapSettled."""
    by.require("people.change")
    found = lock(Gap.objects.visible_to(by, "people.change"), id=gap_id)
    if not found:
        raise NotFound()
    gap = found[0]
    checks.word(finding, FINDINGS, "finding")
    if gap.state != "open":
        raise refusals.GapSettled()
    _settle(gap, by.name, finding, checks.words_only(note))
    record(by=by, verb="people.settle_gap", subject=gap, area_code=gap.area_id, facts={"finding": finding})
    return gap


@transaction.atomic
def compare_sources(*, by: Actor, area_code: str, known_from: str, missing_in: str) -> dict[str, int]:
    """Whom one source knows in an area and another does not: a gap for each. `known_from` and `missing_in` are ids of sources, or
    LEDGER. Returns how many gaps were opened, stand, and came right. Raises NotFound, SourcesAlike."""
    by.require("people.change", area_code)
    if known_from == missing_in:
        raise refusals.SourcesAlike()
    first, second = _source(by, known_from), _source(by, missing_in)
    people = Person.objects.visible_to(by, "people.change").filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    here = {person_id: (area, name) for person_id, area, name in people.values_list("pk", "area_id", "name")}
    lacking = (_members(first, here) - _members(second, here)) & here.keys()
    told = (_label(first), _label(second))
    opened = _open_for_people(by, {key: here[key] for key in lacking}, told)
    closed = _come_right(by, area_code, lacking, told)
    facts = {"known_from": told[0], "missing_in": told[1], "opened": opened, "settled": closed}
    record(
        by=by, verb="people.compare_sources", subject=("area", area_code), area_code=area_code, facts=facts
    )
    return {"opened": opened, "standing": len(lacking), "settled": closed}


def staff_not_here(by: Actor, unit_id: UUID, unit_name: str, area_code: str, names: Iterable[str]) -> int:
    """A step of importing a unit's roster: its people who are not in the ledger of whoever imports it. Returns how many are new."""
    wanted = {_key(str(unit_id), "unit_staff", name): name for name in names if name.strip()}
    rows = Gap.objects.unscoped(_SCOPED).filter(kind="unit_staff", state="open", key__in=wanted)
    known = set(rows.values_list("key", flat=True))
    made = [
        Gap(
            area_id=area_code, kind="unit_staff", key=key, name=name[:64], known_from=unit_name[:80], unit_id=unit_id,
            found_at=clock.now(), found_by=by.name,
        )
        for key, name in wanted.items()
        if key not in known
    ]  # fmt: skip
    Gap.objects.bulk_create(made)
    return len(made)


def _open_for_people(by: Actor, people: dict[UUID, tuple[str, str]], told: tuple[str, str]) -> int:
    keys = {_key(str(person_id), "one_source", *told): person_id for person_id in people}
    known: set[str] = set()
    wanted = sorted(keys)
    for at in range(0, len(wanted), 5000):
        rows = Gap.objects.unscoped(_SCOPED).filter(
            kind="one_source", key__in=wanted[at : at + 5000], state="open"
        )
        known |= set(rows.values_list("key", flat=True))
    made = [
        Gap(
            area_id=people[person_id][0], kind="one_source", key=key, person_id=person_id, name=people[person_id][1],
            known_from=told[0], missing_in=told[1], found_at=clock.now(), found_by=by.name,
        )
        for key, person_id in keys.items()
        if key not in known
    ]  # fmt: skip
    Gap.objects.bulk_create(made, batch_size=2000)
    return len(made)


def _come_right(by: Actor, area_code: str, lacking: Collection[UUID], told: tuple[str, str]) -> int:
    """Gaps of this comparison that are none any more: settled, by whoever compared."""
    rows = Gap.objects.visible_to(by, "people.change").filter(
        kind="one_source",
        state="open",
        area__code__startswith=area_code,
        known_from=told[0],
        missing_in=told[1],
    )
    gone = [gap for gap in rows if gap.person_id not in lacking]
    for gap in gone:
        _settle(gap, by.name, "in_ledger", "")
    return len(gone)


def _settle(gap: Gap, by: str, finding: str, note: str) -> None:
    gap.state, gap.finding, gap.finding_note = "settled", finding, note
    gap.settled_at, gap.settled_by = clock.now(), by
    gap.save(update_fields=["state", "finding", "finding_note", "settled_at", "settled_by"])


def _source(by: Actor, given: str) -> LedgerSource | None:
    if given == LEDGER:
        return None
    found = LedgerSource.objects.visible_to(by).filter(pk=int(given)).first() if given.isdigit() else None
    if found is None:
        raise NotFound()
    return found


def _members(source: LedgerSource | None, here: Collection[UUID]) -> set[UUID]:
    """Whom a source speaks of: those it brought, and those whom its lines agreed with or changed."""
    if source is None:
        return set(here)
    brought = Person.objects.unscoped(_SCOPED).filter(origins__contains={"*": source.pk})
    found = set(brought.values_list("pk", flat=True))
    for page in (
        RosterPage.objects.unscoped(_SCOPED).filter(roster_id=source.roster_id).iterator(chunk_size=1)
    ):
        frame = pages.opened(page.content, ["fate", "person"])
        said = frame.filter(frame["fate"].is_in(["new", "same", "changed"]) & frame["person"].is_not_null())
        found |= {UUID(person) for person in said["person"]}
    return found


def _label(source: LedgerSource | None) -> str:
    return source.label[:80] if source else LEDGER


def _key(*parts: str) -> str:
    return uuid5(_NAMESPACE, "\n".join(parts)).hex
