"""Rules as data: the only part of vaxkit that opens files, and only the YAML that lies in this package.

    load_schedule("cn-covid-inactivated-primary") -> Schedule
    load_products() -> {code: Product}
    schedule_codes() -> every course there is

Each file is checked against its JSON schema in `schemas/` and then built into values, which check
themselves. Every rule names document, day and mark. A rule that changes is a new row with its own dates,
never an edit of history.
"""

from vaxkit.ruledata.loader import RuleDataError, load_products, load_schedule, schedule_codes

__all__ = ["RuleDataError", "load_products", "load_schedule", "schedule_codes"]
