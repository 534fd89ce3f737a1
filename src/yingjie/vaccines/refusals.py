"""What cannot be done with policies."""

from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxkit.ruledata.policies import Fault
from yingjie.foundation.refusals import Refusal, Words

MOST_SAID = 5


class PolicyFaulty(Refusal):
    """`faults` are all of them, for the page; the reason names the first few."""

    code = "vaccines.policy_faulty"
    reason = _("This policy cannot be used: {said}")
    next_step = _("Put the file right at the lines named, and upload it again.")
    status = 400

    def __init__(self, faults: tuple[Fault, ...] = (), **facts: Any) -> None:
        self.faults = faults
        super().__init__(said=_said(faults), **facts)


class PolicyKnown(Refusal):
    code = "vaccines.policy_known"
    reason = _("This very text is here already, as version {number} of “{title}”.")
    next_step = _("Open that version, or change the file first.")


class NotMeasured(Refusal):
    code = "vaccines.not_measured"
    reason = _("Nobody has counted yet what this version changes for whom.")
    next_step = _("Count its effect first; then it can be switched on.")


class MeasuredBefore(Refusal):
    code = "vaccines.measured_before"
    reason = _("Since its effect was counted, the rules in force have changed.")
    next_step = _("Count its effect again, look at it, and switch it on then.")


class TooEarly(Refusal):
    code = "vaccines.too_early"
    reason = _("The policy itself begins on {effective_on}; it cannot be in force before.")
    next_step = _("Choose that day or a later one.")
    status = 400


class NotADraft(Refusal):
    code = "vaccines.not_a_draft"
    reason = _("This version is not a draft any more.")
    next_step = _("Upload the text as a new version.")


class AlreadyOver(Refusal):
    code = "vaccines.already_over"
    reason = _("This version is not in force any more.")
    next_step = _("Look at the version that replaced it.")


class WithdrawReasonMissing(Refusal):
    code = "vaccines.reason_missing"
    reason = _("Say why the policy is withdrawn.")
    next_step = _("Whoever works by it reads the reason.")
    status = 400


class FileTooLarge(Refusal):
    code = "vaccines.file_too_large"
    reason = _("A policy file holds at most {kilobytes} KB of text.")
    next_step = _("Check that it is the YAML file of one policy.")
    status = 400


def _said(faults: tuple[Fault, ...]) -> Words:
    """The first faults, in the language of the moment they are shown."""

    def words() -> str:
        language = get_language() or "zh-hans"
        shown = [f"{each.line}: {each.what.in_(language)}" for each in faults[:MOST_SAID]]
        return "; ".join(shown) + (" …" if len(faults) > MOST_SAID else "")

    class Later:
        def __str__(self) -> str:
            return words()

    return lazystr(Later())
