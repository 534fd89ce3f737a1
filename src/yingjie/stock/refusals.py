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


class WrittenBefore(Refusal):
    code = "stock.written_before"
    reason = _("This form was sent before, and what it says is written down already.")
    next_step = _("Look at the list of what was written; for another entry, open the form anew.")


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
    next_step = _(
        "If it is today's, the site lead opens it again under Day close; else write it as a correction, with the reason."
    )


class NotToBeReopened(Refusal):
    code = "stock.not_to_be_reopened"
    reason = _("{on} is not closed, or it is over.")
    next_step = _(
        "Only today's closed day is opened again. What belongs to a day that is over is written as a correction."
    )


class AlreadyDecided(Refusal):
    code = "stock.already_decided"
    reason = _("This was decided before.")
    next_step = _("Look at the page again; nothing was changed.")


class SentOn(Refusal):
    code = "stock.sent_on"
    reason = _("The vial {vial} was sent on to another place.")
    next_step = _("Put it aside and ask the store which place it belongs to.")


class SamePlace(Refusal):
    code = "stock.same_place"
    reason = _("Vaccine is sent to another place that is in use.")
    next_step = _("Choose the store or site that it goes to.")
    status = 400


class PacksOfAnotherLot(Refusal):
    code = "stock.packs_of_another_lot"
    reason = _("The packs that were scanned hold more, or other lots, than the doses that are sent.")
    next_step = _("Compare the numbers of doses with the packs, or scan again.")


class DifferenceNotExplained(Refusal):
    code = "stock.difference_not_explained"
    reason = _("Lot {lot}: {expected} doses were expected and {found} found.")
    next_step = _("Count again; if it stays so, say how the difference came about.")


class NotOnItsWay(Refusal):
    code = "stock.not_on_its_way"
    reason = _("Transfer {number} has ended already ({by}).")
    next_step = _("Look at the list of transfers; nothing was changed.")


class RefusedAtArrival(Refusal):
    code = "stock.refused_at_arrival"
    reason = _("Transfer {number} was refused when it came: its record of the way stands.")
    next_step = _("Keep it apart. The sender calls it back, and whoever may decide there looks at it.")


class FridgeNotEmpty(Refusal):
    code = "stock.fridge_not_empty"
    reason = _("Vaccine still lies in {fridge}.")
    next_step = _("Put its lots into another fridge first.")


class ReadingKnown(Refusal):
    code = "stock.reading_known"
    reason = _("{fridge} has a temperature of that moment already.")
    next_step = _("Nothing needs to be done; a wrong figure is followed by a right one, never replaced.")


class UnreadableLoggerFile(Refusal):
    code = "stock.unreadable_logger_file"
    reason = _("The logger's file could not be read: {why}")
    next_step = _("Export it again as a table with a time and a temperature on each line (CSV).")
    status = 400


LOGGER_TROUBLES = {
    "no_table": _("there is no heading with a time and a temperature in it."),
    "no_readings": _("no line of it holds both a time and a temperature."),
    "ambiguous_dates": _("its dates do not say which figure is the day and which the month."),
    "too_long": _("it has more than 200,000 lines."),
}


class VialsLeftOpen(Refusal):
    code = "stock.vials_left_open"
    reason = _("There are still {vials} opened vials with doses in them.")
    next_step = _(
        "Give these doses to people on the standby list, or discard what is left; then close the day."
    )


class NotCounted(Refusal):
    code = "stock.not_counted"
    reason = _("Lot {lot} was not counted.")
    next_step = _("Count every lot of the list, then close the day.")
    status = 400
