"""What a gateway tells later: delivered, failed, and who answered that they want no more. Signed, or not believed.

    {"receipts": [{"key": "…", "state": "delivered" | "failed", "reference": "…", "problem": "…"}], "stops": ["19900001234"]}

The same receipt twice changes nothing the second time; one for a message that is not known, or over already, is passed over.
"""

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from vaxkit.identity import Phone as CheckedPhone
from vaxkit.identity import check_phone
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.refusals import BadInput
from yingjie.foundation.texting import signing
from yingjie.foundation.texting.gateways import secret
from yingjie.people.loading import phone_index
from yingjie.reminders import actions, refusals
from yingjie.reminders.models import Message

MOST = 5000
_SENT = "sent by this product"


def take(*, moment: str, signature: str, body: bytes) -> dict[str, int]:
    """Believe and write down. Returns how many of each were new. Raises NotASignedRequest, BadInput."""
    known = secret()
    if not known or not signing.check(known, moment, signature, body, clock.now()):
        raise refusals.NotASignedRequest()
    receipts, stops = _read(body)
    counted = {"delivered": 0, "failed": 0, "stops": 0}
    with transaction.atomic():
        for row in receipts:
            counted[row["state"]] += _settle(row)
        for phone in stops:
            counted["stops"] += _stop(phone)
    return counted


def _read(body: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        told = json.loads(body)
        receipts, stops = told.get("receipts", []), told.get("stops", [])
        good = len(receipts) + len(stops) <= MOST and all(
            row["state"] in ("delivered", "failed") and isinstance(row["key"], str) for row in receipts
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        good = False
    if not good:
        raise BadInput(what="receipts: [{key, state: delivered | failed}], stops: [phone]")
    return receipts, [str(phone) for phone in stops]


def _settle(row: dict[str, Any]) -> int:
    """A receipt may come before the answer to the request that sent the message: then it says that too."""
    reminder_hex, _dash, person_hex = row["key"].partition("-")
    try:
        ids = {"reminder_id": UUID(hex=reminder_hex), "person_id": UUID(hex=person_hex)}
    except ValueError:
        return 0
    now = clock.now()
    rows = Message.objects.unscoped(_SENT).filter(**ids, state__in=("claimed", "sent"))
    return rows.update(
        state=row["state"],
        sent_at=Coalesce(F("sent_at"), now),
        ended_at=now,
        problem=str(row.get("problem", ""))[:40],
    )


def _stop(phone: str) -> int:
    checked = check_phone(phone)
    if not isinstance(checked, CheckedPhone):
        return 0
    actions.stop_phone(by=system("reminders"), number_index=phone_index(checked.number))
    return 1
