"""What cannot be done with doses, claims and proofs."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class NumberTaken(Refusal):
    code = "doses.number_taken"
    reason = _("Dose {number} of this person is already on record, given on {given_on}.")
    next_step = _(
        "If that record is wrong, have it taken back first: by the site that gave the dose, under “Visits of the day”,"
        " or in the ledger by the person's village."
    )


class AlreadyCorrected(Refusal):
    code = "doses.already_corrected"
    reason = _("This record was already taken back: {why}")
    next_step = _("Record what was truly given as a new dose.")


class NothingAmended(Refusal):
    code = "doses.nothing_amended"
    reason = _("The new record says the same as the old one.")
    next_step = _("Change what was wrong, or leave the record as it is.")
    status = 400


class DoseBeforeBirth(Refusal):
    code = "doses.before_birth"
    reason = _("This person was born on {born_on}; a dose on {given_on} cannot be theirs.")
    next_step = _("Check the day, and whether this is the right person.")


class DoseToCome(Refusal):
    code = "doses.to_come"
    reason = _("{given_on} is not yet over.")
    next_step = _("Write a dose down when it has been given.")


class DayTaken(Refusal):
    code = "doses.day_taken"
    reason = _("A dose of {given_on} is already on record or reported for this person.")
    next_step = _("Look at the person's doses first; if that record is wrong, have it corrected there.")


class ClaimDecided(Refusal):
    code = "doses.claim_decided"
    reason = _("This report was already decided: {state}, by {by}.")
    next_step = _("If the decision was wrong, open it again with the reason.")


class ClaimOpen(Refusal):
    code = "doses.claim_open"
    reason = _("This report is not decided yet.")
    next_step = _("Accept or refuse it.")


class NotVerified(Refusal):
    code = "doses.not_verified"
    reason = _("Say how the dose was verified.")
    next_step = _("Choose one: by the proof, by the national platform, by the site that gave it.")
    status = 400


class ProofMissing(Refusal):
    code = "doses.proof_missing"
    reason = _("There is no proof to verify it by.")
    next_step = _("Add a photo or a PDF, or verify it by the national platform or by the site that gave it.")


class ReasonMissing(Refusal):
    code = "doses.reason_missing"
    reason = _("Say why.")
    next_step = _("Whoever reported the dose reads the reason and can act on it.")
    status = 400


class ProofEmpty(Refusal):
    code = "doses.proof_empty"
    reason = _("The file is empty.")
    next_step = _("Choose the photo or PDF again.")
    status = 400


class ProofTooLarge(Refusal):
    code = "doses.proof_too_large"
    reason = _("The file is larger than {megabytes} MB or has too many pixels.")
    next_step = _("Take the photo again with a lower resolution, or cut it to the page that matters.")
    status = 400


class ProofUnreadable(Refusal):
    code = "doses.proof_unreadable"
    reason = _("This is neither a readable photo (JPEG, PNG, WebP) nor a whole PDF, whatever its name says.")
    next_step = _("Open it on your own computer; if it opens there, save it again as JPEG or PDF.")
    status = 400


class ProofActs(Refusal):
    code = "doses.proof_acts"
    reason = _("This PDF holds scripts, other files or programs; such a file is not kept.")
    next_step = _("Print it as a new PDF, or take a photo of the page.")
    status = 400


class ProofLocked(Refusal):
    code = "doses.proof_locked"
    reason = _("This PDF is locked with a password.")
    next_step = _("Save it without a password, or take a photo of the page.")
    status = 400


class TooManyProofs(Refusal):
    code = "doses.too_many_proofs"
    reason = _("A report holds at most {most} proofs.")
    next_step = _("Keep to the pages that show name, day, vaccine and place.")


class ProofKnown(Refusal):
    code = "doses.proof_known"
    reason = _("This file is already with the report.")
    next_step = _("Add another page, or leave it as it is.")
