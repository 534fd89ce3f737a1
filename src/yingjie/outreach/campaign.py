"""What the campaign asks of people, as outreach needs it: which doses, from which age, which conditions stand against one."""

from datetime import date

from yingjie.vaccines.queries import course

#: Codes of health conditions that stand against vaccination for good, and until they have passed.
LASTING_CONDITIONS: tuple[str, ...] = ("allergy_to_vaccine", "severe_neurological")
PASSING_CONDITIONS: tuple[str, ...] = ("acute_illness", "fever", "pregnancy")


def goals() -> tuple[int, ...]:
    """The numbers of the doses that the campaign gives, first to last."""
    return tuple(rule.number for rule in course().doses)


def born_until(on: date) -> date:
    """Whoever was born by this day is offered the campaign's first dose; date.min where nobody is."""
    return course().born_until(on) or date.min
