"""From doses and rules to standings: what vaxkit says about a person, in the shape that Standing keeps.

Pure: rows in, values out. Only dates, numbers and reason codes are kept, never "is due today" (law 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from vaxkit.immunization import Evaluation, Reason, Schedule, evaluate
from vaxkit.immunization.evaluate import GivenDose
from vaxkit.vocabulary import Source, Text
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: The day asked for does not matter to what is kept.
ANY_DAY = date.min


@dataclass(frozen=True, slots=True)
class KeptDose:
    """A dose that was not voided, as far as rules care."""

    id: UUID
    product: str
    on: date


@dataclass(frozen=True, slots=True)
class Judgement:
    """`standings`: the columns of Standing by vaccine group; `counts_as`: what each dose counts as, None where it does not."""

    standings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counts_as: Mapping[UUID, int | None] = field(default_factory=dict)


def judge(birth_on: date, doses: Iterable[KeptDose], schedule: Schedule) -> Judgement:
    """What a person's doses amount to."""
    found = evaluate_doses(birth_on, doses, schedule, ANY_DAY)
    return Judgement(
        standings={
            CAMPAIGN_GROUP: {
                "doses_counted": found.valid_doses,
                "next_number": found.next_number,
                "earliest_on": found.earliest_on,
                "recommended_on": found.recommended_on,
                "overdue_on": found.overdue_on,
                "latest_on": None,
                "completed_on": found.completed_on,
                "deferred_until": None,
                "is_contraindicated": False,
                "products": list(found.products),
                "because": [kept_reason(reason) for reason in found.because],
                "look_again_on": None,
            }
        },
        counts_as={UUID(result.dose.key): result.number for result in found.dose_results},
    )


def evaluate_doses(birth_on: date, doses: Iterable[KeptDose], schedule: Schedule, on: date) -> Evaluation:
    given = [GivenDose(dose.product, dose.on, str(dose.id)) for dose in doses]
    return evaluate(birth_on, given, schedule, on)


def kept_reason(reason: Reason) -> dict[str, Any]:
    """A reason as JSON: its code and facts (days as text). The rule behind it is found again in the rule data."""
    facts = {
        name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in reason.params.items()
    }
    return {"code": reason.code, "facts": facts}


def cited(source: Source) -> Text:
    """A source as a citation: document, number, day."""
    tail = "".join(f" {part}" for part in (source.number, source.on.isoformat() if source.on else "") if part)
    return Text(source.document.zh + tail, source.document.en + tail)
