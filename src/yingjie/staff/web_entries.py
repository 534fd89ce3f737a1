"""What staff hangs on the shell: the list, and the certificates that end."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yingjie.foundation.access.actor import Actor
from yingjie.staff import queries
from yingjie.web import registry
from yingjie.web.registry import ActionLine

registry.navigation(
    section="organisation",
    title=_("Staff"),
    url_name="staff",
    permission="staff.view",
    icon="user-check",
    order=42,
)
registry.navigation(
    section="organisation", title=_("Trainings"), url_name="trainings", permission="staff.view", icon="rosette-discount-check",
    order=43,
)  # fmt: skip


def certificates(actor: Actor) -> Iterator[ActionLine]:
    """Whoever certifies is told of certificates that end within 30 days, and of people in a role without one."""
    if not actor.may("staff.certify"):
        return
    address = reverse("staff")
    ending, missing = len(queries.ending(actor)), queries.count_members(actor, certificate="missing")
    yield ActionLine(
        ending,
        ngettext("certificate ends within 30 days", "certificates end within 30 days", ending),
        f"{address}?certificate=ending",
        _("Look"),
        icon="rosette-discount-check",
        order=62,
    )
    yield ActionLine(
        missing,
        ngettext(
            "person whose role needs a certificate has none in force",
            "people whose role needs a certificate have none in force",
            missing,
        ),
        f"{address}?certificate=missing",
        _("Look"),
        tone="red",
        icon="user-x",
        order=61,
    )


registry.action_line(certificates)

for _verb, _words, _title in (
    (
        "staff.take_in",
        _(
            "took in a staff sheet ({new} new, {changed} changed, {certified} certificates, {refused} refused)"
        ),
        _("took in a staff sheet"),
    ),
    ("staff.enrol", _("entered {name} as staff"), _("entered somebody as staff")),
    ("staff.change", _("changed the staff record of {name}"), _("changed a staff record")),
    ("staff.certify", _("gave {name} the certificate {number}"), _("gave a certificate")),
    ("staff.revoke", _("revoked the certificate {number} of {name}: {reason}"), _("revoked a certificate")),
    ("staff.open_training", _("opened the training {title}"), _("opened a training")),
    ("staff.invite", _("invited {invited} people to {title}"), _("invited people to a training")),
    ("staff.assess", _("assessed {assessed} people in {title}"), _("assessed a training")),
    (
        "staff.close_training",
        _("closed the training {title}; {certificates} certificates"),
        _("closed a training"),
    ),
):
    registry.journal_words(_verb, _words, title=_title)
