"""Whatever is done with stock, in whatever order: each balance is the sum of its movements, and none is ever negative."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.modules import campaign
from tests.modules.stock.test_in_and_out import KEEPER, NEEDLE, kept, sums

from yingjie.foundation import clock
from yingjie.foundation.refusals import Refusal
from yingjie.sites.models import Site
from yingjie.stock import actions

few = st.integers(1, 4)
states = st.sampled_from(["usable", "held"])


class Store(RuleBasedStateMachine):
    """One lot at one site; a model of plain numbers beside it."""

    site: Site

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.time = clock.at(campaign.NOON)
        self.time.__enter__()
        self.serial = 0
        self.lot = campaign.lot(self.site, doses=3)
        self.doses = {"usable": 3, "held": 0}
        self.vials = dict.fromkeys((1, 2, 3), 1)
        self.serial = 3

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        self.time.__exit__(None, None, None)

    def tries(self, verb, **arguments) -> bool:
        try:
            verb(by=KEEPER, site_id=self.site.pk, lot_id=self.lot.pk, **arguments)
        except Refusal:
            return False
        return True

    @rule(vials=few)
    def receive(self, vials: int) -> None:
        codes = [campaign.trace_code(self.serial + nth) for nth in range(1, vials + 1)]
        actions.receive(
            by=KEEPER, site_id=self.site.pk, product_code=campaign.BIBP, lot_number="L1", expires_on=campaign.EXPIRY,
            doses=vials, codes=codes, transport=campaign.COLD,
        )  # fmt: skip
        self.vials |= {self.serial + nth: 1 for nth in range(1, vials + 1)}
        self.serial += vials
        self.doses["usable"] += vials

    @rule(serial=st.integers(1, 8))
    def take(self, serial: int) -> None:
        code, possible = (
            campaign.trace_code(serial),
            self.vials.get(serial, 0) > 0 and self.doses["usable"] > 0,
        )
        try:
            actions.take(by=NEEDLE, site_id=self.site.pk, vial_code=code, dose_id=uuid4(), on=campaign.TODAY)
        except Refusal:
            assert not possible
        else:
            assert possible
            self.vials[serial] -= 1
            self.doses["usable"] -= 1

    @rule(doses=few, state=states)
    def waste(self, doses: int, state: str) -> None:
        done = self.tries(actions.waste, doses=doses, cause="broken", state=state)
        assert done == (self.doses[state] >= doses)
        self.doses[state] -= doses * done

    @rule(doses=few)
    def hold(self, doses: int) -> None:
        done = self.tries(actions.hold, doses=doses, reason="alarm")
        assert done == (self.doses["usable"] >= doses)
        self.doses = {
            "usable": self.doses["usable"] - doses * done,
            "held": self.doses["held"] + doses * done,
        }

    @rule(doses=few)
    def release(self, doses: int) -> None:
        done = self.tries(actions.release, doses=doses, reason="checked")
        assert done == (self.doses["held"] >= doses)
        self.doses = {
            "usable": self.doses["usable"] + doses * done,
            "held": self.doses["held"] - doses * done,
        }

    @rule(found=st.integers(0, 6))
    def count(self, found: int) -> None:
        assert self.tries(actions.count, doses_found=found, note="counted")
        self.doses["usable"] = found

    @invariant()
    def balances_are_the_sums_of_their_movements(self) -> None:
        here = {(self.site.pk, self.lot.pk, state): doses for state, doses in self.doses.items() if doses}
        assert kept() == sums() == here


@pytest.mark.django_db
def test_every_order_of_events_adds_up(site: Site) -> None:
    Store.site = site
    some = settings(
        max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Store, settings=some)
