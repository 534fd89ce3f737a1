"""What the batch of the immunization engine is held against: the small rule set of `policies/three-products.yaml` written
by hand, once as readable Python on date objects, once as a compiled kernel. Neither knows the engine."""

from __future__ import annotations

from datetime import date, timedelta

import numba as nb
import numpy as np

TODAY = date(2021, 12, 1).toordinal() - date(1970, 1, 1).toordinal()
NONE = -(2**31) + 1
WAIT = 180
RULES = {
    0: {"doses": 2, "least": 21, "aimed": 28, "age": 3 * 365},
    1: {"doses": 3, "least": 28, "aimed": 30, "age": 18 * 365},
    2: {"doses": 1, "least": 0, "aimed": 0, "age": 18 * 365},
}
COMPLETE, BARRED, TOO_YOUNG, DEFERRED, DUE, OVERDUE, NOT_YET = range(7)


def generate(n: int, seed: int = 11) -> dict[str, np.ndarray]:
    """Columns of n people: three products in the shares 85, 10, 5 %, up to three doses."""
    rng = np.random.default_rng(seed)
    count = rng.choice(4, n, p=[0.15, 0.15, 0.5, 0.2]).astype(np.int8)
    product = rng.choice(3, n, p=[0.85, 0.1, 0.05]).astype(np.int8)
    first = TODAY - rng.integers(1, 320, n)
    second = first + rng.integers(14, 90, n)
    third = second + rng.integers(14, 200, n)
    deferred = rng.random(n) < 0.03
    infected = rng.random(n) < 0.01
    return {
        "birth": (TODAY - rng.integers(365 * 2, 365 * 98, n)).astype(np.int32),
        "count": count,
        "product": product,
        "days": np.stack([first, second, third], axis=1).astype(np.int32),
        "barred": rng.random(n) < 0.02,
        "deferred": np.where(deferred, TODAY + rng.integers(1, 90, n), 0).astype(np.int32),
        "infected": np.where(infected, TODAY - rng.integers(1, 400, n), 0).astype(np.int32),
    }


def by_objects(person: dict, today: date) -> tuple[int, date | None]:
    """Status and due day of one person, as such a rule set is mostly written."""
    if person["barred"]:
        return BARRED, None
    age = (today - person["birth"]).days
    doses = sorted(person["doses"], key=lambda dose: dose["on"])
    if not doses:
        if not [key for key, rule in RULES.items() if age >= rule["age"]]:
            return TOO_YOUNG, person["birth"] + timedelta(days=3 * 365)
        due = today
    else:
        rule = RULES[doses[0]["product"]]
        valid, before = 0, None
        for dose in doses:
            if before is None or (dose["on"] - before).days >= rule["least"]:
                valid += 1
                before = dose["on"]
        if valid < rule["doses"]:
            due = before + timedelta(days=rule["aimed"])
        elif valid == rule["doses"] and age >= 18 * 365:
            due = before + timedelta(days=WAIT)
        else:
            return COMPLETE, None
    if person["infected"] and due < person["infected"] + timedelta(days=WAIT):
        due = person["infected"] + timedelta(days=WAIT)
    status = DUE
    if person["deferred"] and person["deferred"] > max(today, due):
        due, status = person["deferred"], DEFERRED
    elif due > today:
        status = NOT_YET
    elif (today - due).days > 30:
        status = OVERDUE
    return status, due


@nb.njit(cache=False)
def by_kernel(birth, count, product, days, barred, deferred, infected, today, status, due_out):
    """The same in one compiled loop over arrays."""
    least, doses, aimed = (21, 28, 0), (2, 3, 1), (28, 30, 0)
    for i in range(len(birth)):
        if barred[i]:
            status[i], due_out[i] = BARRED, 0
            continue
        age = today - birth[i]
        p = product[i]
        if count[i] == 0:
            if age < 1095:
                status[i], due_out[i] = TOO_YOUNG, birth[i] + 1095
                continue
            due = today
        else:
            valid, before = 1, days[i, 0]
            for d in range(1, count[i]):
                if days[i, d] - before >= least[p]:
                    valid += 1
                    before = days[i, d]
            if valid < doses[p]:
                due = before + aimed[p]
            elif valid == doses[p] and age >= 6570:
                due = before + WAIT
            else:
                status[i], due_out[i] = COMPLETE, 0
                continue
        if infected[i] and due < infected[i] + WAIT:
            due = infected[i] + WAIT
        if deferred[i] and deferred[i] > max(today, due):
            status[i], due_out[i] = DEFERRED, deferred[i]
        else:
            due_out[i] = due
            status[i] = NOT_YET if due > today else (OVERDUE if today - due > 30 else DUE)


def objects(columns: dict[str, np.ndarray], n: int) -> list[dict]:
    """The first n people as dictionaries with dates."""
    start = date(1970, 1, 1)

    def day(number: int) -> date | None:
        return start + timedelta(int(number)) if number else None

    return [
        {
            "birth": start + timedelta(int(columns["birth"][i])),
            "barred": bool(columns["barred"][i]),
            "deferred": day(columns["deferred"][i]),
            "infected": day(columns["infected"][i]),
            "doses": [
                {"on": day(columns["days"][i, d]), "product": int(columns["product"][i])}
                for d in range(columns["count"][i])
            ],
        }
        for i in range(n)
    ]
