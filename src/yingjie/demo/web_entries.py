"""The demo's accounts on the sign-in page, and what its loading leaves in the journal."""

from django.utils.translation import gettext_lazy as _

from yingjie.demo import accounts
from yingjie.web import registry

registry.demo_accounts(accounts.shown)
registry.journal_words("demo.load", _("loaded the demo county"))
registry.journal_words("demo.people", _("made up {count} people"), title=_("made up people"))
registry.journal_words(
    "demo.stock", _("made up {count} deliveries of vaccine"), title=_("made up deliveries of vaccine")
)
registry.journal_words(
    "demo.visits", _("made up {count} visits to sites"), title=_("made up visits to sites")
)
registry.journal_words("demo.doses", _("made up {count} doses"), title=_("made up doses"))
registry.journal_words(
    "demo.attempts", _("made up {count} visits at the door"), title=_("made up visits at the door")
)
