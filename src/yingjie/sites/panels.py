"""Where the modules above hang their parts onto a site's page, as web.registry does for a person's.

@panels.site_panel
def balances(actor: Actor, site_id: UUID) -> SitePanel | None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.web.registry import Words


@dataclass(frozen=True)
class SitePanel:
    """A panel of a site's page. `actions` are (label, url, icon) links beside its title."""

    title: Words
    template: str
    context: dict[str, Any]
    icon: str = ""
    actions: tuple[tuple[Words, str, str], ...] = ()
    order: int = 50


Provider = Callable[[Actor, UUID], SitePanel | None]
_providers: list[Provider] = []


def site_panel(provider: Provider) -> Provider:
    _providers.append(provider)
    return provider


def panels(actor: Actor, site_id: UUID) -> list[SitePanel]:
    """The panels of a site's page for this actor, in their order."""
    found = [panel for provider in _providers if (panel := provider(actor, site_id)) is not None]
    return sorted(found, key=lambda panel: panel.order)
