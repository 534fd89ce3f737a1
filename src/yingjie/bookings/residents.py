"""The residents' own door: a code to the phone, then their own and due places alone. No account.

    ask_code(...)     the same answer and the same work for whoever asks, known or not
    enter(...)        who it is, for a right code
    book_own, move_own, cancel_own

A number and a phone that do not stand together in the ledger get a code that is never right: nobody learns who is in the ledger.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vaxkit.identity import Phone as CheckedPhone
from vaxkit.identity import check_phone, mask_phone
from yingjie.bookings import actions, at_once, refusals, seats, supply
from yingjie.bookings.at_once import RESIDENT
from yingjie.bookings.models import Booking, Knock, PhoneCode, Slot, TextMessage
from yingjie.bookings.rules import rules
from yingjie.doses.upcoming import upcoming
from yingjie.foundation import clock
from yingjie.foundation.crypto.fields import blind_index
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.texting.gateways import Envelope, gateway
from yingjie.people import queries as people
from yingjie.people.loading import phone_index
from yingjie.people.models import Person, Phone
from yingjie.people.residents import in_ledger
from yingjie.people.search import owners

#: The job that gives one code to the text message service.
SEND_TEXT = "bookings.send_text"
_OWN = "of the resident who proved to be this person"


def ask_code(*, number: str, phone: str, address: str) -> UUID:
    """A code to the phone, if number and phone belong to one person of the ledger; the answer is the same if not. Raises
    TooOften."""
    now = clock.now()
    knock(now, {f"address {address}": rules().knocks_per_address, f"number {_plain(number)}": rules().knocks_per_number,
                 f"phone {_plain(phone)}": rules().knocks_per_number})  # fmt: skip
    person_id = _whose(number, phone)
    made_id = uuid7()
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        PhoneCode.objects.create(
            id=made_id, person_id=person_id, code_index=_code_index(made_id, code), asked_at=now,
            good_until=now + timedelta(minutes=rules().code_minutes),
        )  # fmt: skip
    with transaction.atomic():
        words = _(
            "{code} is your code for booking a vaccination. It is good for {minutes} minutes. Tell it to nobody."
        )
        said = words.format(code=code, minutes=rules().code_minutes)
        text = TextMessage.objects.create(
            person_id=person_id, phone=phone, words=said, kind="code", made_at=now
        )
        if not gateway().stays_here:
            jobs.start(by=RESIDENT, kind=SEND_TEXT, title="code", text_id=str(text.pk))
        # The same work for somebody unknown, and nothing sent: the time it takes must not tell either.
        transaction.set_rollback(person_id is None)
    return made_id


def send_text(text_id: UUID) -> str:
    """Give one message that has not left yet to the gateway, once it may still be of use. Returns what became of it."""
    since = clock.now() - timedelta(minutes=rules().code_minutes)
    with transaction.atomic():
        rows = lock(TextMessage.objects.filter(sent_at__isnull=True, made_at__gte=since), pk=text_id)
        if not rows:
            return "none"
        [text] = rows
        # Its own id is the key: a worker that is killed here sends the same message again, and the gateway knows it.
        [receipt] = gateway().deliver([Envelope(text.pk.hex, text.phone, text.words)])
        if receipt.state == "sent":
            text.sent_at = clock.now()
            text.save(update_fields=["sent_at"])
    return receipt.state


def enter(*, code_id: UUID, code: str) -> UUID:
    """Who holds this code. It is good once. Raises CodeWrong."""
    now = clock.now()
    with transaction.atomic():
        row = next(iter(lock(PhoneCode.objects.all(), pk=code_id)), None)
        if row is not None:
            row.tries += 1
            good = (
                row.person_id is not None
                and row.used_at is None
                and row.tries <= rules().code_tries
                and now <= row.good_until
                and secrets.compare_digest(row.code_index, _code_index(code_id, _plain(code)))
            )
            row.used_at = now if good else row.used_at
            row.save(update_fields=["tries", "used_at"])
    if row is None or not good or row.person_id is None:
        raise refusals.CodeWrong()
    return row.person_id


def book_own(*, person_id: UUID, slot_id: UUID) -> UUID:
    """A place for oneself, online. Returns the booking's id. Raises Barred and what actions.book raises."""
    return at_once.ask(at_once.Wish(person_id, slot_id))


def move_own(*, person_id: UUID, slot_id: UUID) -> UUID:
    """Another time for one's own next place. Raises NoBooking and what `book_own` raises."""
    slot, person = _slot(slot_id), _person(person_id)
    supply.recount(slot.site_id, force=False)
    rows = Booking.objects.unscoped(_OWN)
    with transaction.atomic():
        seen = rows.filter(person_id=person_id, state="booked").order_by("at").first()
        if seen is None:
            raise refusals.NoBooking()
        seats.hold([seen.session_id, slot.session_id])
        old = lock(rows, person_id=person_id, pk=seen.pk)[0]
        new_id = actions.exchange(old, slot, actions.due_number(person_id, slot), RESIDENT.name, "online")
        facts = {"person": str(person_id), "number": old.number, "on": str(clock.day_of(slot.at))}
        record(
            by=RESIDENT,
            verb="bookings.move",
            subject=("booking", new_id),
            area_code=person.area_code,
            facts=facts,
        )
    return new_id


@transaction.atomic
def cancel_own(*, person_id: UUID, booking_id: UUID) -> None:
    """Give one's own place up. Raises NoBooking, NotFound."""
    rows = Booking.objects.unscoped(_OWN)
    seen = rows.filter(person_id=person_id, pk=booking_id).first()
    if seen is None:
        raise NotFound()
    seats.hold([seen.session_id])
    row = lock(rows, person_id=person_id, pk=booking_id)[0]
    actions.end(row, "cancel", RESIDENT.name, "")
    facts = {"person": str(person_id), "number": row.number, "on": str(row.on)}
    record(
        by=RESIDENT, verb="bookings.cancel", subject=row, area_code=_person(person_id).area_code, facts=facts
    )


def _whose(number: str, phone: str) -> UUID | None:
    """The one person of the ledger to whom number and phone both belong."""
    checked = check_phone(phone)
    key = phone_index(checked.number if isinstance(checked, CheckedPhone) else "")
    found = owners(number)
    rows = Phone.objects.unscoped("asked by whoever names number and phone").filter(
        person_id__in=found, number_index=key
    )
    ids = set(rows.values_list("person_id", flat=True))
    here = (
        Person.objects.unscoped("as above")
        .filter(in_ledger(clock.today()), pk__in=ids)
        .values_list("pk", flat=True)
    )
    known = list(here[:2])
    return known[0] if len(known) == 1 else None


def knock(now: datetime, limits: dict[str, int]) -> None:
    """Count this try under each key of what somebody unknown does. Raises TooOften."""
    since = now - timedelta(minutes=rules().knocks_minutes)
    keys = {blind_index(name, "knock"): most for name, most in limits.items()}
    Knock.objects.bulk_create([Knock(key_index=key, at=now) for key in keys])
    for key, most in keys.items():
        if Knock.objects.filter(key_index=key, at__gt=since).count() > most:
            raise refusals.TooOften(minutes=rules().knocks_minutes)


def _code_index(made_id: UUID, code: str) -> str:
    return blind_index(f"{made_id} {code}", "phone code")


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _slot(slot_id: UUID) -> Slot:
    rows = Slot.objects.unscoped("times of arrival are public").select_related("session")
    found = rows.filter(pk=slot_id).first()
    if found is None:
        raise NotFound()
    return found


def _person(person_id: UUID) -> people.PersonBrief:
    found = people.briefs([person_id]).get(person_id)
    if found is None:
        raise NotFound()
    return found


def forget_old(before: datetime) -> int:
    """Drop codes, tries and texts of before. For the hourly sweep."""
    n = Knock.objects.filter(at__lt=before).delete()[0]
    n += PhoneCode.objects.filter(asked_at__lt=before).delete()[0]
    return n + TextMessage.objects.filter(made_at__lt=before, kind="code").delete()[0]


@dataclass(frozen=True)
class TextRow:
    phone: str
    words: str
    made_at: datetime


def last_texts(most: int = 20) -> list[TextRow]:
    """The last messages, for a demo's page alone."""
    rows = TextMessage.objects.order_by("-made_at")[:most]
    return [TextRow(mask_phone(row.phone), row.words, row.made_at) for row in rows]


def sample() -> tuple[str, str] | None:
    """Number and phone of somebody invented to whom a dose is due, for a demo's door alone."""
    rows = Phone.objects.unscoped("a demo's people are invented").filter(
        person__left_on__isnull=True, order=1
    )
    for phone in rows.order_by("person__birth_on", "pk").select_related("person")[:200]:
        document = phone.person.documents.unscoped("as above").order_by("order").first()
        held = Booking.objects.unscoped(_OWN).filter(person_id=phone.person_id, state="booked").exists()
        due = upcoming([phone.person_id], clock.today())[phone.person_id]
        if document is not None and due.is_due and not held:
            return document.number, phone.number
    return None
