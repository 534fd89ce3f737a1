"""What vaccines hang on the shell."""

from django.utils.translation import gettext_lazy as _

from yingjie.vaccines.screen import STATES
from yingjie.web import registry

registry.navigation(
    section="vaccine", title=_("Policies"), url_name="policies", permission="vaccines.view", icon="file-text", order=50,
)  # fmt: skip
registry.navigation(
    section="vaccine", title=_("Products"), url_name="products", permission="vaccines.view", icon="vaccine", order=60,
)  # fmt: skip
for _state, (_title, _tone, _icon) in STATES.items():
    registry.status(f"policy-{_state}", _title, tone=_tone, icon=_icon)
registry.journal_words("vaccines.load_shipped", _("loaded the shipped policies"))
registry.journal_words(
    "vaccines.add_version", _("brought in the policy {policy}"), title=_("brought in a policy")
)
registry.journal_words("vaccines.note_effects", _("counted what a policy changes"))
registry.journal_words(
    "vaccines.activate", _("switched the policy {policy} on from {from}"), title=_("switched a policy on")
)
registry.journal_words(
    "vaccines.withdraw", _("withdrew the policy {policy}: {reason}"), title=_("withdrew a policy")
)
