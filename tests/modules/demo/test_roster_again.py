"""A check list made out of the loaded ledger finds every household as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from yingjie.areas.queries import names
from yingjie.demo import actions, population
from yingjie.demo.history import ZONE
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.people import actions as people
from yingjie.people.models import IdentityDocument, Person

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=ZONE)
ALL = "a test looks at everything"
loader = system("demo")


@pytest.mark.django_db
def test_a_roster_of_the_loaded_households_changes_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.YINGJIE_DEMO = True
    monkeypatch.setitem(population.PEOPLE, "small", 660)
    with clock.at(NOW):
        actions.load(by=loader, size="small", seed=1)
    numbers = dict(IdentityDocument.objects.unscoped(ALL).values_list("person_id", "number"))
    written = {
        "head": "户主",
        "spouse": "配偶",
        "child": "子女",
        "parent": "父母",
        "grandchild": "孙",
        "other": "其他",
    }
    lines = ["姓名,身份证号,乡镇,村,与户主关系,户号"]
    households: list[UUID | None] = []
    people_by_home = Person.objects.unscoped(ALL).order_by("household_id", "birth_on", "pk")
    for person in sorted(
        people_by_home, key=lambda each: (str(each.household_id), each.household_role != "head")
    ):
        town, village = (names([person.area_id[:n]])[person.area_id[:n]] for n in (9, 12))
        if person.household_id not in households:
            households.append(person.household_id)
        lines.append(
            f"{person.name},{numbers[person.pk]},{town},{village},{written[person.household_role]},{len(households)}"
        )
    assert len(lines) == 661
    for columns in (5, 6):  # by the order of lines under their head, and by number
        path = tmp_path / "roster.csv"
        path.write_text("\n".join(",".join(line.split(",")[:columns]) for line in lines))
        with clock.at(NOW):
            found = people.propose_import(by=loader, area_code="110117", path=path, file_name="roster.csv")
        assert {fate: count for fate, count in found.counts.items() if count} == {"same": 660}
