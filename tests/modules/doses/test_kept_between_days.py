"""What is kept of a person holds until the day on which she is looked at again, under rules that nobody wrote."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.kit.policies.random_policies import documents, people_of, written

from vaxkit.immunization import GivenDose, Patient
from vaxkit.immunization.batch_people import person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.ruledata.policies import policies_in_force
from yingjie.doses.judging import Condition, Facts, KeptDose, advice, judge, status_of, status_on

GROUP = "COVID-19"


def facts_of(patient: Patient, doses: list[GivenDose]) -> Facts:
    kept = [KeptDose(UUID(int=nth + 1), GROUP, dose.vaccine, dose.on) for nth, dose in enumerate(doses)]
    seen = [
        Condition(row.code, row.on, row.until + timedelta(1) if row.until else None)
        for row in patient.observations
    ]
    return Facts(patient.birth_on, doses=tuple(kept), conditions=tuple(seen))


@pytest.mark.parametrize("seed", [2, 30])
def test_an_answer_holds_until_the_day_that_is_kept_with_it(tmp_path: Path, seed: int) -> None:
    """Under the rules of seed 30 another product comes first from a day on."""
    on = written(seed, tmp_path)
    rules = policies_in_force(on, tmp_path, shipped=False)
    firsts = [date.fromisoformat(document["effective_on"]) for document in documents(seed)]
    until = min((day for day in firsts if day > on), default=on + timedelta(120))
    days = [day for wait in (1, 30, 45, 90) if (day := on + timedelta(wait)) < until]
    later = {day: policies_in_force(day, tmp_path, shipped=False) for day in days}
    tables, held = tables_of(rules, on), 0
    people = people_of(rules, tables, 30, on, seed)
    for row in range(len(people)):
        patient, doses = person_of(tables, people, row)
        facts = facts_of(patient, [dose for dose in doses if dose.on <= on])
        then = judge(facts, rules, on)
        if not then.standings:
            continue
        kept = then.standings[GROUP]
        for day in (day for day in days if kept["look_again_on"] is None or day < kept["look_again_on"]):
            now = judge(facts, later[day], day)
            assert now.counts_as == then.counts_as
            assert {**now.standings[GROUP], "look_again_on": None} == {**kept, "look_again_on": None}
            assert status_on(kept, day) is status_of(advice(facts, later[day], day, GROUP))
            held += 1
    assert held >= 20
