"""The shell's own entries."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.gates import SIGNED_IN
from yingjie.web import journal_words, registry

registry.navigation(
    section="today",
    title=pgettext_lazy("navigation", "Today"),
    url_name="today",
    permission=SIGNED_IN,
    icon="home",
    order=0,
)
registry.navigation(
    section="settings",
    title=_("Background work"),
    url_name="jobs",
    permission=SIGNED_IN,
    icon="hourglass",
    order=90,
)

for word, title, tone, icon in (
    ("queued", _("Waiting"), "grey", "hourglass"),
    ("running", _("Running"), "blue", "refresh"),
    ("done", _("Done"), "green", "circle-check"),
    ("failed", _("Stopped"), "red", "alert-circle"),
    ("cancelled", _("Cancelled"), "grey", "circle-x"),
):
    registry.status(f"job-{word}", title, tone=tone, icon=icon)
registry.navigation(
    section="settings", title=_("My account"), url_name="profile", permission=SIGNED_IN, icon="user", order=10
)
registry.navigation(
    section="settings", title=_("Users"), url_name="users", permission="access.manage", icon="users", order=20
)
registry.navigation(
    section="settings",
    title=_("Journal"),
    url_name="journal",
    permission="journal.view",
    icon="history",
    order=30,
)

journal_words.register()
