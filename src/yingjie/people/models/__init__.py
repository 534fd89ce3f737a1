"""The ledger's tables, a file per subject."""

from yingjie.people.models.person import (
    DOCUMENT_KINDS,
    HOUSEHOLD_ROLES,
    DocumentKey,
    IdentityDocument,
    Person,
    Phone,
)
from yingjie.people.models.rosters import FATES, IMPORT_STATES, RosterImport, RosterRow

__all__ = [
    "DOCUMENT_KINDS",
    "FATES",
    "HOUSEHOLD_ROLES",
    "IMPORT_STATES",
    "DocumentKey",
    "IdentityDocument",
    "Person",
    "Phone",
    "RosterImport",
    "RosterRow",
]
