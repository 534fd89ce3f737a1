"""Why a bulletin cannot be drafted, issued or filed."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class AlreadyIssued(Refusal):
    code = "oversight.already_issued"
    reason = _("The bulletin of {on} for {area} has been issued; an issued bulletin never changes.")
    next_step = _("Doses recorded since then appear in the next day's bulletin as late entries.")


class LaterIssued(Refusal):
    code = "oversight.later_issued"
    reason = _("The bulletin of {later_on} for {area} has been issued, and it counts {on} in.")
    next_step = _(
        "Bulletins are issued in the order of their days. The draft of this day can still be downloaded."
    )


class DayToCome(Refusal):
    code = "oversight.day_to_come"
    reason = _("{on} has not come yet, so there is nothing to report.")
    next_step = _("Choose today or an earlier day.")


class CutOffOutsideDay(Refusal):
    code = "oversight.cut_off_outside_day"
    reason = _("The cut-off must lie on the day reported, {on}, and not in the future.")
    next_step = _(
        "Choose a time of that day, or leave it empty: then everything recorded on that day counts."
    )


class ContentDiffers(Refusal):
    """The stored content does not have the hash it was issued with: somebody changed it in the database."""

    code = "oversight.content_differs"
    reason = _("The stored bulletin of {on} for {area} is not what was issued: its hash differs.")
    next_step = _(
        "Do not publish it. Ask the administrator to check the journal and restore it from a backup."
    )
    status = 500


class CardMovedOn(Refusal):
    code = "oversight.card_moved_on"
    reason = _("This card is no longer where this step could be taken.")
    next_step = _("Open it again: somebody else has decided or answered meanwhile.")


class WordsMissing(Refusal):
    code = "oversight.words_missing"
    reason = _("This step needs words: what was found, done or decided.")
    next_step = _("Write them in a sentence or two; they stay on the card.")
    status = 400


class PlanFrozen(Refusal):
    code = "oversight.plan_frozen"
    reason = _("The plan of {on} is frozen already; it never changes.")
    next_step = _("Open it: the page says what came of it.")


class DayOver(Refusal):
    code = "oversight.day_over"
    reason = _("{on} is over: a plan is frozen before its day ends.")
    next_step = _("Freeze the plan of today or of a day to come.")


class PlanDiffers(Refusal):
    """The stored plan does not have the hash it was frozen with: somebody changed it in the database."""

    code = "oversight.plan_differs"
    reason = _("The stored plan of {on} for {area} is not what was frozen: its hash differs.")
    next_step = _("Ask the administrator to check the journal and restore it from a backup.")
    status = 500


class CannotBeAsked(Refusal):
    code = "oversight.cannot_be_asked"
    reason = _("These do not go together in one table, or there would be too many cells.")
    next_step = _(
        "Choose two different dimensions; dose, product, site and day are known of doses alone. Narrow what is asked."
    )
    status = 400
