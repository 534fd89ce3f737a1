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


class DaysReversed(Refusal):
    code = "plans.days_reversed"
    reason = _("The last day, {last}, lies before the first, {first}.")
    next_step = _("Choose the days in their order.")
    status = 400


class TooFarAhead(Refusal):
    code = "plans.too_far_ahead"
    reason = _("{on} is too far ahead: plans reach {most} days.")
    next_step = _("Choose an earlier day.")
    status = 400


class TooManyPeople(Refusal):
    code = "plans.too_many_people"
    reason = _("{people} people are too many for one proposal; it holds {most}.")
    next_step = _("Plan a township or a village at a time.")


class NobodyToPlace(Refusal):
    code = "plans.nobody_to_place"
    reason = _("In these days no dose is due to anybody of {area} who has no place yet.")
    next_step = _("Choose later days or another area.")


class NoRoom(Refusal):
    code = "plans.no_room"
    reason = _("No site of the county has a session with free places in these days.")
    next_step = _("Open sessions first, then make the proposal again.")


class DaysTooMany(Refusal):
    code = "plans.days_too_many"
    reason = _("A proposal is for {most} days at most, from today on.")
    next_step = _("Choose fewer days.")
    status = 400


class MovedOn(Refusal):
    code = "plans.moved_on"
    reason = _("{people} of the people could not get their places any more; nothing was booked.")
    next_step = _("Seats, doses or people have changed since. Compute the proposal again, then apply it.")


class NotReady(Refusal):
    code = "plans.not_ready"
    reason = _("This step is not possible now: the proposal has moved on.")
    next_step = _("Open it again and look at its state.")


class CannotPin(Refusal):
    code = "plans.cannot_pin"
    reason = _("This person cannot be put there: {why}")
    next_step = _("Choose another session.")


class StillComputing(Refusal):
    code = "plans.still_computing"
    reason = _("This is being computed already.")
    next_step = _("Wait until it is done, or cancel the job first.")


class AlreadySent(Refusal):
    code = "plans.already_sent"
    reason = _("Vaccine has been sent by this plan: it stays as it is.")
    next_step = _("Compute a new plan.")


class DosesLeftSince(Refusal):
    code = "plans.doses_left_since"
    reason = _("Doses of this lot were sent elsewhere after the plan was computed; nothing was sent.")
    next_step = _("Ask for a new plan: it starts from what is there now.")


class NotOnEarth(Refusal):
    code = "plans.not_on_earth"
    reason = _("The point of {site} does not lie in the country.")
    next_step = _("Longitude first, then latitude, in degrees with decimals: 117.1214, 40.1447.")
    status = 400


class BoardChanged(Refusal):
    code = "plans.board_changed"
    reason = _("The board or its sessions have changed since you looked.")
    next_step = _(
        "Look at it as it is now, and do it again if you still want it. If sessions have changed, draw up a new board."
    )


class NothingMoved(Refusal):
    code = "plans.nothing_moved"
    reason = _("Nothing was changed on this board.")
    next_step = _("Move a session or change its seats first.")


class CannotLie(Refusal):
    code = "plans.cannot_lie"
    reason = _("The session cannot be put there at {site}: {why}.")
    next_step = _("Choose another day or site.")


#: What to do about a script that cannot be used.
SCRIPT_NEXT = _(
    "Correct these lines and bring the file again. A shipped script can be downloaded as a pattern."
)


class ScriptTooLong(Refusal):
    code = "plans.script_too_long"
    reason = _("The file is too long for a script: {most} KB at most.")
    next_step = _("Shorten it and bring it again.")
    status = 400


class ScriptNotText(Refusal):
    code = "plans.script_not_text"
    reason = _("Line {line} of the file is not UTF-8 text; it may be GBK (ANSI).")
    next_step = _("Save it as UTF-8 text (YAML) and bring it again.")
    status = 400


class NoShifts(Refusal):
    code = "plans.no_shifts"
    reason = _("{site} has no shifts yet, so its roster cannot take needs.")
    next_step = _("Set the site's shifts under Team and roster first.")


class NoWeekday(Refusal):
    code = "plans.no_weekday"
    reason = _("No weekday was chosen.")
    next_step = _("Tick the weekdays for which the plan holds.")
    status = 400


class ExerciseNotSo(Refusal):
    code = "plans.exercise_not_so"
    reason = _("This is not possible now: the exercise has not begun, or stands elsewhere.")
    next_step = _("Look at its clock, and start it first.")


class ExerciseEnded(Refusal):
    code = "plans.exercise_ended"
    reason = _("The exercise has ended: nothing can be decided or moved any more.")
    next_step = _("Open its report.")


class TimeOver(Refusal):
    code = "plans.exercise_time_over"
    reason = _("The time of the exercise is over: nothing can be decided any more.")
    next_step = _("Whoever leads it ends it; the report comes then.")


class ClockStands(Refusal):
    code = "plans.exercise_clock_stands"
    reason = _("The clock stands still: nothing can be decided now.")
    next_step = _("Wait until whoever leads the exercise starts the clock.")


class ClockMoved(Refusal):
    code = "plans.exercise_clock_moved"
    reason = _(
        "The clock was moved since you looked, perhaps by somebody else; nothing was done a second time."
    )
    next_step = _("Look at the clock, and press again if you still want it.")


class CannotGoBack(Refusal):
    code = "plans.exercise_cannot_go_back"
    reason = _("Something was decided after that time: the clock does not go back before a decision.")
    next_step = _("Choose a later time.")


class AlreadyDecided(Refusal):
    code = "plans.exercise_already_decided"
    reason = _("{by} has decided that at {at}: {what}. The first decision stands.")
    next_step = _("Write to whoever leads the exercise if it was a mistake.")


class SeatTaken(Refusal):
    code = "plans.exercise_seat_taken"
    reason = _("{by} plays this role; nothing was decided.")
    next_step = _("Take the role over first, if that was agreed.")


class NotOverYet(Refusal):
    code = "plans.exercise_not_over"
    reason = _("The exercise has not ended: its report would say what is right.")
    next_step = _("End it first, or wait until it has ended.")


class ScriptNotSo(Refusal):
    code = "plans.script_not_so"
    reason = _("The script is in use or was withdrawn already.")
    next_step = _("Open it again and look at its state.")
