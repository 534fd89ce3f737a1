"""What stands in the way when somebody says who answers for whom."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class OfficerWordUnknown(Refusal):
    code = "outreach.officer_word_unknown"
    reason = _("The kind of officer or the reason is not one of the list.")
    next_step = _("Choose from the list.")
    status = 400


class OfficerNumbersWrong(Refusal):
    code = "outreach.officer_numbers_wrong"
    reason = _(
        "An officer answers for at least {least} and at most {most} people: the first may not be above the second."
    )
    next_step = _("Enter a least number up to the most, and a most of 1 to 500.")
    status = 400


class OfficerOfTooMuch(Refusal):
    code = "outreach.officer_of_too_much"
    reason = _("An officer or a team answers within one township.")
    next_step = _("Choose a township, a village or a grid; a county has leaders.")
    status = 400


class AnswersAlready(Refusal):
    code = "outreach.answers_already"
    reason = _("{name} answers for this area already.")
    next_step = _("Change their numbers instead, or choose another area.")


class OfficerEnded(Refusal):
    code = "outreach.officer_ended"
    reason = _("{name} no longer answers here.")
    next_step = _("Appoint them again, or choose somebody who does.")


class OfficerElsewhere(Refusal):
    code = "outreach.officer_elsewhere"
    reason = _("{name} answers in another township.")
    next_step = _("Choose an officer of the township where the resident lives.")


class BeyondTheMost(Refusal):
    code = "outreach.beyond_the_most"
    reason = _("{name} would answer for {people} people and takes {most} at most.")
    next_step = _("Leave the successor open to share the people out, or raise the number first.")


class NobodyToTakeOver(Refusal):
    code = "outreach.nobody_to_take_over"
    reason = _("{people} people would be without an officer: nobody has room and there is no leader.")
    next_step = _("Appoint another officer or the leader of the village or township first.")


class NotATownship(Refusal):
    code = "outreach.not_a_township"
    reason = _("People are shared out in a whole township.")
    next_step = _("Choose a township.")
    status = 400


class NoOfficers(Refusal):
    code = "outreach.no_officers"
    reason = _("Nobody answers in this township yet.")
    next_step = _("Appoint officers, and the leader of the township, first.")


class AllotmentDecided(Refusal):
    code = "outreach.allotment_decided"
    reason = _("This proposal has been decided.")
    next_step = _("Make a new one if there is more to be changed.")


class ChangedMeanwhile(Refusal):
    code = "outreach.changed_meanwhile"
    reason = _("Somebody changed the officers of these people at the same moment.")
    next_step = _("Look again, and do it once more.")


class NotATeam(Refusal):
    code = "outreach.not_a_team"
    reason = _("{name} is no support team.")
    next_step = _("Officers get their people with a proposal or with “Settle now”.")


class TeamFull(Refusal):
    code = "outreach.team_full"
    reason = _("{name} can take on {room} people more.")
    next_step = _("Give at least one and no more than that, or raise how many it answers for at most.")


class VillageSharedOut(Refusal):
    code = "outreach.village_shared_out"
    reason = _("Everybody of {place} who has not had the dose has an officer already.")
    next_step = _("Name the team by hand on the page of a resident, or let an officer hand over.")
