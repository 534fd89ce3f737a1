"""Why a plan cannot be made, simulated or applied."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class PlanUnusable(Refusal):
    code = "plans.plan_unusable"
    reason = _("This plan cannot be simulated: {why}")
    next_step = _("Change what is named and try again.")
    status = 400


class NobodyOnDuty(Refusal):
    code = "plans.nobody_on_duty"
    reason = _("Nobody is on duty at “{station}” all day.")
    next_step = _("Put at least one person there in some hour.")
    status = 400


class NotSimulated(Refusal):
    code = "plans.not_simulated"
    reason = _("This plan has not been simulated yet.")
    next_step = _("Wait until the simulation is done, or start it again.")


class SiteShut(Refusal):
    code = "plans.site_shut"
    reason = _("{site} is not open on {on} and nobody has a place there.")
    next_step = _("Choose another day, or open a session first.")


class DayPast(Refusal):
    code = "plans.day_past"
    reason = _("{on} is past: it cannot be planned any more.")
    next_step = _("Choose today or a later day.")
    status = 400
