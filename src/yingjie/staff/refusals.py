"""Why somebody may not act, and why a record of staff cannot be made."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class MayNotAct(Refusal):
    """The parent of all that keeps somebody from an act: no record, not here any more, not qualified, no certificate in force."""

    code = "staff.may_not_act"
    status = 403


class NoRecord(MayNotAct):
    code = "staff.no_record"
    reason = _("{name} has no staff record, so no certificate for {act} is known.")
    next_step = _("Ask your health authority to enter the staff record with its certificate.")


class NotHere(MayNotAct):
    code = "staff.not_here"
    reason = _("{name} is not in service on {on}.")
    next_step = _("Let a colleague who is in service do it, or correct the staff record.")


class WrongQualification(MayNotAct):
    code = "staff.wrong_qualification"
    reason = _("{act} needs one of these qualifications: {needed}. {name} has: {held}.")
    next_step = _("Let a qualified colleague do it, or correct the staff record.")


class NoCertificate(MayNotAct):
    code = "staff.no_certificate"
    reason = _("{name} has no certificate for {act} ({needed}).")
    next_step = _("Let a certified colleague do it; ask your health authority for training and assessment.")


class CertificateEnded(MayNotAct):
    code = "staff.certificate_ended"
    reason = _("{name}'s certificate for {act} ended on {on}.")
    next_step = _("Let a certified colleague do it; ask your health authority for a new assessment.")


class CertificateNotYet(MayNotAct):
    code = "staff.certificate_not_yet"
    reason = _("{name}'s certificate for {act} begins only on {on}.")
    next_step = _("Let a certified colleague do it until then.")


class CertificateRevoked(MayNotAct):
    code = "staff.certificate_revoked"
    reason = _("{name}'s certificate for {act} was revoked on {on}: {why}")
    next_step = _("Let a certified colleague do it; ask your health authority what is needed to get it back.")


class NameMissing(Refusal):
    code = "staff.name_missing"
    reason = _("A staff record needs a name of 1 to 40 characters.")
    next_step = _("Write the name as on the identity card.")
    status = 400


class UnknownWord(Refusal):
    code = "staff.unknown_word"
    reason = _("“{word}” is not one of the list.")
    next_step = _("Choose one of the list.")
    status = 400


class AccountTaken(Refusal):
    code = "staff.account_taken"
    reason = _("The account {account} already belongs to another staff record.")
    next_step = _("Open that record, or choose the account of this person.")


class LeftBeforeJoining(Refusal):
    code = "staff.left_before_joining"
    reason = _("Service began on {joined_on}; it cannot end before that.")
    next_step = _("Check both days.")
    status = 400


class NumberMissing(Refusal):
    code = "staff.number_missing"
    reason = _("A certificate needs its number.")
    next_step = _("Write the number that is printed on it.")
    status = 400


class NumberTaken(Refusal):
    code = "staff.number_taken"
    reason = _("A certificate of this kind with the number {number} is already known.")
    next_step = _("Check the number; find the certificate in the list.")


class EndsBeforeBeginning(Refusal):
    code = "staff.ends_before_beginning"
    reason = _("A certificate cannot end before it begins.")
    next_step = _("Check both days.")
    status = 400


class ReasonMissing(Refusal):
    code = "staff.reason_missing"
    reason = _("A certificate is revoked with a reason only.")
    next_step = _("Write why; whoever held it will read it.")
    status = 400


class AlreadyRevoked(Refusal):
    code = "staff.already_revoked"
    reason = _("This certificate was already revoked on {on}.")
    next_step = _("Enter a new certificate when there is one.")


class ScoreOutOfRange(Refusal):
    code = "staff.score_out_of_range"
    reason = _("Points lie between 0 and 100.")
    next_step = _("Check the points.")
    status = 400


class ScoreWithoutAttending(Refusal):
    code = "staff.score_without_attending"
    reason = _("{name} has points, but is not marked as having come.")
    next_step = _("Tick that they came, or take the points out.")
    status = 400


class TrainingClosed(Refusal):
    code = "staff.training_closed"
    reason = _("This training is closed; its certificates are issued.")
    next_step = _("Open another training for whoever missed it.")
