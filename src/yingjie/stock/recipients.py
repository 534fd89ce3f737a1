"""Who got a dose: stock knows only which doses left it. A higher module that knows the people says who they are.

recipients.told_by(provider)            registered once: provider(actor, dose_ids) -> Recipients
recipients.of(actor, dose_ids)          the people behind doses, as far as the actor may know them
recipients.given(site_ids, lot_id, …)   the ids of doses that were given of a lot
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.stock.models import Movement


@dataclass(frozen=True)
class Recipient:
    """Somebody who got a dose. `phone` is masked. `is_taken_back`: the record was wrong; who got the dose must be asked at
    the site."""

    dose_id: UUID
    person_id: UUID
    name: str
    area: str
    phone: str
    given_at: datetime | None
    site_name: str
    lot_number: str
    vial_code: str
    number: int
    url: str
    is_taken_back: bool = False


@dataclass(frozen=True)
class Recipients:
    """`seen` are those whom the actor may know, newest dose first; `others` is how many live elsewhere or are not theirs to
    know."""

    seen: tuple[Recipient, ...] = ()
    others: int = 0

    @property
    def total(self) -> int:
        return len(self.seen) + self.others


Provider = Callable[[Actor, Sequence[UUID]], Recipients]
_providers: list[Provider] = []


def told_by(provider: Provider) -> Provider:
    """Register who knows the people behind doses. There is one such module."""
    _providers[:] = [provider]
    return provider


def of(actor: Actor, dose_ids: Sequence[UUID]) -> Recipients:
    """The people behind doses; without a module that knows them, only how many."""
    if not dose_ids or not _providers:
        return Recipients(others=len(dose_ids))
    return _providers[0](actor, dose_ids)


def given(lot_id: UUID, site_id: UUID | None = None, since: datetime | None = None) -> list[UUID]:
    """The ids of the doses of a lot that were given, at one site or everywhere, since a moment or ever."""
    rows = Movement.objects.unscoped("doses of a lot, for whoever may look at the lot").filter(
        kind="given", lot_id=lot_id
    )
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return [dose_id for dose_id in rows.order_by("-at").values_list("subject_id", flat=True) if dose_id]
