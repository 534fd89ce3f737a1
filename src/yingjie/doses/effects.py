"""What a switch of policy would change for whom: everybody judged by the rules without it and with it, nothing written.

Most people are judged in vaxkit's batch; whom it cannot hold, and everybody where there are few, one by one. Both read one
definition of the rules.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from vaxkit.immunization import GivenDose, Patient
from vaxkit.immunization.advice import Advice
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status
from yingjie.doses import judging
from yingjie.doses.judging import Facts, KeptDose
from yingjie.doses.models import Dose
from yingjie.doses.seen import seen_of
from yingjie.people.models import Person
from yingjie.people.residents import in_ledger

WHY = "counts for whoever may switch policies; no person is named"
AT_ONCE = 20_000
#: From so many people on the batch is faster than its own compilation.
MANY = 5_000
VILLAGE_DIGITS = 12
BANDS = ((0, "0-2"), (3, "3-11"), (12, "12-17"), (18, "18-59"), (60, "60-79"), (80, "80+"))
#: Whoever has more doses than this is judged one by one.
MOST_DOSES = 8
Progress = Callable[[int, int], None]
Place = tuple[str, int, str, int]
"""Status and next dose (0: none) before, and after."""


@dataclass(frozen=True)
class _Resident:
    village: str
    age: int
    facts: Facts


def measure(
    before: PolicySet, after: PolicySet, on: date, progress: Progress, *, many: int = MANY
) -> dict[str, Any]:
    """Counts as JSON: people, changed, moves (from, to), and the changed by village and by age band with their moves. Whoever
    moves in two vaccine groups is counted in both."""
    rows = Person.objects.unscoped(WHY).filter(in_ledger(on))
    total, done = rows.count(), 0
    moves: Counter[Place] = Counter()
    villages: defaultdict[str, Counter[Place]] = defaultdict(Counter)
    bands: defaultdict[str, Counter[Place]] = defaultdict(Counter)
    for residents in _in_parts(rows, on):
        for group in _touched(before, after):
            old, new = (_answers(residents, rules, on, group, total >= many) for rules in (before, after))
            for resident, was, now in zip(residents, old, new, strict=True):
                if was != now:
                    move = (*was, *now)
                    moves[move] += 1
                    villages[resident.village][move] += 1
                    bands[_band(resident.age)][move] += 1
        done += len(residents)
        progress(done, total)
    return {
        "on": on.isoformat(),
        "people": total,
        "changed": moves.total(),
        "moves": _told(moves),
        "villages": {code: _told(found) for code, found in sorted(villages.items())},
        "bands": {name: _told(bands[name]) for _from, name in BANDS if name in bands},
    }


def _touched(before: PolicySet, after: PolicySet) -> list[str]:
    """The vaccine groups whose answers may differ: those of a disease whose rules are others, and all where rules between
    vaccines differ."""
    all_of = (before.conflicts, before.gaps, before.vaccines) != (after.conflicts, after.gaps, after.vaccines)
    return [
        name
        for name, group in after.groups.items()
        if all_of or any(before.antigens.get(each) != after.antigens[each] for each in group.antigens)
    ]


def _answers(
    residents: list[_Resident], rules: PolicySet, on: date, group: str, in_batch: bool
) -> list[tuple[str, int]]:
    """Status and next dose of each."""
    held = in_batch and rules.stages and group in rules.groups
    found = _answers_in_batch(residents, rules, on, group) if held else {}
    for nth, each in enumerate(residents):
        if nth not in found:
            advice = _one(each.facts, rules, on, group)
            found[nth] = _answer(advice.status, advice.doses_counted, advice.next_dose_number or 0)
    return [found[nth] for nth in range(len(residents))]


def _answers_in_batch(
    residents: list[_Resident], rules: PolicySet, on: date, group: str
) -> dict[int, tuple[str, int]]:
    """Those whom the batch can hold, by their place among the residents."""
    import numpy as np  # here, and numba behind the batch: only where there are many

    from vaxkit.immunization.batch import STATUSES, by_tables
    from vaxkit.immunization.batch_layout import day_number
    from vaxkit.immunization.batch_people import columns_of, observed
    from vaxkit.immunization.batch_tables import tables_of

    tables = tables_of(rules, on, group)
    if tables.uncovered:
        return {}
    fits = [nth for nth, each in enumerate(residents) if _fits(each.facts, group)]
    people = columns_of(tables, [_plain(residents[nth].facts) for nth in fits])
    seen = np.array(
        [
            (row, tables.observations.index(each.code), day_number(each.from_on), day_number(each.until_on))
            for row, nth in enumerate(fits)
            for each in residents[nth].facts.conditions
            if each.code in tables.observations
        ],
        np.int32,
    ).reshape(-1, 4)
    people, beyond = observed(tables, people, seen[:, 0], seen[:, 1], seen[:, 2], seen[:, 3], on)
    told = by_tables(tables, people, on, beyond)
    answers = zip(told.status.tolist(), told.counted.tolist(), told.next_number.tolist(), strict=True)
    return {
        nth: _answer(STATUSES[status], counted, number)
        for nth, (status, counted, number), alone in zip(
            fits, answers, told.handed_over.tolist(), strict=True
        )
        if not alone
    }


def _fits(facts: Facts, group: str) -> bool:
    """No more doses than a row has, none of another group, none that had expired."""
    return len(facts.doses) <= MOST_DOSES and all(
        dose.group == group and (dose.expires_on is None or dose.on <= dose.expires_on)
        for dose in facts.doses
    )


def _one(facts: Facts, rules: PolicySet, on: date, group: str) -> Advice:
    if facts.doses or facts.conditions:
        return judging.advice(facts, rules, on, group)
    return judging.advice_for_nobody(facts.birth_on, facts.sex, rules, on, group)


def _answer(status: Status, counted: int, number: int) -> tuple[str, int]:
    """Nobody completed anything by being offered nothing."""
    if status is Status.COMPLETE and not counted:
        status = Status.NOT_YET_DUE
    return status.value, number


def _in_parts(rows: Any, on: date) -> Iterator[list[_Resident]]:
    last: UUID | None = None
    while True:
        part = rows.filter(pk__gt=last) if last else rows
        people = list(part.order_by("pk").values_list("pk", "area_id", "birth_on", "sex")[:AT_ONCE])
        if not people:
            return
        last = people[-1][0]
        ids = [row[0] for row in people]
        doses, conditions = _doses(ids), seen_of(ids)
        yield [
            _Resident(
                area[:VILLAGE_DIGITS],
                on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day)),
                Facts(birth_on, sex, tuple(doses.get(key, ())), tuple(conditions.get(key, ()))),
            )
            for key, area, birth_on, sex in people
        ]


def _doses(ids: list[UUID]) -> Mapping[UUID, list[KeptDose]]:
    found: defaultdict[UUID, list[KeptDose]] = defaultdict(list)
    rows = (
        Dose.objects.unscoped(WHY)
        .filter(person_id__in=ids, voided_at__isnull=True)
        .order_by("given_on", "pk")
    )
    for person_id, key, group, product, on, expires_on in rows.values_list(
        "person_id", "id", "group", "product_id", "given_on", "expires_on"
    ):
        found[person_id].append(KeptDose(key, group, product, on, expires_on))
    return found


def _plain(facts: Facts) -> tuple[Patient, list[GivenDose]]:
    return Patient(facts.birth_on, facts.sex), [
        GivenDose(f"{nth:02}", dose.on, dose.product) for nth, dose in enumerate(facts.doses)
    ]


def _band(age: int) -> str:
    return next(name for begins, name in reversed(BANDS) if age >= begins)


def _told(moves: Counter[Place]) -> list[dict[str, Any]]:
    return [
        {"from": [old, old_number], "to": [new, new_number], "people": count}
        for (old, old_number, new, new_number), count in moves.most_common()
    ]
