"""What reminders refuse."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class AlreadyPlanned(Refusal):
    code = "reminders.already_planned"
    reason = _("There is a reminder of this kind for this area and day already.")
    next_step = _("Open it in the list; stop it first if it shall be made anew.")


class NobodyReached(Refusal):
    code = "reminders.nobody_reached"
    reason = _("Nobody would be reached by this reminder.")
    next_step = _("Look at why in the preview; choose another occasion, area or day.")


class NotThatDay(Refusal):
    code = "reminders.not_that_day"
    reason = _("This reminder is about a day to come, at most {days} days ahead.")
    next_step = _("Choose today or a day soon.")
    status = 400


class NotNow(Refusal):
    code = "reminders.not_now"
    reason = _("The reminder is not in a state in which this can be done.")
    next_step = _("Load the page again and look at how far it is.")


class NotHandedOutHere(Refusal):
    code = "reminders.not_handed_out_here"
    reason = _("These messages leave through the text message service; it says itself what was delivered.")
    next_step = _("Wait for its receipts.")


class NotASignedRequest(Refusal):
    code = "reminders.not_signed"
    reason = _("The request is not signed by the text message service.")
    next_step = _("Check the secret and the clock on both sides.")
    status = 403
