"""The journal finds a changed row, a missing row, and a tail that was cut off together with its head."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.journal.actions import anchor, record
from yingjie.foundation.journal.models import ChainHead, Entry
from yingjie.foundation.journal.queries import Fault, latest, verify
from yingjie.foundation.refusals import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchors(settings: LazySettings, tmp_path: Path) -> Path:
    settings.YINGJIE_ANCHORS = tmp_path / "anchors.jsonl"
    return settings.YINGJIE_ANCHORS


def write(count: int, name: str = "clerk") -> list[Entry]:
    actor = Actor(name=name)
    for number in range(count):
        record(
            by=actor,
            verb="people.register",
            subject=("person", number),
            area_code="110117001",
            facts={"n": number},
        )
    return list(Entry.objects.filter(actor=name).order_by("number"))


def tamper(sql: str, *parameters: object) -> None:
    """What someone with the database's own password could do: the trigger out of the way, then the change."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_is_append_only")
        cursor.execute(sql, list(parameters))
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_is_append_only")


def test_an_untouched_journal_is_whole() -> None:
    write(5)
    write(3, "nurse")
    verdict = verify()
    assert verdict.whole
    assert verdict.entries == 8


def test_rows_cannot_be_changed_or_removed_through_the_product() -> None:
    entry = write(1)[0]
    for change in (lambda: Entry.objects.filter(pk=entry.pk).update(actor="x"), entry.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Entry.objects.get().actor == "clerk"


def test_a_changed_row_is_found() -> None:
    entry = write(4)[1]
    tamper("UPDATE journal_entry SET facts = '{\"n\": 99}' WHERE id = %s", entry.pk)
    assert verify().faults == (Fault("changed", entry.chain, 2),)


def test_a_missing_row_is_found() -> None:
    entry = write(4)[2]
    tamper("DELETE FROM journal_entry WHERE id = %s", entry.pk)
    kinds = {(fault.kind, fault.number) for fault in verify().faults}
    assert ("missing", 3) in kinds


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_anchor() -> None:
    entries = write(4)
    anchor()
    tamper("DELETE FROM journal_entry WHERE number > 2")
    ChainHead.objects.update(number=2, hash=entries[1].hash)
    assert verify().faults == (Fault("cut", entries[0].chain, 4),)


def test_an_entry_outside_a_transaction_is_a_programming_error(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(by=Actor(name="clerk"), verb="x.y", subject=("person", 1))
    assert not Entry.objects.exists()


def test_an_auditor_sees_the_own_area_only() -> None:
    write(2)
    near = Actor(name="a", held=(Held("auditor", "110117"),))
    far = Actor(name="b", held=(Held("auditor", "131128"),))
    assert len(latest(near)) == 2
    assert latest(far) == []
    with pytest.raises(NotAllowed):
        latest(Actor(name="c", held=(Held("vaccinator", "110117"),)))


def test_the_moment_is_the_clocks() -> None:
    moment = datetime(2021, 5, 19, 8, 0, tzinfo=UTC)
    with clock.at(moment):
        record(by=system("test"), verb="x.y", subject=("thing", 1))
    assert Entry.objects.get().at == moment


def test_what_is_written_while_the_journal_is_walked_is_no_fault() -> None:
    write(3)
    write(2, "nurse")
    written: list[int] = []

    def somebody_works(done: int, _total: int) -> None:
        if len(written) < 4:
            written.append(done)
            write(1, ("clerk", "nurse")[done % 2])

    assert verify(progress=somebody_works).whole
    assert len(written) == 4
    assert verify().entries == 9


def test_an_entry_put_behind_the_end_of_a_chain_is_found() -> None:
    entry = write(3)[-1]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_chainhead SET number = 2, hash = (SELECT hash FROM journal_entry WHERE number = 2)"
        )
    assert verify().faults == (Fault("cut", entry.chain, 4),)
