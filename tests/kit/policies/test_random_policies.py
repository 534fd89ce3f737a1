"""Rules that nobody wrote, people whom nobody knows: batch and interpreter answer the same. `benchmarks/immunization_rule_sets.py`
goes through as many sets as wanted."""

from __future__ import annotations

from datetime import date

import pytest
from tests.kit.policies.random_policies import people_of, written

from vaxkit.immunization import GivenDose, Patient, PolicySet, advise
from vaxkit.immunization.batch import COLUMNS, by_tables, row_of, verdicts_of
from vaxkit.immunization.batch_people import People, columns_of, handed_over, person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.batch_telling import filled, told
from vaxkit.ruledata.policies import PolicyError, policies_in_force

SEEDS = (0, 1, 3, 6, 8, 9, 12, 16, 24, 29)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[PolicySet, People]]:
    """Rules and people of the seeds, without those that contradict themselves."""
    found = []
    for seed in SEEDS:
        on = written(seed, folder := tmp_path_factory.mktemp("policies"))
        try:
            rules = policies_in_force(on, folder, shipped=False)
        except PolicyError:
            continue
        found.append((rules, people_of(rules, tables_of(rules, on), 40, on, seed)))
    return found


def test_random_rules_are_answered_alike(drawn: list[tuple[PolicySet, People]]) -> None:
    in_batch = 0
    for rules, people in drawn:
        tables = tables_of(rules, rules.on)
        answer = by_tables(tables, people, rules.on)
        assert not tables.uncovered or answer.handed_over.all()
        said = told(rules, tables, people, answer, rules.on)
        for row in (row for row in range(len(people)) if not answer.handed_over[row]):
            in_batch += 1
            patient, doses = person_of(tables, people, row)
            single = advise(rules, patient, doses, rules.on)
            assert [int(getattr(answer, name)[row]) for name in COLUMNS] == row_of(tables, single)
            assert answer.verdicts[row, : len(doses)].tolist() == verdicts_of(single)
            offered = said.offers[said.offered[row]] if said.offered[row] >= 0 else None
            assert (offered.products if offered else ()) == single.products
            assert filled(rules, said.shapes[said.reasons[row]], said.days, row) == single.because
    assert in_batch >= 200


def test_a_dose_before_birth_is_left_to_the_interpreter(drawn: list[tuple[PolicySet, People]]) -> None:
    """No rule need name an age for it not to count."""
    rules, _ = drawn[0]
    tables, birth = tables_of(rules, rules.on), date(2021, 1, 31)
    doses = [GivenDose(str(day), date(2021, 1, day), tables.products[0]) for day in (30, 31)]
    people = columns_of(tables, [(Patient(birth), doses), (Patient(birth), doses[1:])])
    assert handed_over(tables, people, rules.on).tolist() == [True, bool(tables.uncovered)]
    assert advise(rules, Patient(birth), doses, rules.on).doses[0].reasons[0].code == "dose.before_birth"
