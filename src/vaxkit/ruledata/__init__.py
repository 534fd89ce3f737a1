"""Rules as data: the only part of vaxkit that opens files, and only what lies in this package or in the
folder it is given.

    load_products() -> {code: Product}
    load_handling() -> Handling: arrivals, opened vials, readings of temperatures
    policies.policies_in_force(day) -> PolicySet of China's policies (YAML)
    read_cdsi(folder), read_shipped_cdsi() -> RuleSet of CDC's supporting data (XML)

Each file is checked against its JSON schema in `schemas/` and then built into values, which check
themselves. Every rule names document, day and mark. A rule that changes is a new row with its own dates,
never an edit of history.
"""

from vaxkit.ruledata.cdsi import CdsiDataError, read_cdsi, read_shipped_cdsi
from vaxkit.ruledata.handling import load_handling
from vaxkit.ruledata.loader import RuleDataError, load_products

__all__ = [
    "CdsiDataError",
    "RuleDataError",
    "load_handling",
    "load_products",
    "read_cdsi",
    "read_shipped_cdsi",
]
