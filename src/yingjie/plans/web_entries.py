"""What plans hang on the shell: their navigation and the journal's words."""

from django.utils.translation import gettext_lazy as _

from yingjie.web import registry

registry.navigation(
    section="plan", title=_("Tomorrow at a site"), url_name="plans_days", permission="plans.view", icon="chart-line", order=10
)  # fmt: skip

for _verb, _words, _title in (
    (
        "plans.draw_up",
        _("planned {on} at {site} from the ledger"),
        _("planned a day at a site from the ledger"),
    ),
    ("plans.vary", _("made the variant “{title}” of {on} at {site}"), _("made a variant of a planned day")),
    (
        "plans.find_staffing",
        _("looked for the smallest staffing for {minutes} minutes"),
        _("looked for the smallest staffing"),
    ),
    ("plans.drop", _("threw away the plan “{title}”"), _("threw away a plan")),
):
    registry.journal_words(_verb, _words, title=_title)
