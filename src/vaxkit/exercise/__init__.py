"""Exercises at a table 桌面推演: a script of injects with a clock, decisions by role, scores against what was expected, effects.

    script = read_script(document)                 a mapping (YAML, JSON) -> Script, or Faulty
    script, document = read_text(text)             the same from YAML or JSON; faults say their lines
    script.arrived(role, minute)                   what a role has in its inbox by then
    found = scored(script, decisions, minute)      points by inject, with the reason, as it stands at a minute
    happened(script, decisions, first, sites)      what follows, as events of vaxkit.campaign

Map
    exercise.schema.json    the document; `scripts/` holds three ready ones
    script, reading         the script as frozen values; document -> script
    scoring                 points: the full number in time, half when late, none without a decision
    effects                 decisions into events of a campaign
"""

from vaxkit.exercise.effects import happened
from vaxkit.exercise.reading import kept_script, read_script, read_text, script_names, script_text
from vaxkit.exercise.scoring import Score, scored
from vaxkit.exercise.script import Decision, Script
from vaxkit.faults import Fault, Faulty

__all__ = [
    "Decision", "Fault", "Faulty", "Score", "Script", "happened", "kept_script", "read_script", "read_text", "scored",
    "script_names", "script_text",
]  # fmt: skip
