"""Why vaccine cannot be received, taken or written off."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class UnreadableTraceCode(Refusal):
    code = "stock.unreadable_code"
    reason = _("What was scanned is not a trace code: {scanned}")
    next_step = _(
        "Scan the code on the smallest pack again: 20 digits, or the square code with the serial number."
    )
    status = 400


class UnknownCode(Refusal):
    code = "stock.unknown_code"
    reason = _("The vial {vial} is not in this site's stock.")
    next_step = _("Put it aside. Receive its delivery first, or scan another vial.")


class VialEmpty(Refusal):
    code = "stock.vial_empty"
    reason = _("All {doses} doses of the vial {vial} have been given.")
    next_step = _("Discard it and scan a new vial.")


class Expired(Refusal):
    code = "stock.expired"
    reason = _("Lot {lot} expired on {expires_on}.")
    next_step = _("Put it aside as not to be used, and take another lot.")


class LotSuspended(Refusal):
    code = "stock.lot_suspended"
    reason = _("Lot {lot} is suspended: nobody may be vaccinated with it.")
    next_step = _("Put all vials of this lot aside and take another lot.")


class Held(Refusal):
    code = "stock.held"
    reason = _("All {doses} doses of lot {lot} at this site are held back.")
    next_step = _("Wait until the store keeper releases them, or take another lot.")


class NotEnough(Refusal):
    code = "stock.not_enough"
    reason = _("Lot {lot} has {doses} doses left here; {wanted} are needed.")
    next_step = _("Count this lot, or receive the new delivery first.")


class ContradictsStock(Refusal):
    code = "stock.code_contradicts"
    reason = _("The scanned code says {scanned}, but this delivery says {known}.")
    next_step = _("Put the pack aside and compare its label with the delivery note.")


class ExpiryDiffers(Refusal):
    code = "stock.expiry_differs"
    reason = _("Lot {lot} is already known with the expiry {known}.")
    next_step = _("Read the label again. If it truly differs, put the delivery aside and ask the maker.")


class CodeKnown(Refusal):
    code = "stock.code_known"
    reason = _("The vial {vial} was received before.")
    next_step = _("Take it out of this list; each trace code is received once.")


class PacksDoNotAddUp(Refusal):
    code = "stock.packs_do_not_add_up"
    reason = _("{doses} doses cannot come in {packs} packs of this product.")
    next_step = _("Count packs and doses again, and scan every smallest pack once.")
    status = 400


class NoSuchLot(Refusal):
    code = "stock.no_such_lot"
    reason = _("This site never had doses of that lot.")
    next_step = _("Choose a lot from the site's list.")
    status = 404


class OpenTooLong(Refusal):
    code = "stock.open_too_long"
    reason = _("The vial {vial} was opened at {opened} and may be used until {until} only.")
    next_step = _("Discard what is left in it, and open a new one.")


class DayClosed(Refusal):
    code = "stock.day_closed"
    reason = _("The stock of {on} is closed.")
    next_step = _("Write it as a correction, with the reason, or for today.")


class AlreadyDecided(Refusal):
    code = "stock.already_decided"
    reason = _("This was decided before: {decision}.")
    next_step = _("Look at the page again; nothing was changed.")


class SentOn(Refusal):
    code = "stock.sent_on"
    reason = _("The vial {vial} was sent on to another place.")
    next_step = _("Put it aside and ask the store which place it belongs to.")
