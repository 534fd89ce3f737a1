"""Why a complaint cannot be taken, handed on or decided, and why nobody calls while one is open."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class ComplaintIncomplete(Refusal):
    code = "outreach.complaint_incomplete"
    reason = _(
        "A complaint says what it is about, how it came, in the resident's own words, and by when it is answered."
    )
    next_step = _("Fill in what is missing; the day lies ahead.")
    status = 400


class ComplaintDecided(Refusal):
    code = "outreach.complaint_decided"
    reason = _("This complaint has been decided already.")
    next_step = _("What is new is taken as a new complaint.")


class ComplaintAboutYou(Refusal):
    code = "outreach.complaint_about_you"
    reason = _("Nobody decides on a complaint about themselves.")
    next_step = _("Somebody else of the task force, or the county, decides it.")


class FindingMissing(Refusal):
    code = "outreach.finding_missing"
    reason = _("A complaint ends with a finding and with the answer that the resident was given.")
    next_step = _("Choose what was found and write the answer.")
    status = 400


class VisitsRest(Refusal):
    code = "outreach.visits_rest"
    reason = _("Visits to {name} rest by word of the task force.")
    next_step = _(
        "Do not call on them. Record a visit only if they asked for it themselves, and say so in the form."
    )
