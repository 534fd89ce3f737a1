"""What users and roles are refused for."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class UsernameTaken(Refusal):
    code = "access.username_taken"
    reason = _("The user name {username} is already in use.")
    next_step = _("Choose another one, for example with the township's initials in front.")


class BadUsername(Refusal):
    code = "access.bad_username"
    reason = _("“{username}” cannot be a user name.")
    next_step = _(
        "Use 2 to 64 small letters, digits, dots, hyphens or underscores, beginning with a letter or digit."
    )
    status = 400


class WeakPassword(Refusal):
    code = "access.weak_password"
    reason = _("This password is too easy to guess: {why}")
    next_step = _("Choose at least ten characters that are not a word, a name or a date.")
    status = 400


class UnknownRole(Refusal):
    code = "access.unknown_role"
    reason = _("There is no role {role}.")
    next_step = _("Choose one of these roles: {known}.")
    status = 400


class BadAreaCode(Refusal):
    code = "access.bad_area_code"
    reason = _("“{area_code}” is not the code of an area.")
    next_step = _(
        "Enter the digits of the official code: 6 for a county, 9 for a township, 12 for a village."
    )
    status = 400


class EndsBeforeItBegins(Refusal):
    code = "access.ends_before_it_begins"
    reason = _("The role would end on {until_on}, before it begins on {from_on}.")
    next_step = _("Check the two days.")
    status = 400


class LineMissing(Refusal):
    code = "access.line_missing"
    reason = _("This role is held for one line department.")
    next_step = _("Choose the line that it answers for.")
    status = 400


class NotOfALine(Refusal):
    code = "access.not_of_a_line"
    reason = _("This role is held over the whole area, not for a line.")
    next_step = _("Leave the line empty, or choose the role of a line department.")
    status = 400


class AlreadyHeld(Refusal):
    code = "access.already_held"
    reason = _("{username} holds this role in this area already.")
    next_step = _("End the role that is held first, if its days must change.")


class AlreadyEnded(Refusal):
    code = "access.already_ended"
    reason = _("This role has already ended.")
    next_step = _("Reload the page to see what is held now.")


class NotOnOneself(Refusal):
    code = "access.not_on_oneself"
    reason = _(
        "Nobody closes their own account, resets their own second factor or ends their own administration."
    )
    next_step = _("Ask another administrator of your area or of the level above.")
    status = 403


class SecondFactorNeeded(Refusal):
    code = "access.second_factor_needed"
    reason = _("Your role sees protected data, so it needs the second factor.")
    next_step = _(
        "If your phone is lost or replaced, ask the administrator of your area to reset the second factor."
    )
    status = 403
