"""A whole campaign, day by day, to the day on which its target is reached; under scenarios, side by side, with its uncertainty.

    plan = read_plan(document)                        a mapping (YAML, JSON) -> CampaignPlan, or Faulty
    outlooks = run(plan, replications=200, seed=1)    one Outlook a scenario, the first without any event; the same bits for a seed

Map
    campaign.schema.json    the document; `examples/` holds a whole one
    plan, reading           the plan as frozen values; document -> plan
    events                  what a scenario does to a day: late vaccine, closed sites, sick staff, a rush, rain, an AEFI cluster
    running                 the days, for all replications at once
    outlook                 what came out, as values with bands

Every scenario has the same luck: a day's chance is a function of seed, day, group and purpose alone, so that what differs between
scenarios is what they do. `python -m vaxkit.campaign run PLAN` does it from a file.
"""

from vaxkit.campaign.outlook import Outlook
from vaxkit.campaign.plan import CampaignPlan
from vaxkit.campaign.reading import read_plan
from vaxkit.campaign.running import run
from vaxkit.faults import Fault, Faulty

__all__ = ["CampaignPlan", "Fault", "Faulty", "Outlook", "read_plan", "run"]
