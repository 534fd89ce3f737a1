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


class WrittenIncomplete(Refusal):
    code = "outreach.written_incomplete"
    reason = _("A complaint names the township and what it is about, and says in a few words what happened.")
    next_step = _("Fill in what is missing; what you entered is kept.")
    status = 400


class WrittenEnded(Refusal):
    code = "outreach.written_ended"
    reason = _("Somebody has taken or answered this already.")
    next_step = _("Open it again: it says who, and what was answered.")


class WriterUnknown(Refusal):
    code = "outreach.writer_unknown"
    reason = _("Nobody of your area is found by this.")
    next_step = _(
        "Try the identity number or the phone; whoever is not in the ledger is answered here directly."
    )
    status = 400


class WriterNotClear(Refusal):
    code = "outreach.writer_not_clear"
    reason = _("{n} people are found by this.")
    next_step = _("Enter the identity number of the one who wrote.")
    status = 400


class ReplyMissing(Refusal):
    code = "outreach.reply_missing"
    reason = _("An answer is in words: the resident reads them with their receipt number.")
    next_step = _("Write the answer.")
    status = 400


class ReceiptUnknown(Refusal):
    code = "outreach.receipt_unknown"
    reason = _("No complaint has this receipt number.")
    next_step = _("Compare the ten digits with what you wrote down.")
    status = 404
