"""A worker that is killed in the middle of a batch: after the service took the messages, before the answer was written down."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests.modules import campaign
from tests.modules.reminders.conftest import LEAD, Service, resident
from yingjie.foundation import clock
from yingjie.foundation.texting.gateways import Envelope, HttpGateway, Receipt, gateway
from yingjie.reminders import actions, choosing, sending
from yingjie.reminders.choosing import Asked
from yingjie.reminders.models import Message, Reminder

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = "一二三四五六七八九十"


class Deadly(HttpGateway):
    """Sends the batch, and is shot before it can say so."""

    batch = 4

    def deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        super().deliver(envelopes)
        os.kill(os.getpid(), signal.SIGKILL)
        return []


@pytest.fixture
def reminder(transactional_db: None) -> Iterator[Reminder]:
    with clock.at(campaign.NOON):
        campaign.tree()
        for serial, name in enumerate(PEOPLE, start=1):
            resident(serial, f"张{name}", f"199000002{serial:02d}")
        yield actions.start(by=LEAD, occasion="due", area_code=campaign.VILLAGE, on=clock.today())


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Message.objects.unscoped(campaign.ALL).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_everybody_gets_it_once_whoever_is_killed(
    reminder: Reminder, service: Service, settings: Any
) -> None:
    killed(lambda: sending.drain(reminder, Deadly(service.url, b"only for tests")))
    assert (states(), len(service.given_out)) == ({"waiting": 6, "claimed": 4}, 4)
    assert (
        sending.drain(reminder, gateway()) == 6
    )  # what it had claimed is not touched while it may still live
    with clock.at(campaign.NOON + timedelta(minutes=11)):
        assert sending.drain(reminder, gateway()) == 4
    assert states() == {"sent": 10}
    assert sorted(service.asked.values()) == [1] * 6 + [2] * 4
    assert set(service.given_out.values()) == {1} and len(service.given_out) == 10

    # In the house the statement and its commit are one: it is either all done or not begun.
    settings.YINGJIE_SMS_URL = ""
    Message.objects.unscoped(campaign.ALL).delete()
    with transaction.atomic():
        choosing.write(reminder.pk, Asked(reminder.occasion, reminder.area_id, reminder.on))
    killed(lambda: in_the_hands_of_a_killer(reminder))
    assert states() in ({"waiting": 10}, {"sent": 10})
    sending.drain(reminder, gateway())
    assert states() == {"sent": 10}
    assert set(Message.objects.unscoped(campaign.ALL).values_list("tries", flat=True)) == {1}


def killed(work: Callable[[], object]) -> None:
    """Do the work in a process of its own, which must be shot while it is at it."""
    connection.close()
    worker = os.fork()
    if worker == 0:
        connections.close_all()
        work()
        os._exit(1)  # it must not come here
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL


def in_the_hands_of_a_killer(reminder: Reminder) -> None:
    def shot(run: Callable[..., object], *rest: object) -> None:
        run(*rest)
        os.kill(os.getpid(), signal.SIGKILL)

    with connection.execute_wrapper(shot):
        sending.drain(reminder, gateway())
