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
    reason = _("A dose of today is already on record for {name}: {at}.")
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
    next_step = _("{next_station}")


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
    next_step = _(
        "Scan a vial of {previous}. If it cannot be had, ask a second person to allow it: they sign with a reason of their own."
    )


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


class NoTemperature(Refusal):
    code = "clinic.no_temperature"
    reason = _("No temperature was entered.")
    next_step = _("Take the temperature and enter it, for example 36.5.")
    status = 400


class TemperatureMisread(Refusal):
    code = "clinic.temperature_misread"
    reason = _("{temperature} degrees cannot be a person's temperature.")
    next_step = _("Measure again and enter it with one decimal, for example 36.5.")
    status = 400


class HasFever(Refusal):
    code = "clinic.fever"
    reason = _("The temperature is {temperature}: whoever has {limit} or more does not come in.")
    next_step = _(
        "Measure once more after ten minutes' rest. Still so: end the visit with the reason fever and show them to a fever clinic."
    )


class NoHealthStatus(Refusal):
    code = "clinic.no_health_status"
    reason = _("The health code was not read.")
    next_step = _("Look at the health code, or ask for the paper declaration, and choose what it says.")
    status = 400


class HealthStatusStops(Refusal):
    code = "clinic.health_status"
    reason = _("The health code is not green.")
    next_step = _(
        "Do not let them in. End the visit with that reason; the village helps with what comes next."
    )


class IsDeferred(Refusal):
    code = "clinic.is_deferred"
    reason = _("Vaccination is deferred until {until}. {why}")
    next_step = _("Ask them to come back on {until} or later. Only a doctor may look at it sooner.")


class IsContraindicated(Refusal):
    code = "clinic.is_contraindicated"
    reason = _("A contraindication is on record. {why}")
    next_step = _(
        "Do not vaccinate. If that seems wrong, the health officer of their township corrects the record."
    )


class OtherText(Refusal):
    code = "clinic.other_text"
    reason = _("The consent text changed since this page was opened.")
    next_step = _("Let them read the text that is shown now, and sign it.")


class GuardianNeeded(Refusal):
    code = "clinic.guardian_needed"
    reason = _("{name} is {age} years old: a parent or guardian consents.")
    next_step = _("Ask the guardian to read the text and sign; enter their name. Without one, end the visit.")


class GuardianUnnamed(Refusal):
    code = "clinic.guardian_unnamed"
    reason = _("The guardian's name is missing.")
    next_step = _("Enter the name of whoever signs, and how they are related.")
    status = 400


class NotSigned(Refusal):
    code = "clinic.not_signed"
    reason = _("Nothing was signed yet.")
    next_step = _("Let them sign on the screen, or tick that the paper was signed.")
    status = 400


class SignatureUnreadable(Refusal):
    code = "clinic.signature_unreadable"
    reason = _("The signature did not arrive as it was written.")
    next_step = _("Clear the field and sign again, or use paper.")
    status = 400


class Unanswered(Refusal):
    code = "clinic.unanswered"
    reason = _("Not yet answered: {questions}.")
    next_step = _("Ask every question; where the answer is yes, enter the day that is asked for.")
    status = 400


class DecisionWithoutReason(Refusal):
    code = "clinic.decision_without_reason"
    reason = _("The decision has no reason yet.")
    next_step = _("Write in one sentence why; it stays with the visit under your name.")
    status = 400


class DeferralWithoutDay(Refusal):
    code = "clinic.deferral_without_day"
    reason = _("A deferral needs a day after today on which it is looked at again.")
    next_step = _("Choose the day; the person returns to the lists on it by themselves.")
    status = 400


class VaccineWithoutDay(Refusal):
    code = "clinic.vaccine_without_day"
    reason = _("It is not said on which day, until today, the other vaccine was given.")
    next_step = _("Choose the day: how long the person waits is counted from it.")
    status = 400


class WrongStation(Refusal):
    code = "clinic.wrong_station"
    reason = _("{name} is registered at {site}; this station is at {here}.")
    next_step = _("Send them to {site}, or choose that site for this computer.")


class ConsentForOther(Refusal):
    code = "clinic.consent_for_other"
    reason = _("The consent is for {consented}; this vial is {product}.")
    next_step = _(
        "Scan a vial of {consented}. For {product}, let them withdraw and sign anew at registration."
    )


class NotConfirmed(Refusal):
    code = "clinic.not_confirmed"
    reason = _("The recipient has not confirmed vaccine and expiry yet.")
    next_step = _("Show them the vial; when they or their guardian agree, tick it.")


class SideMissing(Refusal):
    code = "clinic.side_missing"
    reason = _("The arm was not chosen.")
    next_step = _("Choose left or right.")
    status = 400


class VerifiedByOther(Refusal):
    code = "clinic.verified_by_other"
    reason = _("{name} was verified by {by} at {at}.")
    next_step = _(
        "Whoever verifies gives the injection. Leave them to that station, or put the verification aside and verify yourself."
    )


class OtherVial(Refusal):
    code = "clinic.other_vial"
    reason = _("Another vial was verified: {verified}.")
    next_step = _(
        "Give from the vial that was verified, or put the verification aside and verify the new one."
    )


class VerifiedTooLongAgo(Refusal):
    code = "clinic.verified_too_long_ago"
    reason = _("This was verified at {at}, more than {minutes} minutes ago.")
    next_step = _("Put the verification aside and verify again.")


class NeedleInHand(Refusal):
    code = "clinic.needle_in_hand"
    reason = _("Verified and waiting for the injection: number {numbers}.")
    next_step = _("Give these doses, or put the verifications aside; then count and close the day.")


class WhyMissing(Refusal):
    code = "clinic.why_missing"
    reason = _("The reason is missing.")
    next_step = _("Write in one sentence why; it stays on record.")
    status = 400


class NotOverridable(Refusal):
    code = "clinic.not_overridable"
    reason = _("Nobody can allow this.")
    next_step = _("Do what the refusal said.")


class OwnOverride(Refusal):
    code = "clinic.own_override"
    reason = _("You asked for this yourself.")
    next_step = _("Somebody else decides: the site lead or the screening doctor, with their own account.")
    status = 403


class AlreadyAsked(Refusal):
    code = "clinic.already_asked"
    reason = _("This was asked for at {at} and waits for its answer.")
    next_step = _("Tell the site lead; the answer appears here by itself.")


class AlreadyAnswered(Refusal):
    code = "clinic.already_answered"
    reason = _("{by} answered this at {at}.")
    next_step = _("Nothing more is to be done.")


class NotTakenBack(Refusal):
    code = "clinic.not_taken_back"
    reason = _("The record of that dose was not taken back.")
    next_step = _("Take the wrong record back first; then say who really got the dose.")


class AlreadyGivenOn(Refusal):
    code = "clinic.already_given_on"
    reason = _("That dose already stands under the right name.")
    next_step = _("Nothing more is to be done.")


class NobodyToCall(Refusal):
    code = "clinic.nobody_to_call"
    reason = _("Nobody waits here who was not called yet.")
    next_step = _("Wait a moment, or call somebody again from the list.")
    status = 404
