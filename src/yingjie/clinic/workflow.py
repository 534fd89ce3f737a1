"""The visit as a table, and the guards that answer "what can be done now" from facts alone.

Who may do it is not asked here. `docs/workflows/clinic-visit.md` is printed from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vaxkit.vocabulary import Status
from vaxkit.workflow import Step, Workflow

#: How long somebody stays after the injection. National practice: 30 minutes on site (facts: C4).
OBSERVATION = timedelta(minutes=30)

#: 三查: what the vaccinator looks at before the injection (疫苗管理法 art. 45).
THREE_CHECKS = ("health", "records", "vaccine")
#: 七对: what is matched against the person and the vial.
SEVEN_MATCHES = ("name", "age", "product", "specification", "dose", "body_site", "route")
#: 一验证: the recipient or guardian has seen vaccine and expiry and agrees.
ONE_CONFIRMATION = ("confirmed",)
CHECKS = THREE_CHECKS + SEVEN_MATCHES + ONE_CONFIRMATION


@dataclass(frozen=True)
class DueFacts:
    """What decides whether the person may get a dose today."""

    status: Status
    given_today: bool


@dataclass(frozen=True)
class VaccinationFacts:
    """What decides whether this vial may be given to this person now. Products are codes; `offered` are those the course allows
    next, `previous_product` ("" for none) is what the person got before."""

    today: date
    visit_on: date
    checks: Mapping[str, bool]
    due: DueFacts
    product: str
    offered: tuple[str, ...]
    previous_product: str
    other_product_reason: str


@dataclass(frozen=True)
class LeavingFacts:
    now: datetime
    observe_until: datetime
    early_reason: str


@dataclass(frozen=True)
class TurningAwayFacts:
    reason: str
    known_reasons: tuple[str, ...]


def is_due(facts: DueFacts) -> str | None:
    """Used at the registration desk and again before the injection."""
    if facts.given_today:
        return "clinic.vaccinated_today"
    if facts.status is Status.COMPLETE:
        return "clinic.course_complete"
    return None if facts.status in (Status.DUE, Status.OVERDUE) else "clinic.not_due"


def all_verified_and_due(facts: VaccinationFacts) -> str | None:
    if facts.visit_on != facts.today:
        return "clinic.another_day"
    if missing_checks(facts.checks):
        return "clinic.checks_missing"
    not_due = is_due(facts.due)
    if not_due is not None:
        return not_due
    if facts.product not in facts.offered:
        return "clinic.wrong_product"
    changes_maker = bool(facts.previous_product) and facts.product != facts.previous_product
    if changes_maker and not facts.other_product_reason.strip():
        return "clinic.other_product"
    return None


def observed_long_enough(facts: LeavingFacts) -> str | None:
    return (
        None
        if facts.now >= facts.observe_until or facts.early_reason.strip()
        else "clinic.too_early_to_leave"
    )


def reason_given(facts: TurningAwayFacts) -> str | None:
    return None if facts.reason in facts.known_reasons else "clinic.reason_missing"


def missing_checks(checks: Mapping[str, bool]) -> tuple[str, ...]:
    """The checks not ticked, in the order in which they are made."""
    return tuple(check for check in CHECKS if checks.get(check) is not True)


VISIT = Workflow(
    name="clinic-visit",
    states=("registered", "observed", "left", "turned_away"),
    initial="registered",
    finals=("left", "turned_away"),
    steps=(
        Step("vaccinate", ("registered",), "observed", guard=all_verified_and_due),
        Step("leave", ("observed",), "left", guard=observed_long_enough),
        Step("turn_away", ("registered",), "turned_away", guard=reason_given),
    ),
)
