"""How far people go, as long as nobody has measured it: from the codes of areas alone. Pure.

A village and a site in the same village 1 km, in the same township `IN_TOWN`, elsewhere in the county `IN_COUNTY`; nobody is sent
to another county. Shown as an estimate wherever it appears.
"""

from __future__ import annotations

import math

IN_VILLAGE, IN_TOWN, IN_COUNTY = 1.0, 4.0, 12.0


def kilometres(village_code: str, site_area: str) -> float:
    """An estimate, inf where there is no way."""
    if village_code[:6] != site_area[:6]:
        return math.inf
    if len(site_area) >= 12 and village_code[:12] == site_area[:12]:
        return IN_VILLAGE
    return IN_TOWN if len(site_area) >= 9 and village_code[:9] == site_area[:9] else IN_COUNTY
