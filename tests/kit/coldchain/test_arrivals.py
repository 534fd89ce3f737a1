"""What the law decides at the door, rule by rule, and how long an opened vial is good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from vaxkit.coldchain import Arrival, discard_at, judge
from vaxkit.ruledata import load_handling

RULES = load_handling()
GOOD = Arrival(
    on=date(2021, 5, 19), expires_on=date(2022, 3, 31), lowest=Decimal(2), highest=Decimal(8), lower_limit=Decimal(2),
    upper_limit=Decimal(8), has_release_document=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "decision", "because"),
    [
        ({}, "accepted", []),
        ({"expires_on": date(2021, 5, 19)}, "accepted", []),
        ({"lowest": None, "highest": None}, "refused", ["no_temperature_record"]),
        ({"highest": None}, "refused", ["no_temperature_record"]),
        ({"highest": Decimal("8.1")}, "refused", ["temperature_out_of_range"]),
        ({"lowest": Decimal("1.9")}, "refused", ["temperature_out_of_range"]),
        ({"expires_on": date(2021, 5, 18)}, "refused", ["expired"]),
        ({"has_release_document": False}, "quarantined", ["no_release_document"]),
        ({"packs_damaged": 1}, "quarantined", ["packs_damaged"]),
        (
            {"packs_damaged": 1, "has_release_document": False, "highest": Decimal(9)},
            "refused",
            ["temperature_out_of_range", "no_release_document", "packs_damaged"],
        ),
    ],
)
def test_a_delivery(changes: dict[str, Any], decision: str, because: list[str]) -> None:
    judged = judge(RULES, replace(GOOD, **changes))
    assert (judged.decision, [rule.code for rule in judged.because]) == (decision, because)


def test_every_rule_names_its_document() -> None:
    assert all(rule.source.document.zh and rule.source.mark for rule in RULES.arrival)


def test_an_opened_vial() -> None:
    opened = datetime(2021, 5, 19, 1, 0, tzinfo=UTC)
    later = opened + timedelta(days=1)
    assert discard_at(RULES, "inactivated", opened, later) == opened + timedelta(minutes=60)
    assert discard_at(RULES, "live_attenuated", opened, later) == opened + timedelta(minutes=30)
    expires = opened + timedelta(minutes=5)
    assert discard_at(RULES, "inactivated", opened, expires) == expires
