"""The files that came with deliveries and transfers: the logger's record of the way, the lot-release document. Whoever sees the
delivery may have them; that somebody took one is in the journal.

A file is told by its content, for it was named by whoever handed it in. It always comes as a download, never as a page.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingjie.foundation import files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.sites.queries import site
from yingjie.stock import coming
from yingjie.stock.models import Receipt, Transfer

WHICH = ("log", "release")
_BEGINNINGS = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"PK\x03\x04", "xlsx"))
_SEEN = "of a delivery or transfer that the caller may see"


@dataclass(frozen=True)
class Paper:
    name: str
    content: bytes


@transaction.atomic
def of_delivery(*, by: Actor, site_id: UUID, receipt_id: UUID, which: str) -> Paper:
    """One of the files of a delivery. Raises NotFound."""
    row = coming.receipt(by, site_id, receipt_id)
    if which not in WHICH:
        raise NotFound()
    kept = Receipt.objects.unscoped(_SEEN).get(pk=row.id)
    sha256 = kept.log_sha256 if which == "log" else kept.release_sha256
    return _taken(by, site_id, ("receipt", row.id), which, sha256, row.lot_number)


@transaction.atomic
def of_transfer(*, by: Actor, site_id: UUID, transfer_id: UUID) -> Paper:
    """The logger's record of a transfer, for either of its places. Raises NotFound."""
    row = coming.transfer(by, site_id, transfer_id)
    sha256 = Transfer.objects.unscoped(_SEEN).values_list("log_sha256", flat=True).get(pk=row.id)
    return _taken(by, site_id, ("transfer", row.id), "log", sha256, str(row.number))


def _taken(by: Actor, site_id: UUID, subject: tuple[str, UUID], which: str, sha256: str, about: str) -> Paper:
    if not sha256:
        raise NotFound()
    content = files.get(sha256)
    title = _("temperature record") if which == "log" else _("lot release")
    area_code = site(by, site_id).area_code
    record(by=by, verb="stock.take_paper", subject=subject, area_code=area_code, facts={"which": which})
    return Paper(f"{about} {title}.{_ending(content)}", content)


def _ending(content: bytes) -> str:
    for beginning, ending in _BEGINNINGS:
        if content.startswith(beginning):
            return ending
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return "bin"
    return "csv"
