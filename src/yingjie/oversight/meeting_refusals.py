"""Why a meeting about a card cannot be arranged, recorded or called off, and why a card cannot end yet."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class NoMeetingHere(Refusal):
    code = "oversight.no_meeting_here"
    reason = _("Only an interview or a supervision order that has gone out is talked over face to face.")
    next_step = _("Confirm it first, or raise an interview by hand.")


class MeetingAhead(Refusal):
    code = "oversight.meeting_ahead"
    reason = _("A meeting is still ahead: it has neither a record nor been called off.")
    next_step = _("Write down what was said, or call it off with a reason; then go on.")


class NotInterviewed(Refusal):
    code = "oversight.not_interviewed"
    reason = _("An interview ends after it was held, or called off with a reason.")
    next_step = _("Arrange its day and place first.")


class MeetingClosed(Refusal):
    code = "oversight.meeting_closed"
    reason = _("This meeting has been recorded or called off already.")
    next_step = _("Open the card: it shows what was written.")


class MeetingIncomplete(Refusal):
    code = "oversight.meeting_incomplete"
    reason = _(
        "A meeting needs a moment that lies ahead, a place and who shall come; its record, who came and what was said."
    )
    next_step = _("Fill in what is missing.")
    status = 400


class RecordTooEarly(Refusal):
    code = "oversight.record_too_early"
    reason = _("The meeting is on {at}: there is nothing to record yet.")
    next_step = _("Come back after it, or call it off and arrange another moment.")


class DeadlinePast(Refusal):
    code = "oversight.deadline_past"
    reason = _("The day for the reply lies in the past.")
    next_step = _("Choose today or a later day.")
    status = 400
