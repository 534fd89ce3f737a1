"""Rules as data: the only part of vaxkit that opens files, and only what lies in this package or in the
folder it is given.

    load_schedule("cn-covid-inactivated-primary") -> Schedule
    load_products() -> {code: Product}
    schedule_codes() -> every course there is
    read_cdsi(folder), read_shipped_cdsi() -> RuleSet of CDC's supporting data (XML)

Each file is checked against its JSON schema in `schemas/` and then built into values, which check
themselves. Every rule names document, day and mark. A rule that changes is a new row with its own dates,
never an edit of history.
"""

from vaxkit.ruledata.cdsi import CdsiDataError, read_cdsi, read_shipped_cdsi
from vaxkit.ruledata.loader import RuleDataError, load_products, load_schedule, schedule_codes

__all__ = [
    "CdsiDataError",
    "RuleDataError",
    "load_products",
    "load_schedule",
    "read_cdsi",
    "read_shipped_cdsi",
    "schedule_codes",
]
