"""Which doses count, what comes next, from when, and because of what.

    periods     add_period, latest_start: calendar arithmetic by the rules of CDSi ("6 months - 4 days")
    products    Product: a vaccine as the rules see it
    schedule    Schedule, DoseRule, AgeBand: a course as data, each rule with its source
    evaluate    evaluate(birth_on, doses, schedule, on) -> Evaluation; status_on for dates kept elsewhere
    reasons     the words of every reason code

The dates of an Evaluation follow from the birth date, the doses and the schedule alone and may be kept;
only its `status` depends on the day asked for. Doses are never refused here: they count, or they do not and
say why.
"""

from vaxkit.immunization.evaluate import DoseResult, Evaluation, GivenDose, Verdict, evaluate, status_on
from vaxkit.immunization.periods import Period, add_period, latest_start
from vaxkit.immunization.products import Presentation, Product
from vaxkit.immunization.reasons import Reason
from vaxkit.immunization.schedule import AgeBand, DoseRule, Schedule

__all__ = [
    "AgeBand",
    "DoseResult",
    "DoseRule",
    "Evaluation",
    "GivenDose",
    "Period",
    "Presentation",
    "Product",
    "Reason",
    "Schedule",
    "Verdict",
    "add_period",
    "evaluate",
    "latest_start",
    "status_on",
]
