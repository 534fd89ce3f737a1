"""No valid certificate, no act: what `may_act` says, through the real records."""

from datetime import date, timedelta

import pytest
from tests.modules import campaign
from tests.modules.campaign import TODAY, TOWN, actor, maker

from yingjie.foundation import clock
from yingjie.staff import actions, queries

pytestmark = pytest.mark.django_db
NURSE = actor("nurse_li")


@pytest.fixture(autouse=True)
def world():
    campaign.places()
    with clock.at(campaign.NOON):
        yield


def enrolled(**more):
    given = {"name": "李秀兰", "qualification": "nurse", "roles": ["vaccinator"], "account": "nurse_li",
             "joined_on": date(2021, 1, 1)} | more  # fmt: skip
    return actions.enrol(by=maker, area_code=TOWN, **given)


def certified(member, **more):
    given = {"kind": "vaccination", "number": "P-1", "valid_from": date(2021, 3, 1),
             "valid_until": TODAY} | more  # fmt: skip
    return actions.certify(by=maker, member_id=member.pk, **given)


def said(who=NURSE, act="vaccinate", on=None):
    refused = queries.may_act(who, act, on)
    return refused.code if refused else None


def test_whoever_has_no_record_may_register_but_not_vaccinate():
    assert said() == "staff.no_record"
    assert said(act="register") is None
    assert said(maker) is None


def test_a_certificate_counts_on_its_first_and_last_day():
    certified(enrolled())
    assert said(on=date(2021, 2, 28)) == "staff.certificate_not_yet"
    assert said(on=date(2021, 3, 1)) is None
    assert said() is None
    assert said(on=TODAY + timedelta(days=1)) == "staff.certificate_ended"


def test_the_certificate_of_another_act_does_not_count():
    certified(enrolled(), kind="emergency")
    assert said() == "staff.no_certificate"


def test_a_revoked_certificate_counts_no_more_from_that_moment():
    held = certified(enrolled())
    actions.revoke(by=maker, certificate_id=held.pk, reason="操作不规范")
    refused = queries.may_act(NURSE, "vaccinate")
    assert refused.code == "staff.certificate_revoked"
    assert refused.facts["why"] == "操作不规范"
    assert said(on=TODAY - timedelta(days=1)) is None


def test_another_certificate_in_force_outweighs_the_revoked_one():
    member = enrolled()
    held = certified(member)
    actions.revoke(by=maker, certificate_id=held.pk, reason="补证")
    certified(member, number="P-2")
    assert said() is None


def test_the_qualification_counts_too():
    certified(enrolled(qualification="none"))
    assert said() == "staff.wrong_qualification"
    certified(actions.change(by=maker, member_id=queries.member_of(NURSE).id, qualification="nurse"), number="P-3",
              kind="screening")  # fmt: skip
    assert said(act="screen") == "staff.wrong_qualification"


def test_whoever_left_may_not_act():
    member = enrolled()
    certified(member)
    actions.change(by=maker, member_id=member.pk, left_on=TODAY)
    assert said() == "staff.not_here"
    assert said(on=TODAY - timedelta(days=1)) is None


def test_a_refusal_is_said_in_the_language_of_its_reader():
    enrolled()
    both = queries.may_act(NURSE, "vaccinate").as_dict()
    assert "Vaccination certificate" in both["en"]["reason"]
    assert "预防接种培训合格证" in both["zh"]["reason"]


def test_a_certificate_is_valid_as_long_as_its_kind():
    assert actions.valid_through("vaccination", date(2021, 3, 1)) == date(2023, 2, 28)
    assert actions.valid_through("emergency", date(2020, 2, 29)) == date(2021, 2, 27)
