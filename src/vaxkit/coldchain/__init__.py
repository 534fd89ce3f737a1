"""The cold chain: what the law decides at the door, how cold vaccine was kept, what an opened vial is good for.

    handling      Handling: the rules as data (read by `vaxkit.ruledata.load_handling`); `discard_at` of an opened vial
    arrivals      judge(rules, Arrival) -> Judged: accepted, quarantined or refused, with every rule that spoke
    temperatures  excursions(readings, limits), missing_readings(...), mean_kinetic_celsius(readings)
    loggers       read_logger(text) -> readings of a logger's file: separators, decimal commas, °C and °F, stated time zones

All temperatures are degrees Celsius as Decimal, all moments are aware.
"""

from vaxkit.coldchain.arrivals import Arrival, Judged, judge
from vaxkit.coldchain.handling import ArrivalRule, Handling, OpenedRule, ReadingRule, discard_at
from vaxkit.coldchain.loggers import LoggerFile, UnreadableLogger, decoded, read_logger
from vaxkit.coldchain.temperatures import (
    Excursion,
    Limits,
    MissingReadings,
    Reading,
    excursions,
    mean_kinetic_celsius,
    missing_readings,
)

__all__ = [
    "Arrival",
    "ArrivalRule",
    "Excursion",
    "Handling",
    "Judged",
    "Limits",
    "LoggerFile",
    "MissingReadings",
    "OpenedRule",
    "Reading",
    "ReadingRule",
    "UnreadableLogger",
    "decoded",
    "discard_at",
    "excursions",
    "judge",
    "mean_kinetic_celsius",
    "missing_readings",
    "read_logger",
]
