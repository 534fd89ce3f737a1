"""Why scores cannot be settled or an area not be commended."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class TooFewBulletins(Refusal):
    code = "oversight.too_few_bulletins"
    reason = _("Fewer than two bulletins were issued from {from_on} to {until_on}: nothing can be compared.")
    next_step = _("Choose a longer time, or issue the bulletins first.")


class PeriodScored(Refusal):
    code = "oversight.period_scored"
    reason = _("Part of this time has been scored already; a settled sheet does not change.")
    next_step = _("Choose days after the last sheet.")


class AlreadyCommended(Refusal):
    code = "oversight.already_commended"
    reason = _("This area has been commended for these scores.")
    next_step = _("Open the sheet again; its words can be read there.")
