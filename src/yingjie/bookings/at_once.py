"""Residents who ask for a place at the same moment are judged and served together.

ask(Wish(person, slot))     the booking's id; raises why not

For all who wait: their times in one look, who did not keep places, who has one, what the rules say of each on the day; then one
statement for the seats, one entry of the journal, one commit. The order of the questions is that of `actions.book`. One wish
costs what it cost alone; a hundred cost little more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from yingjie.bookings import actions, refusals, seats, supply
from yingjie.bookings.batching import Combiner
from yingjie.bookings.models import Slot
from yingjie.bookings.queries import misses_of
from yingjie.bookings.rules import rules
from yingjie.bookings.seats import Wanted
from yingjie.bookings.session_actions import hour
from yingjie.doses.upcoming import Upcoming, upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound, Refusal

#: What the journal calls whoever books for themselves.
RESIDENT = Actor(name="resident", title="resident")


@dataclass(frozen=True)
class Wish:
    """A place that a resident wants for themselves."""

    person_id: UUID
    slot_id: UUID


def ask(wish: Wish) -> UUID:
    """A place online. Raises Barred and what `actions.book` raises."""
    answer = TOGETHER.ask(wish)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def answers(wishes: Sequence[Wish]) -> list[UUID | Refusal]:
    """What becomes of each."""
    slots = _slots(wishes)
    told: dict[int, UUID | Refusal] = {}
    for nth, wish in enumerate(wishes):
        slot = slots.get(wish.slot_id)
        # What most of a burst hears comes first: a time that is full is full for everybody.
        if slot is None:
            told[nth] = NotFound()
        elif slot.taken >= slot.seats + slot.extra:
            told[nth] = refusals.SlotFull(time=hour(slot.at))
    waiting = [nth for nth in range(len(wishes)) if nth not in told]
    if waiting:
        wanted = _judged(waiting, wishes, slots, told)
        _served(wanted, slots, told)
    return [told[nth] for nth in range(len(wishes))]


def _judged(
    waiting: Sequence[int],
    wishes: Sequence[Wish],
    slots: Mapping[UUID, Slot],
    told: dict[int, UUID | Refusal],
) -> dict[int, Wanted]:
    """Those against whom nothing stands; the others are told."""
    people = {wishes[nth].person_id for nth in waiting}
    missed = misses_of(people, clock.today() - timedelta(days=rules().misses_days))
    days: dict[tuple[date, str], set[UUID]] = {}
    for nth in waiting:
        days.setdefault(_when(slots[wishes[nth].slot_id]), set()).add(wishes[nth].person_id)
    due: dict[tuple[date, str], dict[UUID, Upcoming]] = {
        (day, group): upcoming(ids, day, group=group) for (day, group), ids in days.items()
    }
    found = {}
    for nth in waiting:
        wish, slot = wishes[nth], slots[wishes[nth].slot_id]
        try:
            actions.must_not_have_missed(missed.get(wish.person_id, []))
            number = actions.due_number(wish.person_id, slot, due[_when(slot)].get(wish.person_id))
        except Refusal as refusal:
            told[nth] = refusal
            continue
        found[nth] = Wanted(
            uuid7(), wish.person_id, number, slot.session_id, slot.pk, "online", RESIDENT.name
        )
    return found


def _served(
    wanted: Mapping[int, Wanted], slots: Mapping[UUID, Slot], told: dict[int, UUID | Refusal]
) -> None:
    for site_id in sorted({slots[each.slot_id].site_id for each in wanted.values()}):
        supply.recount(site_id, force=False)
    with transaction.atomic():
        said = seats.take(list(wanted.values()), clock.now())
        given = [each for each in wanted.values() if said[each.id] == seats.TAKEN]
        if given:
            facts = {"places": [[str(each.id), str(each.person_id), each.number] for each in given]}
            record(by=RESIDENT, verb="bookings.book_online", subject=("booking", given[0].id), facts=facts)
    for nth, each in wanted.items():
        answer = said[each.id]
        told[nth] = each.id if answer == seats.TAKEN else actions.refused(answer, each, slots[each.slot_id])


def _slots(wishes: Sequence[Wish]) -> dict[UUID, Slot]:
    rows = Slot.objects.unscoped("times of arrival are public").select_related("session")
    return {row.pk: row for row in rows.filter(pk__in={wish.slot_id for wish in wishes})}


TOGETHER: Combiner[Wish, UUID | Refusal] = Combiner(answers)


def _when(slot: Slot) -> tuple[date, str]:
    """The day of a time of arrival, and the vaccine group of its session."""
    return clock.day_of(slot.at), slot.session.group
