"""The ledger's tables, a file per subject."""

from yingjie.people.models.categories import HealthCondition, PersonCategory
from yingjie.people.models.gaps import FINDINGS, GAP_KINDS, GAP_STATES, Gap
from yingjie.people.models.household import RELATIONS, Guardian, Household
from yingjie.people.models.person import (
    DOCUMENT_KINDS,
    HOUSEHOLD_ROLES,
    LEFT_AS,
    LONG_NAME,
    MOBILITIES,
    PHONE_OWNERS,
    WHEREABOUTS,
    WITHOUT_DOCUMENT,
    DocumentKey,
    IdentityDocument,
    Person,
    Phone,
)
from yingjie.people.models.rosters import FATES, IMPORT_STATES, RosterImport, RosterRow
from yingjie.people.models.stays import CHANGE_KINDS, ENDINGS, PersonChange, Stay
from yingjie.people.models.units import Employment
from yingjie.people.models.whereabouts import Whereabouts

__all__ = [
    "CHANGE_KINDS",
    "DOCUMENT_KINDS",
    "ENDINGS",
    "FATES",
    "FINDINGS",
    "GAP_KINDS",
    "GAP_STATES",
    "HOUSEHOLD_ROLES",
    "IMPORT_STATES",
    "LEFT_AS",
    "LONG_NAME",
    "MOBILITIES",
    "PHONE_OWNERS",
    "RELATIONS",
    "WHEREABOUTS",
    "WITHOUT_DOCUMENT",
    "DocumentKey",
    "Employment",
    "Gap",
    "Guardian",
    "HealthCondition",
    "Household",
    "IdentityDocument",
    "Person",
    "PersonCategory",
    "PersonChange",
    "Phone",
    "RosterImport",
    "RosterRow",
    "Stay",
    "Whereabouts",
]
