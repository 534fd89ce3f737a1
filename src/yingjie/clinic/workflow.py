"""The visit as a table, and the guards that answer "what can be done now" from facts alone.

Who may do it is not asked here. `docs/workflows/clinic-visit.md` is printed from this table. What a gate decides by (`verified`
above all) is loaded first and handed in as values; every objection is a code, and refusals.py says each of them in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from vaxkit.vocabulary import Status
from vaxkit.workflow import Step, Workflow

#: How long somebody stays after the injection. National practice: 30 minutes on site (facts: C4).
OBSERVATION = timedelta(minutes=30)
#: How long a verification holds: whoever is not vaccinated by then is verified anew.
VERIFIED_FOR = timedelta(minutes=30)
#: Nobody enters with this temperature or more (armpit, degrees Celsius; national practice at arrival).
FEVER = Decimal("37.3")
#: A temperature beyond these was misread.
LOWEST, HIGHEST = Decimal("34.0"), Decimal("43.0")
#: What a health code or declaration may say; the first lets in.
HEALTH_STATUSES = ("green", "yellow", "red")
#: Consent is given by a guardian for whoever is younger (民法典, art. 17-20).
ADULT = 18

#: 三查: what the vaccinator looks at before the injection (疫苗管理法 art. 45).
THREE_CHECKS = ("health", "records", "vaccine")
#: 七对: what is matched against the person and the vial.
SEVEN_MATCHES = ("name", "age", "product", "specification", "dose", "body_site", "route")
#: 一验证: the recipient or guardian has seen vaccine and expiry and agrees.
ONE_CONFIRMATION = ("confirmed",)
CHECKS = THREE_CHECKS + SEVEN_MATCHES + ONE_CONFIRMATION
#: On which side the dose is given; "none" for what is inhaled or sprayed.
BODY_SIDES = ("left", "right", "none")
#: Objections that a second, named person may set aside with a reason. Nothing that makes a vial unsafe is among them.
OVERRIDABLE = frozenset({"clinic.other_product"})


@dataclass(frozen=True)
class ArrivalFacts:
    """What is looked at when somebody comes in. `temperature` in degrees Celsius, None where it was not taken."""

    temperature: Decimal | None
    health_status: str


@dataclass(frozen=True)
class DueFacts:
    """What decides whether the person may get a dose today."""

    status: Status
    given_today: bool


@dataclass(frozen=True)
class RegistrationFacts:
    today: date
    visit_on: date
    due: DueFacts


@dataclass(frozen=True)
class ConsentFacts:
    """`text` is the version of the text that was shown, `current` the one in force; `signer` self or guardian; `is_signed`: a
    signature on the screen, or paper that was signed."""

    today: date
    visit_on: date
    age: int
    product: str
    offered: tuple[str, ...]
    text: str
    current: str
    signer: str
    guardian: str
    is_signed: bool


@dataclass(frozen=True)
class ScreeningFacts:
    """`unanswered`: questions that were to be asked and have no answer; `outcome` what the answers come to."""

    today: date
    visit_on: date
    unanswered: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class DecisionFacts:
    """The doctor's decision: its reason, and for a deferral the day on which it is looked at again."""

    today: date
    visit_on: date
    reason: str
    until: date | None = None


@dataclass(frozen=True)
class VerificationFacts:
    """What decides whether this vial may be given to this person now. Products are codes; `offered` are those the course allows
    next, `previous_product` ("" for none) is what the person got before, `consented_product` what the consent is for. `vial` is
    what the vial itself objects to ("" for nothing). `overrides`: objections that a second person has set aside for this vial."""

    today: date
    visit_on: date
    is_this_site: bool
    due: DueFacts
    vial: str
    product: str
    offered: tuple[str, ...]
    previous_product: str
    consented_product: str
    checks: Mapping[str, bool]
    body_side: str
    needs_side: bool
    overrides: frozenset[str] = frozenset()


@dataclass(frozen=True)
class VaccinationFacts:
    """The same again at the needle: nothing may have changed since the verification, which is the vaccinator's own."""

    verification: VerificationFacts
    now: datetime
    verified_at: datetime
    is_own: bool
    is_same_vial: bool


@dataclass(frozen=True)
class LeavingFacts:
    now: datetime
    observe_until: datetime
    early_reason: str


@dataclass(frozen=True)
class TurningAwayFacts:
    reason: str
    known_reasons: tuple[str, ...]


def fit_to_enter(facts: ArrivalFacts) -> str | None:
    if facts.temperature is None:
        return "clinic.no_temperature"
    if not LOWEST <= facts.temperature <= HIGHEST:
        return "clinic.temperature_misread"
    if facts.temperature >= FEVER:
        return "clinic.fever"
    if facts.health_status not in HEALTH_STATUSES:
        return "clinic.no_health_status"
    return None if facts.health_status == HEALTH_STATUSES[0] else "clinic.health_status"


def is_due(facts: DueFacts) -> str | None:
    """Used at the desk and again before the injection."""
    if facts.given_today:
        return "clinic.vaccinated_today"
    if facts.status is Status.COMPLETE:
        return "clinic.course_complete"
    if facts.status is Status.DEFERRED:
        return "clinic.is_deferred"
    if facts.status is Status.CONTRAINDICATED:
        return "clinic.is_contraindicated"
    return None if facts.status in (Status.DUE, Status.OVERDUE) else "clinic.not_due"


def due_today(facts: RegistrationFacts) -> str | None:
    return _of_today(facts.visit_on, facts.today) or is_due(facts.due)


def informed_and_signed(facts: ConsentFacts) -> str | None:
    if facts.visit_on != facts.today:
        return "clinic.another_day"
    if facts.product not in facts.offered:
        return "clinic.wrong_product"
    if facts.text != facts.current:
        return "clinic.other_text"
    if facts.age < ADULT and facts.signer != "guardian":
        return "clinic.guardian_needed"
    if facts.signer == "guardian" and not facts.guardian.strip():
        return "clinic.guardian_unnamed"
    return None if facts.is_signed else "clinic.not_signed"


def answered_and_fit(facts: ScreeningFacts) -> str | None:
    return _answered(facts) or (None if facts.outcome == "go" else f"clinic.answers_{facts.outcome}")


def answered(facts: ScreeningFacts) -> str | None:
    return _answered(facts)


def reason_of_doctor(facts: DecisionFacts) -> str | None:
    if facts.visit_on != facts.today:
        return "clinic.another_day"
    return None if facts.reason.strip() else "clinic.decision_without_reason"


def reason_and_day(facts: DecisionFacts) -> str | None:
    if facts.until is None or facts.until <= facts.today:
        return "clinic.deferral_without_day"
    return reason_of_doctor(facts)


def all_verified_and_due(facts: VerificationFacts) -> str | None:
    """三查七对一验证 as a gate: the first objection, the gravest first."""
    if facts.visit_on != facts.today:
        return "clinic.another_day"
    if not facts.is_this_site:
        return "clinic.wrong_station"
    objection = is_due(facts.due) or facts.vial or _product_objection(facts)
    if objection:
        return objection
    missing = missing_checks(facts.checks)
    if missing:
        return "clinic.not_confirmed" if missing == ONE_CONFIRMATION else "clinic.checks_missing"
    return None if _side_fits(facts) else "clinic.side_missing"


def still_verified(facts: VaccinationFacts) -> str | None:
    if not facts.is_own:
        return "clinic.verified_by_other"
    if not facts.is_same_vial:
        return "clinic.other_vial"
    objection = all_verified_and_due(facts.verification)
    if objection is not None:
        return objection
    return None if facts.now - facts.verified_at < VERIFIED_FOR else "clinic.verified_too_long_ago"


def observed_long_enough(facts: LeavingFacts) -> str | None:
    is_over = facts.now >= facts.observe_until or facts.early_reason.strip()
    return None if is_over else "clinic.too_early_to_leave"


def reason_given(facts: TurningAwayFacts) -> str | None:
    return None if facts.reason in facts.known_reasons else "clinic.reason_missing"


def why_given(reason: str) -> str | None:
    return None if reason.strip() else "clinic.why_missing"


def missing_checks(checks: Mapping[str, bool]) -> tuple[str, ...]:
    """The checks not ticked, in the order in which they are made."""
    return tuple(check for check in CHECKS if checks.get(check) is not True)


def _product_objection(facts: VerificationFacts) -> str | None:
    if facts.product not in facts.offered:
        return "clinic.wrong_product"
    if facts.product != facts.consented_product:
        return "clinic.consent_for_other"
    changes_maker = bool(facts.previous_product) and facts.product != facts.previous_product
    if changes_maker and "clinic.other_product" not in facts.overrides:
        return "clinic.other_product"
    return None


def _side_fits(facts: VerificationFacts) -> bool:
    return facts.body_side in (("left", "right") if facts.needs_side else ("none", "left", "right"))


def _answered(facts: ScreeningFacts) -> str | None:
    if facts.visit_on != facts.today:
        return "clinic.another_day"
    return "clinic.unanswered" if facts.unanswered else None


def _of_today(visit_on: date, today: date) -> str | None:
    return None if visit_on == today else "clinic.another_day"


_BEFORE_THE_NEEDLE = (
    "ticketed", "checked_in", "registered", "consented", "with_doctor", "screened", "verified",
)  # fmt: skip

VISIT = Workflow(
    name="clinic-visit",
    states=(
        *_BEFORE_THE_NEEDLE, "observed", "reacting", "left", "to_hospital", "deferred", "contraindicated", "turned_away",
    ),
    initial="ticketed",
    finals=("left", "to_hospital", "deferred", "contraindicated", "turned_away"),
    steps=(
        Step("check_in", ("ticketed",), "checked_in", guard=fit_to_enter),
        Step("register", ("checked_in",), "registered", guard=due_today),
        Step("consent", ("registered",), "consented", guard=informed_and_signed),
        Step("screen", ("consented",), "screened", guard=answered_and_fit),
        Step("refer", ("consented",), "with_doctor", guard=answered),
        Step("find_fit", ("with_doctor",), "screened", guard=reason_of_doctor),
        Step("defer", ("consented", "with_doctor"), "deferred", guard=reason_and_day),
        Step("contraindicate", ("consented", "with_doctor"), "contraindicated", guard=reason_of_doctor),
        Step("verify", ("screened",), "verified", guard=all_verified_and_due),
        Step("set_aside", ("verified",), "screened", guard=why_given),
        Step("vaccinate", ("verified",), "observed", guard=still_verified),
        Step("receive_record", ("ticketed",), "observed", guard=why_given),
        Step("react", ("observed",), "reacting", guard=why_given),
        Step("recover", ("reacting",), "observed", guard=why_given),
        Step("send_to_hospital", ("reacting",), "to_hospital", guard=why_given),
        Step("leave", ("observed",), "left", guard=observed_long_enough),
        Step("withdraw", ("consented", "with_doctor", "screened", "verified"), "turned_away", guard=why_given),
        Step("turn_away", _BEFORE_THE_NEEDLE, "turned_away", guard=reason_given),
    ),
)  # fmt: skip
