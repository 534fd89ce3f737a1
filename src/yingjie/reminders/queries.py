"""Reads of reminders: the list, one with its progress, its messages, what a person had and wants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.reminders import choosing, composing
from yingjie.reminders.choosing import REACHED, SUPPRESSED, Asked
from yingjie.reminders.models import Message, Reminder, StoppedPhone, Wish
from yingjie.reminders.rules import rules
from yingjie.reminders.texts import texts

_SCOPED = "of reminders that the caller may see"
_CHUNK = 1_000
#: Messages of their own, by what is shown: a name in another's message goes with that one.
OPEN, LOST = ("waiting", "claimed"), ("failed", "given_up")


@dataclass(frozen=True)
class ReminderRow:
    """A reminder with its counts: `people` reached in `messages`; of the messages so many by state."""

    id: UUID
    occasion: str
    title: str
    area_code: str
    area_name: str
    on: date
    language: str
    state: str
    people: int
    messages: int
    suppressed: tuple[tuple[str, int], ...]
    by_state: dict[str, int]
    made_by: str
    started_at: datetime | None

    @property
    def status(self) -> str:
        return f"reminder-{self.state}"

    @property
    def sent(self) -> int:
        """Left the house, delivered or not known yet."""
        return self.only_sent + self.delivered

    @property
    def only_sent(self) -> int:
        return self.by_state.get("sent", 0)

    @property
    def delivered(self) -> int:
        return self.by_state.get("delivered", 0)

    @property
    def dropped(self) -> int:
        return self.by_state.get("dropped", 0)

    @property
    def gone(self) -> int:
        """Everything that does not wait any more."""
        return max(0, self.messages - self.waiting)

    @property
    def lost(self) -> int:
        return sum(self.by_state.get(state, 0) for state in LOST)

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in OPEN)


@dataclass(frozen=True)
class Preview:
    """What would come of a reminder: `people` in `messages`, why others are left out, the first few texts."""

    people: int
    messages: int
    suppressed: tuple[tuple[str, int], ...]
    samples: tuple[str, ...]
    quiet_until: datetime | None


@dataclass(frozen=True)
class MessageRow:
    """A message of its own; `id` is the person who bears it."""

    id: UUID
    names: str
    place: str
    masked: str
    phone: str
    words: str
    state: str
    tries: int
    due_at: datetime
    sent_at: datetime | None
    problem: str


@dataclass(frozen=True)
class Standing:
    """What a person wants and had. `says` "" where they said nothing; `phone_stopped`: the holder of their phone wants none."""

    says: str
    said_at: datetime | None
    said_via: str
    phone_stopped: bool
    had: tuple[tuple[str, str, datetime | None, date], ...]


def reminders(actor: Actor, most: int = 100) -> list[ReminderRow]:
    """The newest ones that concern people whom the actor may see."""
    return _rows(actor, list(_seen(actor).order_by("-made_at")[:most]))


def reminder(actor: Actor, reminder_id: UUID) -> ReminderRow:
    """Raises NotFound."""
    return _rows(actor, [_row_of(actor, reminder_id)])[0]


def preview(asked: Asked, language: str) -> Preview:
    """`asked` comes from `actions.asked`, which authorised it."""
    found = choosing.fates(asked)
    unsaved = Reminder(occasion=asked.occasion, area_id=asked.area_code, on=asked.on, language=language)
    named = {those[0][0]: [composing.Named(*each) for each in those] for those in choosing.sample(asked)}
    letters = composing.letters(unsaved, named, dict.fromkeys(named, _NO_PHONE), with_phones=False)
    loud_at = rules().loud_at(clock.now())
    return Preview(
        people=found.get(REACHED, 0), messages=choosing.phones(asked), suppressed=_left_out(found),
        samples=tuple(letter.words for letter in letters), quiet_until=loud_at if loud_at > clock.now() else None,
    )  # fmt: skip


def count(actor: Actor, reminder_id: UUID, state: str = "") -> int:
    return _messages(actor, reminder_id, state).count()


def messages(
    actor: Actor, reminder_id: UUID, state: str, offset: int, limit: int, *, with_phones: bool = False
) -> list[MessageRow]:
    """One page of a reminder's messages, of people whom the actor may see, with their words. Raises NotFound."""
    made = _row_of(actor, reminder_id)
    return _shown(made, list(_messages(actor, reminder_id, state)[offset : offset + limit]), with_phones)


def every_message(
    actor: Actor, reminder_id: UUID, state: str, *, with_phones: bool = False
) -> Iterator[MessageRow]:
    made, chunk = _row_of(actor, reminder_id), list[Message]()
    for row in _messages(actor, reminder_id, state).iterator(chunk_size=_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield from _shown(made, chunk, with_phones)
            chunk = []
    yield from _shown(made, chunk, with_phones)


def standing(actor: Actor, person_id: UUID) -> Standing:
    """Raises NotFound."""
    person = people.person(actor, person_id)
    if not actor.sees("reminders.view", person.area_code):
        raise NotFound()
    wish = Wish.objects.visible_to(actor).filter(person_id=person_id, is_live=True).first()
    recent = Reminder.objects.unscoped("what this person had").order_by("-made_at")[:60]
    known = {row.pk: row for row in recent}
    had = Message.objects.visible_to(actor).filter(reminder_id__in=known, person_id=person_id)
    rows = sorted(had, key=lambda row: known[row.reminder_id].made_at, reverse=True)[:10]
    return Standing(
        says=wish.says if wish else "", said_at=wish.at if wish else None, said_via=wish.via if wish else "",
        phone_stopped=_is_stopped(person_id),
        had=tuple(
            (_title(known[row.reminder_id].occasion), f"message-{row.state}", row.sent_at, known[row.reminder_id].on)
            for row in rows
        ),
    )  # fmt: skip


def to_send(reminder_id: UUID) -> Reminder | None:
    """A reminder that is being sent, for the work itself."""
    return Reminder.objects.unscoped("the work itself").filter(pk=reminder_id, state="sending").first()


def with_waiting(now: datetime) -> list[UUID]:
    """Reminders that are being sent and have something that may leave now, or nothing left at all."""
    if rules().is_quiet(now):
        return []
    left_behind = now - timedelta(minutes=rules().lease_minutes)
    found = []
    for key in (
        Reminder.objects.unscoped("the work itself").filter(state="sending").values_list("pk", flat=True)
    ):
        open_ = Message.objects.unscoped("the work itself").filter(reminder_id=key, state__in=OPEN)
        ready = open_.filter(
            Q(state="waiting", due_at__lte=now) | Q(state="claimed", claimed_at__lt=left_behind)
        )
        if ready.exists() or not open_.exists():
            found.append(key)
    return found


def _seen(actor: Actor) -> QuerySet[Reminder]:
    """Reminders of the actor's areas, and of those above them: a village hands out what its township sends. Whose messages and how
    many are shown is decided by the people."""
    held = {scope.area_code for scope in actor.scopes("reminders.view")}
    above = {code[:length] for code in held for length in range(2, len(code))}
    rows = Reminder.objects.unscoped("its people are scoped, one by one")
    if actor.is_system:
        return rows
    below = Reminder.objects.visible_to(actor).values("pk")
    return rows.filter(Q(pk__in=below) | Q(area_id__in=above))


def _row_of(actor: Actor, reminder_id: UUID) -> Reminder:
    found = _seen(actor).filter(pk=reminder_id).first()
    if found is None:
        raise NotFound()
    return found


def _rows(actor: Actor, found: Sequence[Reminder]) -> list[ReminderRow]:
    names = areas.places({row.area_id for row in found})
    whole = [row.pk for row in found if actor.may("reminders.view", row.area_id)]
    part = [row.pk for row in found if row.pk not in whole]
    counted: dict[UUID, dict[str, int]] = {row.pk: {} for row in found}
    for rows, keys in (
        (Message.objects.unscoped(_SCOPED), whole), (Message.objects.visible_to(actor), part),
    ):  # fmt: skip
        grouped = rows.filter(reminder_id__in=keys).order_by().values_list("reminder_id", "state")
        for key, state, number in grouped.annotate(n=Count("person_id")) if keys else ():
            counted[key][state] = number
    return [_row(row, names[row.area_id], counted[row.pk], is_whole=row.pk in whole) for row in found]


def _row(row: Reminder, area_name: str, states: dict[str, int], *, is_whole: bool) -> ReminderRow:
    """Of a reminder of an area above, the part that the actor may see."""
    people, named = sum(states.values()), states.pop("named", 0)
    return ReminderRow(
        id=row.pk, occasion=row.occasion, title=_title(row.occasion), area_code=row.area_id, area_name=area_name, on=row.on,
        language=row.language, state=row.state, people=row.counts.get(REACHED, 0) if is_whole else people,
        messages=people - named, suppressed=_left_out(row.counts) if is_whole else (), by_state=states,
        made_by=row.made_by, started_at=row.started_at,
    )  # fmt: skip


def _left_out(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((fate, counts[fate]) for fate in SUPPRESSED if counts.get(fate))


def _title(occasion: str) -> str:
    return texts().by_occasion[occasion].title.in_(get_language() or "zh-hans")


def _messages(actor: Actor, reminder_id: UUID, state: str) -> QuerySet[Message]:
    rows = Message.objects.visible_to(actor).filter(reminder_id=reminder_id).exclude(state="named")
    groups = {
        "open": OPEN,
        "lost": LOST,
        "sent": ("sent",),
        "delivered": ("delivered",),
        "dropped": ("dropped",),
    }
    rows = rows.filter(state__in=groups[state]) if state in groups else rows
    return rows.order_by("person_id")


def _shown(made: Reminder, rows: Sequence[Message], with_phones: bool) -> list[MessageRow]:
    named = composing.named_in(made, {row.person_id: row.about for row in rows})
    phones = {row.person_id: row.phone_id for row in rows}
    letters = {
        letter.person_id: letter for letter in composing.letters(made, named, phones, with_phones=with_phones)
    }
    at = {key: brief.area_code for key, brief in people.briefs(list(phones)).items()}
    where = areas.places(set(at.values()))
    return [
        MessageRow(
            id=row.person_id, names="、".join(letters[row.person_id].names), place=where.get(at[row.person_id], ""),
            masked=letters[row.person_id].masked, phone=letters[row.person_id].phone, words=letters[row.person_id].words,
            state=row.state, tries=row.tries, due_at=row.due_at, sent_at=row.sent_at, problem=row.problem,
        )
        for row in rows
    ]  # fmt: skip


def _is_stopped(person_id: UUID) -> bool:
    index = composing.main_phone_index(person_id)
    return bool(index) and StoppedPhone.objects.filter(number_index=index).exists()


#: For letters that are only looked at.
_NO_PHONE = UUID(int=0)
