"""Why a demo county cannot be loaded."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class RealInstance(Refusal):
    code = "demo.real_instance"
    reason = _("This is a real instance. Invented people do not go into a real ledger.")
    next_step = _("Set YINGJIE_HOME to a new directory and load the demo county there.")


class AlreadyLoaded(Refusal):
    code = "demo.already_loaded"
    reason = _("This instance already holds the demo county {name}.")
    next_step = _("Sign in with one of its accounts, or set YINGJIE_HOME to a new directory for another one.")


class LedgerInUse(Refusal):
    code = "demo.ledger_in_use"
    reason = _("The ledger of {name} is not empty.")
    next_step = _("Load the demo county into a new instance: set YINGJIE_HOME to a new directory.")


class UnknownSize(Refusal):
    code = "demo.unknown_size"
    reason = _("There is no demo county of size {size}.")
    next_step = _("Choose one of: {known}.")
    status = 400


class DayToCome(Refusal):
    code = "demo.day_to_come"
    reason = _("The demo county cannot be told up to {on}: that day has not come.")
    next_step = _("Choose today or an earlier day.")
    status = 400


class NoDemoSite(Refusal):
    code = "demo.no_site"
    reason = _("There is no site with the code {code} to play a day at.")
    next_step = _(
        "Load the demo county first (yj demo), then name one of its sites, or none for the large one."
    )
    status = 404
