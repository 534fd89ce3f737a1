"""Why a check of somebody deferred cannot be written down."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class WatchClosed(Refusal):
    code = "outreach.watch_closed"
    reason = _("Nobody watches over them any more: the deferral is over.")
    next_step = _("Open the resident's page: it says where they stand now.")


class WatchResultUnknown(Refusal):
    code = "outreach.watch_result_unknown"
    reason = _("A check says how they are: stable, unchanged, worse, or that nobody was met.")
    next_step = _("Choose one of the four.")
    status = 400


class WatchNumbersWrong(Refusal):
    code = "outreach.watch_numbers_wrong"
    reason = _("Somebody is named who asks, every 1 to 90 days, next today or later.")
    next_step = _("Fill in what is missing.")
    status = 400
