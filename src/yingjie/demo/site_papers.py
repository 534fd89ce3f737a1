"""What somebody signs and answers at a site of the demo: consent on paper, a guardian for the young, "no" to every question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from yingjie.clinic.actions import Signed
from yingjie.clinic.questionnaire import About, Answer, questions
from yingjie.clinic.workflow import ADULT
from yingjie.vaccines.queries import product

TEMPERATURE = Decimal("36.5")
GUARDIAN, RELATION = "监护人", "parent"


def signed(age: int) -> Signed:
    """Paper, signed by themselves or by a guardian."""
    if age >= ADULT:
        return Signed(paper=True)
    return Signed(paper=True, signer="guardian", guardian_name=GUARDIAN, guardian_relation=RELATION)


def nothing_to_say(sex: str, age: int, product_code: str, on: date) -> dict[str, Answer]:
    """The answers of somebody who is well."""
    return {code: Answer("no") for code in _asked(sex, age, product(product_code).technology, on)}


@lru_cache(maxsize=4_000)
def _asked(sex: str, age: int, technology: str, on: date) -> tuple[str, ...]:
    return tuple(question.code for question in questions(About(sex, age, technology, on)))
