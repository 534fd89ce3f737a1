"""Who works at the demo's sites: vaccinators, screening doctors and the accounts of the large one, with certificates in force.

Both loaders need them before the first visit: without a valid certificate nobody vaccinates or screens, in the demo neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from yingjie.demo import accounts, timeline
from yingjie.demo.history import Campaign
from yingjie.foundation.access.actor import Actor
from yingjie.staff import actions as staff

#: Certified before the campaign began.
_BEFORE = timedelta(days=60)


class Worker(NamedTuple):
    account: str
    name: str
    area_code: str
    qualification: str
    role: str
    certificate: str


def workers(told: Campaign) -> Iterator[Worker]:
    """Everybody whose acts at a site ask for a certificate."""
    for site in told.sites:
        for nurse in site.vaccinators:
            yield Worker(nurse.code.lower(), nurse.name, site.area_code, "nurse", "vaccinator", "vaccination")
        yield Worker(
            timeline.screener(site.code), timeline.screener_name(site), site.area_code, "physician", "screening_doctor",
            "screening",
        )  # fmt: skip
    large = told.sites[0].area_code
    for username, qualification, role, certificate in (
        ("vaccinator", "nurse", "vaccinator", "vaccination"),
        ("doctor", "physician", "screening_doctor", "screening"),
        ("sitelead", "physician", "lead", "vaccination"),
    ):
        yield Worker(username, accounts.name_of(username), large, qualification, role, certificate)


def enrol(*, by: Actor, told: Campaign) -> None:
    """Put all of them on record with their certificates; call it inside the load's transaction."""
    passed_on = told.began_on - _BEFORE
    for nth, worker in enumerate(workers(told), 1):
        member = staff.enrol(
            by=by, area_code=worker.area_code, name=worker.name, qualification=worker.qualification,
            roles=(worker.role,), account=worker.account, joined_on=passed_on,
        )  # fmt: skip
        staff.certify(
            by=by, member_id=member.pk, kind=worker.certificate, number=f"{told.county.code}-{passed_on.year}-{nth:04d}",
            valid_from=passed_on, issued_by=f"{told.county.name}卫生健康委员会",
        )  # fmt: skip
