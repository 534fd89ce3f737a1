"""Which doses count, what comes next, from when, with what, and because of what.

    assess       assess(rules, patient, doses, on) -> Assessment: verdicts per dose, a forecast per vaccine group
    advice       advise(rules, patient, doses, on) -> Advice: what a campaign tells one person, by the policies in force
    differences  difference(old, new) -> [Change]: what a new policy changes, rule by rule
    model        RuleSet and all it holds: rules as data in the shape of CDC's CDSi (read by vaxkit.ruledata)
    person       Patient, Observation, GivenDose: the facts
    answers      Assessment, Forecast, DoseVerdict, Because, TrailStep: the answer
    wording      sentence(because, language), step_words(step, language): explanations in Chinese and English
    conformance  the command that runs published cases against a rule set

Inside, one file per chapter of CDSi's Logic Specification 4.6, functions named for their tables:

    case         4.2  doses in order, broken into antigens        dating       7.5  dates of the next dose
    relevance    5    which series concern this person            forecasting  7    status and forecast of a series
    skipping     6.2  conditional skip                            scoring      8.4  points of competing series
    waiting      6.5  days from which intervals run               selection    8    the best series
    judging      6    one dose against one target dose            grouping     9    one forecast per vaccine group
    evaluation   4.4  all doses along a series                    assessing    4    the whole
    barriers     7.2  immunity, contraindications                 compiled          rules as look-ups

    Policies (vaxkit.ruledata.policies) hold more than CDSi's model; each addition has a file of its own:

    policy       PolicySet: a rule set with its documents, statements, gaps, preferences
    when         rows that hold for some people only               deferrals    contraindications with a day of review
    applying     whether a row holds on a day for a person         offers       which product comes first
    gaps         days to other vaccines                            remarks      notes on doses that count all the same
    courses      the primary course: its doses, and which dose completed it
    narrowing    only the series that matter for one person

    Everybody at once, from the same rules (numpy and numba, imported only when used):

    batch        assess_batch, People, BatchAnswer, written_out    batch_limits   what the batch cannot carry out
    batch_tables   the rules as arrays                             batch_kernel   the loop over people that reads them
    batch_source   the rules written out as a program              batch_program  that program, compiled
    batch_choice   choosing among competing series, for both

    periods      add_period, latest_start: calendar arithmetic by the rules of CDSi ("6 months - 4 days")
    products     Product: a vaccine as labels and checks at a station need it

Doses are never refused here: they count, or they do not and say why.
"""

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.answers import (
    Assessment,
    Because,
    DoseStatus,
    DoseVerdict,
    Forecast,
    SeriesStatus,
    TrailStep,
)
from vaxkit.immunization.assessing import assess
from vaxkit.immunization.courses import PrimaryCourse, course_numbers
from vaxkit.immunization.differences import Change, ChangeKind, difference
from vaxkit.immunization.model import RuleSet
from vaxkit.immunization.periods import Period, add_period, latest_start
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.immunization.policy import PolicySet, Statement
from vaxkit.immunization.products import Presentation, Product
from vaxkit.immunization.wording import sentence, step_words

__all__ = [
    "Advice",
    "Assessment",
    "Because",
    "Change",
    "ChangeKind",
    "DoseStatus",
    "DoseVerdict",
    "Forecast",
    "GivenDose",
    "Observation",
    "Patient",
    "Period",
    "PolicySet",
    "Presentation",
    "PrimaryCourse",
    "Product",
    "RuleSet",
    "SeriesStatus",
    "Statement",
    "TrailStep",
    "add_period",
    "advise",
    "assess",
    "course_numbers",
    "difference",
    "latest_start",
    "sentence",
    "step_words",
]
