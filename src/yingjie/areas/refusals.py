"""What cannot be done to the tree, and what to do instead."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class UnknownCounty(Refusal):
    code = "areas.unknown_county"
    reason = _("{code} is not the code of a county, district or city in the shipped divisions.")
    next_step = _("Give the six digits of the county, for example 110117.")
    status = 400


class NotALocalParent(Refusal):
    code = "areas.no_local_area_below"
    reason = _("A local area can be added below a village or below a grid; {name} is neither.")
    next_step = _("Open the village, and add the grid there.")


class NameMissing(Refusal):
    code = "areas.name_missing"
    reason = _("An area needs a name of 1 to 64 characters.")
    next_step = _("Write the name that people use there.")
    status = 400


class NameTaken(Refusal):
    code = "areas.name_taken"
    reason = _("{parent} already has an area called {name}.")
    next_step = _("Choose a name that tells the two apart.")


class NumbersUsedUp(Refusal):
    code = "areas.numbers_used_up"
    reason = _("{name} has used all 99 numbers for the areas below it; a number is never given twice.")
    next_step = _("Divide the grids into micro-grids instead.")


class AreaClosed(Refusal):
    code = "areas.closed"
    reason = _("{name} was closed on {on}.")
    next_step = _("Choose the area that took its place.")


class SameName(Refusal):
    code = "areas.same_name"
    reason = _("{name} already has this name.")
    next_step = _("Write the new name.")
    status = 400


class DayToCome(Refusal):
    code = "areas.day_to_come"
    reason = _("{on} has not come yet; a change of the tree is entered when it is in force.")
    next_step = _("Enter it on that day, or correct the day.")
    status = 400


class MergeIntoItself(Refusal):
    code = "areas.merge_into_itself"
    reason = _("{name} cannot be merged into itself.")
    next_step = _("Choose the area that takes it over.")
    status = 400


class LevelNotMerged(Refusal):
    code = "areas.level_not_merged"
    reason = _("Villages, grids and micro-grids can be merged; {name} is on a higher level.")
    next_step = _("Merge its villages one by one, each into the village that takes it over.")


class OtherLevel(Refusal):
    code = "areas.other_level"
    reason = _("{name} and {into} are not on the same level.")
    next_step = _("Choose two villages, two grids or two micro-grids.")


class OtherCounty(Refusal):
    code = "areas.other_county"
    reason = _("{name} and {into} lie in different counties.")
    next_step = _("Choose an area of the same county.")
