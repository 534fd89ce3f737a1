"""How cards are said: kinds, states and steps with their words, tones and icons."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Word(NamedTuple):
    said: str | Promise
    tone: str
    icon: str


class StepWord(NamedTuple):
    """`said` is what happened, `button` what to press, `needs_words` whether a sentence goes with it."""

    said: str | Promise
    button: str | Promise
    icon: str
    needs_words: bool


KINDS = {
    "yellow": Word(_("Yellow card"), "yellow", "flag"),
    "red": Word(_("Red card"), "red", "flag"),
    "interview": Word(_("Interview"), "orange", "users"),
    "order": Word(_("Supervision order"), "purple", "file-text"),
}
STATES = {
    "proposed": Word(pgettext_lazy("card", "Proposed"), "blue", "bell"),
    "open": Word(pgettext_lazy("card", "To be answered"), "orange", "clock"),
    "replied": Word(pgettext_lazy("card", "Answered, to be checked"), "indigo", "eye"),
    "lifted": Word(pgettext_lazy("card", "Lifted"), "green", "circle-check"),
    "dismissed": Word(pgettext_lazy("card", "Not raised"), "grey", "x"),
}
STEPS = {
    "hand_to": StepWord(pgettext_lazy("card", "Handed to another"), "", "user-check", True),
    "raise": StepWord(pgettext_lazy("card", "Raised by hand"), "", "flag", False),
    "confirm": StepWord(
        pgettext_lazy("card", "Confirmed"), pgettext_lazy("card", "Confirm and send"), "check", False
    ),
    "dismiss": StepWord(
        pgettext_lazy("card", "Not raised"), pgettext_lazy("card", "Do not raise"), "x", True
    ),
    "reply": StepWord(
        pgettext_lazy("card", "Answered"), pgettext_lazy("card", "Send the answer"), "send", True
    ),
    "send_back": StepWord(
        pgettext_lazy("card", "Sent back"), pgettext_lazy("card", "Send back"), "rotate-clockwise", True
    ),
    "lift": StepWord(
        pgettext_lazy("card", "Lifted"), pgettext_lazy("card", "Checked: lift"), "circle-check", True
    ),
}
