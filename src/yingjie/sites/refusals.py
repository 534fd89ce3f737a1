"""Why something at a site cannot be done."""

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from yingjie.foundation.refusals import Refusal
from yingjie.sites.standards import Item


def _joined(items: tuple[Item, ...]) -> str:
    return str(pgettext("between words of a list", ", ")).join(str(item.title) for item in items)


def _joined_words(words: tuple[str | Promise, ...]) -> str:
    return str(pgettext("between sentences of a list", "; ")).join(map(str, words))


#: In the language in which the refusal is said.
listed = lazy(_joined, str)
said_all = lazy(_joined_words, str)


class CodeTaken(Refusal):
    code = "sites.code_taken"
    reason = _("Another site already has the code {site_code}.")
    next_step = _("Look for that site in the list, or choose another code.")


class UnknownKind(Refusal):
    code = "sites.unknown_kind"
    reason = _("There is no kind of site called {kind}.")
    next_step = _("The kinds of site are: {known}.")
    status = 400


class SiteNotReady(Refusal):
    code = "sites.not_ready"
    reason = _("{site} is not ready. Missing: {missing}.")
    next_step = _("Put these right on the site's readiness page; then open the session.")


class DayNotOpen(Refusal):
    code = "sites.day_not_open"
    reason = _("{site} does not vaccinate today: {what}.")
    next_step = _(
        "Put it right and have it looked at again, under Readiness; or whoever inspects the area opens the day there,"
        " with a reason."
    )


class OwnPermit(Refusal):
    code = "sites.own_permit"
    reason = _("Nobody opens the day for the site at which they work.")
    next_step = _(
        "Ask the task force or the health officer of the area: they open it with their own account."
    )
    status = 403


class NothingToPermit(Refusal):
    code = "sites.nothing_to_permit"
    reason = _("Nothing keeps {site} shut today.")
    next_step = _("Go on; the desk registers people.")


class PermittedBefore(Refusal):
    code = "sites.permitted_before"
    reason = _("{site} was opened for today before.")
    next_step = _("Look at the readiness page: it says by whom and why.")


class UnknownWord(Refusal):
    code = "sites.unknown_word"
    reason = _("“{word}” is not one of the list.")
    next_step = _("Choose one of the list.")
    status = 400


class ZoneThere(Refusal):
    code = "sites.zone_there"
    reason = _("The site already has the zone {zone}.")
    next_step = _("Change that zone, or give this one another letter.")


class ZoneInUse(Refusal):
    code = "sites.zone_in_use"
    reason = _("The zone still has open stations.")
    next_step = _("Close its stations first.")


class LinesLeftOut(Refusal):
    code = "sites.lines_left_out"
    reason = _("Not every line of the checklist has an answer: {missing}.")
    next_step = _("Answer each line: fine, not fine with what was found, or not needed here.")
    status = 400


class WordsMissing(Refusal):
    code = "sites.words_missing"
    reason = _("This step needs words: what was done, or why it is sent back.")
    next_step = _("Write one sentence.")
    status = 400


class WrongStep(Refusal):
    code = "sites.wrong_step"
    reason = _("The finding is in another state by now.")
    next_step = _("Look at it again; somebody else may have dealt with it.")


class AlreadyInTeam(Refusal):
    code = "sites.already_in_team"
    reason = _("{name} already belongs to this team.")
    next_step = _("Find them in the list of the team.")


class NotInTeam(Refusal):
    code = "sites.not_in_team"
    reason = _("{name} does not belong to the team of this site.")
    next_step = _("Add them to the team first.")


class NoShifts(Refusal):
    code = "sites.no_shifts"
    reason = _("The site has no shifts or needs nobody in them.")
    next_step = _("Set up shifts and needs first; the standard ones take one click.")


class DaysOutOfOrder(Refusal):
    code = "sites.days_out_of_order"
    reason = _("The last day lies before the first, or more than five weeks after it.")
    next_step = _("Check both days.")
    status = 400


class DutyRefused(Refusal):
    code = "sites.duty_refused"
    reason = _("{why}")
    next_step = _("Choose somebody else; a rest rule may be set aside with a reason, a certificate never.")

    def __init__(self, *, why: object, may_insist: bool) -> None:
        super().__init__(why=why)
        self.may_insist = may_insist


class RosterBreaksRules(Refusal):
    code = "sites.roster_breaks_rules"
    reason = _("{why}")
    next_step = _("Take off or unpin these duties, then build the roster again.")


class RosterChanged(Refusal):
    code = "sites.roster_changed"
    reason = _("This roster is in another state by now.")
    next_step = _("Look at the list of rosters.")


class NoCertificatesNow(Refusal):
    code = "sites.duties_without_certificate"
    reason = _("{count} duties are of people who have no valid certificate for them: {names}.")
    next_step = _("Take these duties off or give them to others; then publish.")


class SwapOver(Refusal):
    code = "sites.swap_over"
    reason = _("This request is answered already.")
    next_step = _("Ask again if it is still needed.")


class NotYours(Refusal):
    code = "sites.not_yours"
    reason = _("Only whoever it is about can do this.")
    next_step = _("Ask them, or whoever keeps the roster.")
    status = 403


class AlreadyHere(Refusal):
    code = "sites.already_here"
    reason = _("{name} signed in at {at} already.")
    next_step = _("Sign out first.")


class NotHere(Refusal):
    code = "sites.not_here"
    reason = _("{name} is not signed in.")
    next_step = _("Sign in first.")
