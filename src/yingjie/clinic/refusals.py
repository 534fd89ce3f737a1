"""Why somebody cannot be registered, vaccinated or let go now."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class NotInLedger(Refusal):
    code = "clinic.not_in_ledger"
    reason = _("Nobody in the ledger has this identity number.")
    next_step = _("Compare the number with the card. If it is right, have the village add the person first.")
    status = 404


class ContradictsLedger(Refusal):
    code = "clinic.contradicts_ledger"
    reason = _("The card says {card}, but the ledger says {ledger}.")
    next_step = _("Compare card and person. Have the village correct the ledger before going on.")


class SiteClosed(Refusal):
    code = "clinic.site_closed"
    reason = _("{site} is not open today.")
    next_step = _("Choose the site at which you work today.")


class AlreadyHereToday(Refusal):
    code = "clinic.already_here_today"
    reason = _("{name} already has number {number} here today.")
    next_step = _("Let them go on with that number: {state}.")


class AlreadyElsewhereToday(Refusal):
    code = "clinic.already_elsewhere_today"
    reason = _("{name} was registered today at {site}.")
    next_step = _("Send them there, or have that site turn the visit away first.")


class VaccinatedToday(Refusal):
    code = "clinic.vaccinated_today"
    reason = _("A dose of today is already on record for {name}.")
    next_step = _(
        "Do not give another one. If that record is wrong, the site that gave the dose takes it back under “Visits of the day”, or"
        " the person's village does in the ledger."
    )


class NotDue(Refusal):
    code = "clinic.not_due"
    reason = _("Not due before {earliest_on}. {why}")
    next_step = _("Ask them to come back from {earliest_on}.")


class NotOffered(Refusal):
    code = "clinic.not_offered"
    reason = _("The course is not offered to this person. {why}")
    next_step = _("Explain it, and check the birth date if that seems wrong.")


class CourseComplete(Refusal):
    code = "clinic.course_complete"
    reason = _("All doses have been given. {why}")
    next_step = _("No further dose is needed. Show them their record if they are in doubt.")


class WrongOrder(Refusal):
    code = "clinic.wrong_order"
    reason = _("This cannot be done now: the visit is at “{state}”.")
    next_step = _("Take the steps in their order: registration, vaccination, observation, leaving.")


class AlreadyVaccinated(Refusal):
    code = "clinic.already_vaccinated"
    reason = _("{name} was vaccinated in this visit at {at} by {by}.")
    next_step = _("Do not vaccinate again. Show them to the observation area.")


class AlreadyLeft(Refusal):
    code = "clinic.already_left"
    reason = _("This visit ended at {at}.")
    next_step = _("Nothing more is to be done.")


class AlreadyTurnedAway(Refusal):
    code = "clinic.already_turned_away"
    reason = _("This visit was ended without vaccination at {at}.")
    next_step = _("Register the person again if they may be vaccinated after all.")


class AnotherDay(Refusal):
    code = "clinic.another_day"
    reason = _("This registration is of {on}.")
    next_step = _("Register the person again today, so that they are judged by today's facts.")


class ChecksMissing(Refusal):
    code = "clinic.checks_missing"
    reason = _("Not yet verified: {checks}.")
    next_step = _("Verify each point with the person and the vial, then tick it.")


class NoVial(Refusal):
    code = "clinic.no_vial"
    reason = _("No vial was scanned yet.")
    next_step = _("Scan the code on the vial, verify, then record.")
    status = 400


class WrongProduct(Refusal):
    code = "clinic.wrong_product"
    reason = _("{product} is not offered for this person's next dose.")
    next_step = _("Scan a vial of: {offered}.")


class OtherProduct(Refusal):
    code = "clinic.other_product"
    reason = _(
        "The dose before was {previous}; this vial is {product}. One product for the whole course is the rule."
    )
    next_step = _("Scan a vial of {previous}. If it cannot be had, enter the reason and record again.")


class TooEarlyToLeave(Refusal):
    code = "clinic.too_early_to_leave"
    reason = _("To be observed until {until}.")
    next_step = _("Ask them to wait. If they insist, enter the reason and let them go.")


class ReasonMissing(Refusal):
    code = "clinic.reason_missing"
    reason = _("Say why the person is not vaccinated today.")
    next_step = _("Choose the reason; what you advised goes into the note.")
    status = 400


class NoSuchNumber(Refusal):
    code = "clinic.no_such_number"
    reason = _("Nobody with the number {number} is under observation here today.")
    next_step = _("Read the number on the slip again, or choose the person in the list.")
    status = 404


class NobodyWaits(Refusal):
    code = "clinic.nobody_waits"
    reason = _("Nobody with the number {number} waits for the injection.")
    next_step = _("Read the number again, or choose the person in the list.")
    status = 404
