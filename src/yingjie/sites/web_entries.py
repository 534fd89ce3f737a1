"""What sites hang on the shell: the list in the navigation."""

from django.utils.translation import gettext_lazy as _

from yingjie.web import registry

registry.navigation(
    section="organisation",
    title=_("Sites"),
    url_name="sites",
    permission="sites.view",
    icon="building-hospital",
    order=40,
)
