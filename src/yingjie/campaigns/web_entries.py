"""What campaigns hang on the shell."""

from django.utils.translation import gettext_lazy as _

from yingjie.web import registry

registry.navigation(
    section="plan",
    title=_("Campaigns and targets"),
    url_name="campaigns",
    permission="campaigns.view",
    icon="target-arrow",
    order=10,
)
for _verb, _words, _title in (
    ("campaigns.plan", _("planned the campaign {title}"), _("planned a campaign")),
    ("campaigns.change", _("changed the campaign {title}"), _("changed a campaign")),
    ("campaigns.add_phase", _("added the phase {title}"), _("added a phase")),
    ("campaigns.change_phase", _("changed the phase {title}"), _("changed a phase")),
    ("campaigns.remove_phase", _("removed the phase {title}"), _("removed a phase")),
    ("campaigns.state_key", _("stated by which figures targets are shared"), ""),
    ("campaigns.set_milestone", _("added a milestone on {on}"), _("added a milestone")),
    ("campaigns.remove_milestone", _("removed the milestone of {on}"), _("removed a milestone")),
    ("campaigns.decompose", _("shared out the targets of {on}: {target}"), _("shared out targets")),
    ("campaigns.set_by_hand", _("set a target of {on} by hand: {target}"), _("set a target by hand")),
    (
        "campaigns.set_line_by_hand",
        _("set the target of the line {line} by hand: {target}"),
        _("set a line's target by hand"),
    ),
    ("campaigns.issue", _("issued the targets of {on}"), _("issued targets")),
):
    registry.journal_words(_verb, _words, title=_title)
