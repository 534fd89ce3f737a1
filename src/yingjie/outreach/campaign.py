"""What the campaign asks of people, as outreach needs it: which doses, from which age."""

from datetime import date

from yingjie.vaccines import queries as vaccines

GROUP = vaccines.CAMPAIGN_GROUP


def goals(on: date | None = None) -> tuple[int, ...]:
    """The numbers of the doses for which there is a rule on a day (today), boosters among them, first to last."""
    known = {row.dose for row in vaccines.statements(on) if row.dose}
    return tuple(range(1, max(known | {last_of_course(on)}) + 1))


def last_of_course(on: date | None = None) -> int:
    """The last dose of the primary course: who has had it is not on the list unless a booster is asked for."""
    return max(vaccines.course(on).numbers, default=1)


def born_until(on: date) -> date:
    """Whoever was born by this day is offered the campaign's first dose; date.min where nobody is."""
    return vaccines.course(on).born_until or date.min
