"""Refusals teach (law 7): a code, the reason, the next step, in both languages.

A refusal is raised by actions and queries, and shown the same way by pages, the command line and files. Subclasses state their
words as class attributes, with `{names}` filled from the keywords given when it is raised:

    class NotEnoughDoses(Refusal):
        code = "stock.not_enough"
        reason = _("Lot {lot} has {doses} doses left at this site.")
        next_step = _("Scan a vial of another lot, or receive the new delivery first.")

    raise NotEnoughDoses(lot="202103B", doses=0)
"""

from typing import Any, ClassVar

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Refusal(Exception):
    """Something that cannot be done now, said so that the person knows why and what to do next."""

    code: ClassVar[str] = "refused"
    reason: ClassVar[Words] = _("This cannot be done.")
    next_step: ClassVar[Words] = _("Go back and check what was entered.")
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def say_reason(self) -> str:
        return str(self.reason).format(**self.facts)

    def say_next_step(self) -> str:
        return str(self.next_step).format(**self.facts)

    def __str__(self) -> str:
        return f"{self.say_reason()} {self.say_next_step()} [{self.code}]"

    def as_dict(self) -> dict[str, Any]:
        """Code, reason and next step in both languages, for machines and for the command line."""
        said: dict[str, Any] = {"code": self.code}
        for language, key in (("zh-hans", "zh"), ("en", "en")):
            with translation.override(language):
                said[key] = {"reason": self.say_reason(), "next_step": self.say_next_step()}
        return said


class NotFound(Refusal):
    """The row does not exist, or the actor may not know that it does: both look the same from outside."""

    code = "not_found"
    reason = _("This page or record was not found.")
    next_step = _("Check the address, or search for it from your own ledger.")
    status = 404


class NotAllowed(Refusal):
    code = "not_allowed"
    reason = _("Your role does not include this.")
    next_step = _("Ask the administrator of your area if you need it for your work.")
    status = 403


class BadInput(Refusal):
    """Input that cannot be understood; `what` says it in one sentence in the language of the moment."""

    code = "bad_input"
    reason = _("{what}")
    next_step = _("Correct it and send it again; what you entered is kept.")
    status = 400
