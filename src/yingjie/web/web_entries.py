"""The shell's own entries."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.gates import SIGNED_IN
from yingjie.web import registry

registry.navigation(
    section="today", title=pgettext_lazy("navigation", "Today"), url_name="today", permission=SIGNED_IN, icon="home", order=0
)
registry.navigation(
    section="settings", title=_("Background work"), url_name="jobs", permission=SIGNED_IN, icon="hourglass", order=90
)
