"""Writes of proposals: ask for one, compute it, put somebody elsewhere, apply it through the bookings' own actions, take it back,
plan anew after something went wrong.

Applying is one transaction: every place of the proposal is taken through collective lists, or nothing is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxkit.assignment.refused import Impossible
from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.bookings import actions as bookings
from yingjie.bookings import list_actions
from yingjie.bookings.models import Booking, ListLine
from yingjie.bookings.rules import rules as booking_rules
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.plans import assigning_facts, points, refusals
from yingjie.plans.actions import Tell
from yingjie.plans.assigning import Assigning, Told
from yingjie.plans.days_ahead import must_lie_ahead
from yingjie.plans.models import Placed, Proposal
from yingjie.plans.proposal_queries import ASSIGN
from yingjie.plans.running import must_have_stopped
from yingjie.plans.twice import is_twice, sent_before
from yingjie.plans.workflow import PROPOSAL
from yingjie.sites import queries as sites

MOST_DAYS = 31
_OF = "people of a proposal that was checked"


@transaction.atomic
def propose(
    *, by: Actor, area_code: str, first_on: date, last_on: date, title: str = "", later: bool = True
) -> Proposal:
    """Ask for a proposal; it is computed in the background (`later` false: by the caller). Raises NotFound, NotAllowed,
    DaysTooMany."""
    return _asked(by, area_code, first_on, last_on, title, None, {}, later)


@transaction.atomic
def replan(
    *,
    by: Actor,
    proposal_id: UUID,
    closed: Sequence[UUID] = (),
    late: Mapping[UUID, int] | None = None,
    title: str = "",
) -> Proposal:
    """A proposal for what an applied one has left after a disturbance: whoever is not touched by it stays. Raises NotFound,
    NotReady."""
    before = _mine(by, proposal_id)
    if before.state != "applied":
        raise refusals.NotReady()
    disturbance: dict[str, object] = {
        "closed": [str(each) for each in closed],
        "late": {str(k): n for k, n in (late or {}).items()},
    }
    first = max(before.first_on, clock.today())
    return _asked(
        by, before.area_id, first, max(first, before.last_on), title or before.title, before.pk, disturbance
    )


def compute(*, by: Actor, proposal_id: UUID, tell: Tell | None = None) -> Proposal:
    """The proposal's people and places from the ledger as it is now; pins are kept. `tell` may raise to stop. Raises NotFound,
    NotReady, TooManyPeople, NobodyToPlace, NoRoom, CannotPin."""
    row = _mine(by, proposal_id)
    step = tell or (lambda done, total, message: None)
    step(0, 4, "")
    held = _held(row)
    closed = [UUID(each) for each in row.disturbance.get("closed", ())]
    late = {UUID(key): days for key, days in row.disturbance.get("late", {}).items()}
    people, out = assigning_facts.candidates(by, row.area_id, row.first_on, row.last_on, held)
    if len(people) > assigning_facts.MOST_PEOPLE:
        raise refusals.TooManyPeople(people=len(people), most=assigning_facts.MOST_PEOPLE)
    if not people:
        raise refusals.NobodyToPlace(area=areas.names({row.area_id}).get(row.area_id, row.area_id))
    step(1, 4, "")
    room = assigning_facts.cells(row.area_id, row.first_on, row.last_on, closed=closed, held=held)
    if not room:
        raise refusals.NoRoom()
    at = {site.id: site for site in sites.sites(system("plans"))}
    doses = assigning_facts.supplies({cell.site_id for cell in room}, row.first_on, late=late, held=held)
    doses = assigning_facts.set_aside(doses, room)
    pinned = _placed(row).filter(pinned=True).values_list("person_id", "session_id")
    pins = {person_id: session_id for person_id, session_id in pinned if session_id}
    step(2, 4, "")
    assigning = Assigning(
        people, room, doses, points.ways(row.area_id[:6]), {key: site.name for key, site in at.items()}, row.first_on,
        row.last_on, pins,
    )  # fmt: skip
    try:
        told = assigning.solved()
    except Impossible as impossible:
        raise refusals.CannotPin(why=impossible.reason.in_((get_language() or "zh")[:2])) from impossible
    step(3, 4, "")
    with transaction.atomic():
        written = _written(by, row.pk, told, pins, out)
    step(4, 4, "")
    return written


@transaction.atomic
def put(*, by: Actor, placed_id: UUID, session_id: UUID | None) -> Proposal:
    """Put somebody into a session by hand (None: let the solver decide again) and compute anew; the others stay where they are as
    far as possible. Raises NotFound, NotReady."""
    seen = Placed.objects.visible_to(by, ASSIGN).filter(pk=placed_id).first()
    if seen is None:
        raise NotFound()
    row = _locked(by, seen.proposal_id)
    placed = lock(Placed.objects.unscoped(_OF), person_id=seen.person_id, pk=placed_id)[0]
    row.state = _stepped(row, "compute_again")
    if session_id is not None:
        found = next(
            (
                cell
                for cell in assigning_facts.cells(row.area_id, row.first_on, row.last_on)
                if cell.session_id == session_id and (placed.number > 1 or not cell.for_later)
            ),
            None,
        )
        if found is None:
            raise refusals.NoRoom()
        placed.session_id, placed.site_id, placed.on = found.session_id, found.site_id, found.on
    placed.pinned = session_id is not None
    placed.save(update_fields=["session_id", "site_id", "on", "pinned"])
    _compute_later(by, row)
    facts = {"person": str(placed.person_id), "pinned": placed.pinned}
    record(by=by, verb="plans.put", subject=row, area_code=row.area_id, facts=facts)
    return row


@transaction.atomic
def compute_again(*, by: Actor, proposal_id: UUID) -> Proposal:
    """The same question to the ledger of now; also where computing failed or was cancelled. Raises NotFound, NotReady,
    StillComputing."""
    row = _locked(by, proposal_id)
    if row.state == "computing":
        must_have_stopped(row.job_id)
    row.state = _stepped(row, "start_again" if row.state == "computing" else "compute_again")
    _compute_later(by, row)
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": row.title})
    return row


@transaction.atomic
def apply(*, by: Actor, proposal_id: UUID, seen: str = "") -> dict[str, int]:
    """Take every place of the proposal, or none. Of a re-plan: places of people who move are given back first, people who stay are
    not touched. `seen` is the computation that was looked at: what was computed anew since is looked at first. Returns how many
    were booked, kept and given up. Raises NotFound, NotAllowed, NotReady, MovedOn."""
    row = _locked(by, proposal_id)
    if seen and seen != str(row.job_id):
        raise refusals.NotReady()
    if seen and is_twice(row, by):
        return _fates(_placed(row).values_list("fate", flat=True))
    by.require("bookings.submit", row.area_id)
    row.state = _stepped(row, "apply")
    placed = list(_placed(row).order_by("on", "session_id", "household_id", "pk"))
    kept = [each for each in placed if each.was_booking_id and each.session_id == each.was_session_id]
    stays = {each.pk for each in kept}
    leaving = [each for each in placed if each.was_booking_id and each.session_id != each.was_session_id]
    _give_back(by, [each.was_booking_id for each in leaving if each.was_booking_id], row.title)
    by_session: defaultdict[UUID, list[Placed]] = defaultdict(list)
    for each in placed:
        if each.session_id is not None and each.pk not in stays:
            by_session[each.session_id].append(each)
    missing = sum(_listed(by, row, session_id, rows) for session_id, rows in by_session.items())
    if missing:
        raise refusals.MovedOn(people=missing)
    for each in kept:
        each.fate, each.booking_id = "kept", each.was_booking_id
    for each in leaving:
        each.fate = each.fate or "given_up"
    Placed.objects.unscoped(_OF).bulk_update(placed, ["fate", "booking_id"], batch_size=1000)
    row.applied_at, row.applied_by = clock.now(), by.signature
    row.save(update_fields=["state", "applied_at", "applied_by"])
    counts = _fates([each.fate for each in placed])
    record(
        by=by, verb="plans.apply", subject=row, area_code=row.area_id, facts={"title": row.title, **counts}
    )
    return counts


@transaction.atomic
def undo(*, by: Actor, proposal_id: UUID) -> int:
    """Give back every place that came of the proposal and still stands. Returns how many. Raises NotFound, NotAllowed, NotReady."""
    row = _locked(by, proposal_id)
    by.require("bookings.submit", row.area_id)
    row.state = _stepped(row, "undo")
    mine = [each for each in _placed(row).filter(fate="booked").values_list("booking_id", flat=True) if each]
    given = _give_back(by, mine, row.title)
    row.save(update_fields=["state"])
    record(
        by=by,
        verb="plans.undo",
        subject=row,
        area_code=row.area_id,
        facts={"title": row.title, "people": given},
    )
    return given


@transaction.atomic
def drop(*, by: Actor, proposal_id: UUID) -> None:
    """Nobody wants it any more. Raises NotFound, NotReady."""
    row = _locked(by, proposal_id)
    row.state = _stepped(row, "drop")
    row.save(update_fields=["state"])
    _placed(row).delete()
    record(by=by, verb="plans.drop_proposal", subject=row, area_code=row.area_id, facts={"title": row.title})


def _asked(
    by: Actor, area_code: str, first: date, last: date, title: str, based_on: UUID | None, disturbance: dict[str, object],
    later: bool = True,
) -> Proposal:  # fmt: skip
    by.require(ASSIGN, area_code)
    area = areas.open_area(by, area_code, ASSIGN)
    if area is None:
        raise NotFound()
    must_lie_ahead(first, last)
    if (last - first).days >= MOST_DAYS:
        raise refusals.DaysTooMany(most=MOST_DAYS)
    title = title.strip() or str(_("{area}, {first} to {last}")).format(
        area=area.name, first=first, last=last
    )
    same = {
        "area_id": area_code, "title": title[:120], "first_on": first, "last_on": last, "based_on": based_on,
        "disturbance": disturbance,
    }  # fmt: skip
    rows = Proposal.objects.unscoped("made under plans.assign")
    twice = sent_before(rows, by, state__in=("computing", "ready"), **same)
    if twice is not None:
        return twice
    row = rows.create(
        **same,
        made_by=by.signature, made_at=clock.now(),
    )  # fmt: skip
    record(by=by, verb="plans.propose", subject=row, area_code=area_code, facts={"title": row.title})
    if later:
        _compute_later(by, row)
    return row


def _compute_later(by: Actor, row: Proposal) -> None:
    title = str(_("Who goes where: {title}")).format(title=row.title)[:200]
    job = jobs.start(by=by, kind="plans.propose", title=title, username=by.name, proposal_id=str(row.pk))
    row.job_id = job.pk
    row.save(update_fields=["job_id", "state"])


def _held(row: Proposal) -> list[assigning_facts.Held]:
    """Places that came of the proposal before and still stand."""
    if row.based_on is None:
        return []
    before = Placed.objects.unscoped(_OF).filter(proposal_id=row.based_on, booking_id__isnull=False)
    return assigning_facts.held_of([each for each in before.values_list("booking_id", flat=True) if each])


def _written(
    by: Actor, proposal_id: UUID, told: Told, pins: Mapping[UUID, UUID], out: Mapping[str, int]
) -> Proposal:
    row = _locked(by, proposal_id)
    row.state = _stepped(row, "finish")
    _placed(row).delete()
    Placed.objects.unscoped(_OF).bulk_create(
        [
            Placed(
                person_id=each.candidate.person_id, proposal_id=row.pk, number=each.candidate.number,
                village_code=each.candidate.village_code, household_id=each.candidate.household_id,
                earliest_on=each.candidate.earliest_on, latest_on=each.candidate.latest_on, due_on=each.candidate.due_on,
                weight=each.weight, products=list(each.candidate.products),
                session_id=each.cell.session_id if each.cell else None, site_id=each.cell.site_id if each.cell else None,
                on=each.cell.on if each.cell else None, product_code=each.product, km=each.km,
                pinned=each.candidate.person_id in pins, because=each.because, was_session_id=each.candidate.held,
                was_booking_id=each.candidate.booking_id,
            )
            for each in told.outcomes
        ],
        batch_size=1000,
    )  # fmt: skip
    row.told = _summary(told, out)
    row.save(update_fields=["state", "told"])
    return row


def _summary(told: Told, out: Mapping[str, int]) -> dict[str, object]:
    placed = [each for each in told.outcomes if each.cell]
    late = [max(0, (each.cell.on - each.candidate.due_on).days) for each in placed if each.cell]
    stays = sum(1 for each in placed if each.cell and each.candidate.held == each.cell.session_id)
    return {
        "people": len(told.outcomes), "placed": len(placed), "left": len(told.outcomes) - len(placed), "out": dict(out),
        "km": round(sum(each.km or 0 for each in placed) / len(placed), 1) if placed else None,
        "days_late": round(sum(late) / len(late), 2) if late else None, "gap": round(told.gap, 5), "cost": told.cost,
        "measured": told.measured,
        "held": sum(1 for each in told.outcomes if each.candidate.held), "stays": stays,
    }  # fmt: skip


def _listed(by: Actor, row: Proposal, session_id: UUID, rows: Sequence[Placed]) -> int:
    """One session's people as collective lists, submitted. Returns how many did not get their place."""
    missing = 0
    most = booking_rules().list_lines_most
    for start in range(0, len(rows), most):
        part = rows[start : start + most]
        made = list_actions.hand_in_people(
            by=by,
            session_id=session_id,
            area_code=row.area_id,
            person_ids=[each.person_id for each in part],
            title=row.title,
        )
        list_actions.submit(by=by, list_id=made.pk)
        lines = ListLine.objects.unscoped("lines of the list just submitted").filter(booking_list=made)
        booked = dict(lines.filter(verdict="booked").values_list("person_id", "booking_id"))
        for each in part:
            each.booking_id = booked.get(each.person_id)
            each.fate = "booked" if each.booking_id else ""
            missing += each.booking_id is None
    return missing


def _fates(fates: Iterable[str]) -> dict[str, int]:
    counted = Counter(fates)
    return {word: counted[word] for word in ("booked", "kept", "given_up")}


def _give_back(by: Actor, booking_ids: Sequence[UUID], because: str) -> int:
    live = Booking.objects.unscoped(_OF).filter(pk__in=booking_ids, state="booked")
    found = list(live.order_by("pk").values_list("pk", flat=True))
    for booking_id in found:
        bookings.cancel(by=by, booking_id=booking_id, because=because)
    return len(found)


def _placed(row: Proposal) -> ScopedQuerySet[Placed]:
    return Placed.objects.unscoped(_OF).filter(proposal_id=row.pk)


def _stepped(row: Proposal, step: str) -> str:
    try:
        return PROPOSAL.advance(row.state, step)
    except StepRefused as refused:
        raise refusals.NotReady() from refused


def _mine(by: Actor, proposal_id: UUID) -> Proposal:
    found = Proposal.objects.visible_to(by, ASSIGN).filter(pk=proposal_id).first()
    if found is None:
        raise NotFound()
    return found


def _locked(by: Actor, proposal_id: UUID) -> Proposal:
    _mine(by, proposal_id)
    return lock(Proposal.objects.unscoped("found as the actor's above"), pk=proposal_id)[0]
