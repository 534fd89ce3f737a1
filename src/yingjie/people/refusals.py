"""What the ledger does not take, and what to do instead."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxkit.vocabulary import Problem, Text
from yingjie.foundation.refusals import Refusal
from yingjie.people.roster_refusals import (
    ColumnsNotUnderstood as ColumnsNotUnderstood,
)
from yingjie.people.roster_refusals import (
    ColumnsSwapped as ColumnsSwapped,
)
from yingjie.people.roster_refusals import (
    FileUnreadable as FileUnreadable,
)
from yingjie.people.roster_refusals import (
    FormOfOne as FormOfOne,
)
from yingjie.people.roster_refusals import (
    ImportNotOpen as ImportNotOpen,
)
from yingjie.people.roster_refusals import (
    ListOfTomorrow as ListOfTomorrow,
)
from yingjie.people.roster_refusals import (
    PeopleOnHiddenSheet as PeopleOnHiddenSheet,
)
from yingjie.people.roster_refusals import (
    PeopleSideBySide as PeopleSideBySide,
)
from yingjie.people.roster_refusals import (
    TableAcross as TableAcross,
)
from yingjie.people.roster_refusals import (
    TwoTables as TwoTables,
)
from yingjie.people.roster_refusals import (
    UnknownColumn as UnknownColumn,
)
from yingjie.people.roster_refusals import (
    UnknownField as UnknownField,
)
from yingjie.people.roster_refusals import (
    UnknownSource as UnknownSource,
)


class Said:
    """Words of `vaxkit` inside a refusal: said in the language of the moment in which the refusal is shown."""

    def __init__(self, words: Text | Problem) -> None:
        self._words = words.reason if isinstance(words, Problem) else words

    def __str__(self) -> str:
        return self._words.in_(get_language() or "zh")

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class AlreadyRegistered(Refusal):
    """`where` names the person and the village where the actor may know it, else it is empty."""

    code = "people.already_registered"
    reason = _("This number is already in the ledger{where}.")
    next_step = _("Open that person and correct or move them; nobody is entered twice.")


class NumberUnreadable(Refusal):
    code = "people.number_unreadable"
    reason = _("{why}")
    next_step = _("Compare it with the identity card and enter it again.")
    status = 400


class NameUnreadable(Refusal):
    code = "people.name_unreadable"
    reason = _("{why}")
    next_step = _("Write the name as it stands on the identity card.")
    status = 400


class PhoneUnreadable(Refusal):
    code = "people.phone_unreadable"
    reason = _("{why}")
    next_step = _("Correct the phone or leave it out.")
    status = 400


class BirthDiffers(Refusal):
    code = "people.birth_differs"
    reason = _("The birth date {given} does not fit the number, which says {number_says}.")
    next_step = _("Compare both with the identity card.")
    status = 400


class SexDiffers(Refusal):
    code = "people.sex_differs"
    reason = _("The sex entered does not fit the number.")
    next_step = _("Compare both with the identity card.")
    status = 400


class AreaNotForPeople(Refusal):
    code = "people.area_not_for_people"
    reason = _("{name} is no village, grid or micro-grid: people are entered where they live.")
    next_step = _("Choose the village.")
    status = 400


class AreaClosed(Refusal):
    code = "people.area_closed"
    reason = _("This area does not exist any more, or is not one of yours.")
    next_step = _("Choose one of your own villages.")
    status = 400


class RegisteredTooLate(Refusal):
    code = "people.day_to_come"
    reason = _("{on} has not come yet.")
    next_step = _("Enter today or an earlier day.")
    status = 400


class MovedInImpossible(Refusal):
    code = "people.moved_in_impossible"
    reason = _("Nobody can have moved in on {on}: it lies before the birth or in the future.")
    next_step = _("Correct the day, or leave it empty for who has long lived here.")
    status = 400


class LeavesTooEarly(Refusal):
    code = "people.leaves_too_early"
    reason = _("{name} came on {day} and cannot have left before that day.")
    next_step = _("Correct the day.")
    status = 400


class OutOfOrder(Refusal):
    code = "people.out_of_order"
    reason = _("That day does not fit what the ledger says of {name}: it would have to be {day} or later.")
    next_step = _("Correct the day, or take the later change back first.")
    status = 400


class NothingNew(Refusal):
    code = "people.nothing_new"
    reason = _("That is what the ledger says of {name} already.")
    next_step = _("Go back if nothing was to be changed.")


class NotGone(Refusal):
    code = "people.not_gone"
    reason = _("{name} is in the ledger.")
    next_step = _("Move them, or correct the days.")


class NothingToUndo(Refusal):
    code = "people.nothing_to_undo"
    reason = _("There is no move, end, return or correction of {name} to take back.")
    next_step = _("Correct what is wrong instead.")


class NotYoursToUndo(Refusal):
    code = "people.not_yours_to_undo"
    reason = _("Before this change the person was in another area, which is not yours.")
    next_step = _("Ask the county: whoever answers for both areas can take it back.")


class ReasonMissing(Refusal):
    code = "people.reason_missing"
    reason = _("A correction needs its reason.")
    next_step = _("Say in a few words what was wrong.")
    status = 400


class BirthSaidByNumber(Refusal):
    code = "people.birth_said_by_number"
    reason = _("The birth date follows from the identity number.")
    next_step = _("Correct the number.")


class UnknownWord(Refusal):
    code = "people.unknown_word"
    reason = _("{word} is not known as {field}.")
    next_step = _("Choose one of: {known}.")
    status = 400


class RegisteredElsewhere(Refusal):
    """Says nothing about who or where: the actor has no right to either."""

    code = "people.registered_elsewhere"
    reason = _("This number is in the ledger of another area, which has not let the person go.")
    next_step = _("Ask the county: it can move the person, or ask the other area to.")


class NobodyLeft(Refusal):
    code = "people.nobody_left"
    reason = _("Nobody who left another area has this number and this name.")
    next_step = _("Compare both with the card. Who is in no ledger yet is entered as a new person.")


class DocumentNeeded(Refusal):
    code = "people.document_needed"
    reason = _("Without a document the ledger needs the reason, the birth date and the sex.")
    next_step = _("Fill in all three, or the number.")
    status = 400


class HasThatDocument(Refusal):
    code = "people.has_that_document"
    reason = _("{name} already has a document of this kind.")
    next_step = _("Correct its number instead.")


class LastDocument(Refusal):
    code = "people.last_document"
    reason = _("This is the only document of {name}.")
    next_step = _("Enter the right one first, then take this one out.")


class NotSameHousehold(Refusal):
    code = "people.not_same_household"
    reason = _("{name} is not a member of this household.")
    next_step = _("Open the household that is meant.")


class NobodyChosen(Refusal):
    code = "people.nobody_chosen"
    reason = _("No member was chosen.")
    next_step = _("Tick everybody who goes.")
    status = 400


class NobodyStays(Refusal):
    code = "people.nobody_stays"
    reason = _("Everybody of the household was chosen, so nobody would be left behind.")
    next_step = _("Leave out whoever stays; to move everybody, use “The household moves”.")
    status = 400


class HeadNotAmong(Refusal):
    code = "people.head_not_among"
    reason = _("The head must be one of those who were chosen.")
    next_step = _("Choose the head among them, or leave it empty.")
    status = 400


class HouseholdUnknown(Refusal):
    code = "people.household_unknown"
    reason = _("There is no such household among yours.")
    next_step = _("Open the household that is meant, and let the person join it from there.")
    status = 400


class HouseholdElsewhere(Refusal):
    code = "people.household_elsewhere"
    reason = _("That household lives in another village.")
    next_step = _("Move the person first; a household lives in one village.")


class NotAMinor(Refusal):
    code = "people.not_a_minor"
    reason = _("{name} is of age and answers for themselves.")
    next_step = _("A guardian is entered for people under 18.")


class GuardianUnknown(Refusal):
    code = "people.guardian_unknown"
    reason = _("The guardian is neither one of your people nor given by a name.")
    next_step = _("Choose somebody of your ledger, or write the name and a phone.")
    status = 400


class AlreadySo(Refusal):
    code = "people.already_so"
    reason = _("{name} has that entry already.")
    next_step = _("End it first if it begins anew.")


class OnePhone(Refusal):
    code = "people.one_phone"
    reason = _("Exactly one phone belongs here.")
    next_step = _("Enter the phones one after the other.")
    status = 400


class SourcesAlike(Refusal):
    code = "people.sources_alike"
    reason = _("A source cannot be compared with itself.")
    next_step = _("Choose two different ones.")
    status = 400


class GapSettled(Refusal):
    code = "people.gap_settled"
    reason = _("This gap was settled already.")
    next_step = _("Look at its finding.")


class HasLeft(Refusal):
    code = "people.has_left"
    reason = _("{name} left the ledger on {on}.")
    next_step = _("If the person is back, bring them back from their page.")


class AlreadyThere(Refusal):
    code = "people.already_there"
    reason = _("{name} is already entered in this area.")
    next_step = _("Choose another area.")


class PurposeMissing(Refusal):
    code = "people.purpose_missing"
    reason = _("The full number is shown only for a stated purpose.")
    next_step = _("Say in a few words what it is needed for; it is written down with your name.")
    status = 400


class UnknownRole(Refusal):
    code = "people.unknown_household_role"
    reason = _("{role} is not a place in a household.")
    next_step = _("Choose one of: {known}.")
    status = 400


class AddressTooLong(Refusal):
    code = "people.address_too_long"
    reason = _("The address has more than 120 characters.")
    next_step = _("Keep what leads to the door.")
    status = 400


class BuiltUpon(Refusal):
    code = "people.built_upon"
    reason = _("{count} people of this roster already have later records (doses, visits or changes).")
    next_step = _("Correct the people one by one instead of taking the roster back.")


class MergeBuiltUpon(Refusal):
    code = "people.merge_built_upon"
    reason = _(
        "Both records already have later records ({modules}), which cannot be moved from one person to the other."
    )
    next_step = _("Have the records of one of them taken back where they were made, then merge.")


class DecisionBuiltUpon(Refusal):
    code = "people.decision_built_upon"
    reason = _("Something about this person has changed since the decision.")
    next_step = _("Correct the person by hand.")


class DoubtSettled(Refusal):
    code = "people.doubt_settled"
    reason = _("This question is already settled.")
    next_step = _("Take the decision back first if it was wrong.")


class AnswerImpossible(Refusal):
    code = "people.answer_impossible"
    reason = _("This line cannot be entered as it is: {why}")
    next_step = _("Enter the person by hand, or send the corrected line again.")
    status = 400
