"""Times that would suit a person for the next dose: inside its window, near, free; second doses beside first ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from yingjie.bookings.models import Booking
from yingjie.bookings.queries import SessionRow, SlotRow, sessions, slots
from yingjie.bookings.rules import rules
from yingjie.bookings.verdicts import GOOD, Verdict, verdict
from yingjie.doses.beside import standing_due
from yingjie.doses.upcoming import Upcoming, upcoming
from yingjie.foundation import clock
from yingjie.people import queries as people
from yingjie.people.unit_queries import belong
from yingjie.sites.models import Site

_PUBLIC = "sites and their free times are public"


@dataclass(frozen=True)
class Proposal:
    """A time of arrival with `free` places for the person's dose. `fit`: best on or after the recommended day, early before it,
    late from the overdue day on."""

    slot: SlotRow
    site_id: UUID
    site_name: str
    address: str
    on: date
    fit: str
    free: int


@dataclass(frozen=True)
class Proposals:
    """What a person may book: `verdict` says why there is nothing (`kept`: what is free is for later doses), `due` the dates behind
    it."""

    due: Upcoming
    verdict: Verdict
    times: tuple[Proposal, ...]


def proposals(
    person_id: UUID, *, online: bool, site_id: UUID | None = None, days: int | None = None, most: int = 400
) -> Proposals:
    """The free times at which a person's next dose may be given, in the order of days; sites of their own township first, that
    of the last dose before all. `online`: only what may be taken on the residents' page."""
    brief = people.briefs([person_id])[person_id]
    today = clock.today()
    last = today + timedelta(days=days or rules().ahead_days)
    sites = _sites(brief.area_code, site_id, _site_of_last(person_id))
    found: list[tuple[SessionRow, Verdict]] = []
    group = standing_due(person_id, today).group
    due = upcoming([person_id], today, group=group)[person_id]
    first = max(today, due.earliest_on or today)
    told: dict[tuple[date, str], Upcoming] = {(today, group): due}

    def then(on: date, of: str) -> Upcoming:
        if (on, of) not in told:
            told[on, of] = upcoming([person_id], on, group=of)[person_id]
        return told[on, of]

    every = [row for row in sessions(list(sites), today, last) if _is_for(row, brief) and not row.is_over]
    for row in every:
        found.append((row, verdict(then(row.on, row.group), row.on, row.products)))
    good = {row.id: row for row, answer in found if answer.word == GOOD}
    numbers = {row.id: answer.number for row, answer in found}
    order = list(sites)
    times = [
        Proposal(slot, good[slot.session_id].site_id, *sites[good[slot.session_id].site_id], clock.day_of(slot.at),
                 _fit(clock.day_of(slot.at), then(today, good[slot.session_id].group)), free)
        for slot in slots(list(good))
        if (free := slot.free_for(numbers[slot.session_id], online=online)) > 0
    ]  # fmt: skip
    times.sort(key=lambda each: (each.on, order.index(each.site_id), each.slot.at))
    why = Verdict(GOOD, None, due.number) if times else _why(found, due, first)
    if not times and why.word == GOOD and any(row.free > row.free_first for row in good.values()):
        why = Verdict("kept", None, due.number)
    return Proposals(due, why, tuple(times[:most]))


def _why(found: list[tuple[SessionRow, Verdict]], due: Upcoming, first: date) -> Verdict:
    """Why there is nothing: what the rules say today; `good` where only free times are missing."""
    if not found or any(answer.word == GOOD for _row, answer in found):
        return verdict(due, first, due.products)
    return found[-1][1]


def _fit(on: date, due: Upcoming) -> str:
    if due.overdue_on is not None and on >= due.overdue_on:
        return "late"
    return "early" if due.recommended_on is not None and on < due.recommended_on else "best"


def _is_for(row: SessionRow, brief: people.PersonBrief) -> bool:
    """As `actions.must_be_for` has it."""
    if row.kind == "ordinary":
        return True
    if row.unit_id is not None:
        return bool(belong([brief.id], row.unit_id, row.on))
    return bool(row.area_code and brief.area_code.startswith(row.area_code))


def _site_of_last(person_id: UUID) -> UUID | None:
    rows = Booking.objects.unscoped("of a person whom the caller was authorised for").filter(
        person_id=person_id, state="attended"
    )
    return rows.order_by("-at").values_list("site_id", flat=True).first()


def _sites(area_code: str, site_id: UUID | None, last: UUID | None) -> dict[UUID, tuple[str, str]]:
    """Open sites of the person's county with name and address, the nearest first."""
    rows = Site.objects.unscoped(_PUBLIC).filter(area__code__startswith=area_code[:6], closed_on__isnull=True)
    rows = rows.filter(pk=site_id) if site_id else rows
    found = list(rows.exclude(kind="store").order_by("area_id", "code"))
    found.sort(key=lambda row: (row.pk != last, row.area_id[:9] != area_code[:9], row.area_id, row.code))
    return {row.pk: (row.name, row.address) for row in found}
