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
from yingjie.people.models.provenance import SOURCE_KINDS, Claim, LedgerSource
from yingjie.people.models.review import DOUBT_KINDS, DOUBT_STATES, Doubt
from yingjie.people.models.rosters import (
    FATES,
    IMPORT_STATES,
    ROSTER_KINDS,
    RosterImport,
    RosterLayout,
    RosterPage,
    RosterRow,
)
from yingjie.people.models.stays import CHANGE_KINDS, ENDINGS, PersonChange, Stay
from yingjie.people.models.units import Employment
from yingjie.people.models.whereabouts import Whereabouts

__all__ = [
    "CHANGE_KINDS",
    "DOCUMENT_KINDS",
    "DOUBT_KINDS",
    "DOUBT_STATES",
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
    "ROSTER_KINDS",
    "SOURCE_KINDS",
    "WHEREABOUTS",
    "WITHOUT_DOCUMENT",
    "Claim",
    "DocumentKey",
    "Doubt",
    "Employment",
    "Gap",
    "Guardian",
    "HealthCondition",
    "Household",
    "IdentityDocument",
    "LedgerSource",
    "Person",
    "PersonCategory",
    "PersonChange",
    "Phone",
    "RosterImport",
    "RosterLayout",
    "RosterPage",
    "RosterRow",
    "Stay",
    "Whereabouts",
]
