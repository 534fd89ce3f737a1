"""What the shell shows of this module."""

from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries, unit_queries
from yingjie.web import registry

registry.navigation(
    section="organisation", title=_("Areas"), url_name="areas", permission="areas.view", icon="map", order=10
)
registry.area_names(queries.names)
registry.line_titles(unit_queries.titles_of_lines)
registry.journal_words(
    "areas.load_county", _("loaded the county's areas ({added} new)"), title=_("loaded a county's areas")
)
registry.journal_words("areas.add_local", _("added the area {name}"), title=_("added an area"))
registry.journal_words("areas.rename", _("renamed {from} to {to}"), title=_("renamed an area"))
registry.journal_words(
    "areas.merge", _("merged the area into {into} ({rows} rows moved)"), title=_("merged areas")
)
