"""What the campaign asks of people, as outreach needs it: which doses, from which age, which conditions stand against one."""

from datetime import date

from yingjie.vaccines.queries import course

#: Codes of health conditions that stand against vaccination for good, and for as long as they last: those that the policies of
#: vaxkit/ruledata/china name as contraindications and as deferrals.
LASTING_CONDITIONS = (
    "allergy-to-component", "severe-reaction-to-vaccine", "uncontrolled-epilepsy", "severe-neurological-disease",
)  # fmt: skip
PASSING_CONDITIONS = (
    "fever", "acute-illness", "chronic-disease-acute-phase", "chronic-disease-uncontrolled", "chronic-disease-terminal",
    "pregnancy",
)  # fmt: skip


def goals() -> tuple[int, ...]:
    """The numbers of the doses that the campaign gives, first to last."""
    return tuple(rule.number for rule in course().doses)


def born_until(on: date) -> date:
    """Whoever was born by this day is offered the campaign's first dose; date.min where nobody is."""
    return course().born_until(on) or date.min
