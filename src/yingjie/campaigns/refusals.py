"""What campaigns refuse, and what to do instead."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class TitleTaken(Refusal):
    code = "campaigns.title_taken"
    reason = _("“{title}” is here already.")
    next_step = _("Choose another title, or change the one that is here.")


class DayTaken(Refusal):
    code = "campaigns.day_taken"
    reason = _("This phase has a milestone on {on} already.")
    next_step = _("Choose another day, or remove that milestone first.")


class OutsideCampaign(Refusal):
    code = "campaigns.outside"
    reason = _("{on} lies outside the campaign, which runs from {starts_on} until {ends_on}.")
    next_step = _("Choose a day within it, or change the campaign's days first.")
    status = 400


class AlreadyIssued(Refusal):
    code = "campaigns.issued"
    reason = _("The targets of this milestone were issued.")
    next_step = _("Set single figures by hand with their reason, or add another milestone.")


class NotShared(Refusal):
    code = "campaigns.not_shared"
    reason = _("The targets of this milestone have not been shared out yet.")
    next_step = _("Share them out first.")


class NobodyInGroup(Refusal):
    code = "campaigns.nobody"
    reason = _("Nobody in the ledger of {area} belongs to the group of this phase.")
    next_step = _("Check its ages and its population group, or import the ledger first.")


class ReasonMissing(Refusal):
    code = "campaigns.reason_missing"
    reason = _("A figure that is set by hand needs its reason.")
    next_step = _("Say in a few words why this figure differs from the people's share.")
    status = 400


class DoesNotFit(Refusal):
    """A contradiction found while sharing; the words are those of vaxkit.targets."""

    code = "campaigns.does_not_fit"
    reason = _("{why}")
    next_step = _("{then}")


class KeyUnreadable(Refusal):
    code = "campaigns.key_unreadable"
    reason = _("Line {line} cannot be used: {what}")
    next_step = _("Write one area code or name and one whole number a line, then send it again.")
    status = 400


class UnknownCategory(Refusal):
    code = "campaigns.unknown_category"
    reason = _("There is no population group called {category}.")
    next_step = _("Choose one from the list.")
    status = 400
