"""Reading the rules of handling vaccine (china/handling.yaml) into values."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files

from vaxkit.coldchain.handling import ArrivalRule, Handling, OpenedRule, ReadingRule
from vaxkit.ruledata.loader import read_file, source_of, text_of


@cache
def load_handling() -> Handling:
    """The rules of arrival, opened vials and readings. Raises RuleDataError when the file is wrong."""
    raw = read_file(files("vaxkit.ruledata") / "china" / "handling.yaml", "handling")
    readings = raw["readings"]
    return Handling(
        arrival=tuple(
            ArrivalRule(
                row["code"],
                row["decision"],
                text_of(row["reason"]),
                text_of(row["next_step"]),
                source_of(row["source"]),
            )
            for row in raw["arrival"]
        ),
        opened=tuple(
            OpenedRule(row["technology"], row["minutes"], source_of(row["source"])) for row in raw["opened"]
        ),
        readings=ReadingRule(
            readings["a_day"],
            readings["hours_apart"],
            readings["logger_minutes"],
            source_of(readings["source"]),
        ),
        freezing_celsius=Decimal(raw["freezing_celsius"]),
    )
