"""A training with its assessment gives certificates to whoever passed; pages show them in both languages."""

from datetime import date

import pytest
from tests.modules import campaign
from tests.modules.campaign import TODAY, TOWN, actor, maker

from yingjie.foundation import clock
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.staff import actions, queries, training_actions
from yingjie.staff.models import Certificate

pytestmark = pytest.mark.django_db
COUNTY = actor("county_lead", "110117")
TOWN_LEAD = actor("town_lead")
FOREIGN = actor("county_lead", "110118")


@pytest.fixture(autouse=True)
def world():
    campaign.places()
    with clock.at(campaign.NOON):
        yield


def nurse(name):
    return actions.enrol(
        by=maker, area_code=TOWN, name=name, qualification="nurse", roles=["vaccinator"], account=name,
        joined_on=date(2021, 1, 1),
    )  # fmt: skip


def held(people):
    training = training_actions.open_training(
        by=TOWN_LEAD,
        area_code=TOWN,
        title="接种规范",
        held_on=TODAY,
        certificate="vaccination",
        pass_score=80,
    )
    training_actions.invite(by=TOWN_LEAD, training_id=training.pk, member_ids=[each.pk for each in people])
    rows = {row.name: row.id for row in queries.attendances(COUNTY, training.pk)}
    return training, rows


def test_whoever_passes_gets_the_certificate_and_may_act():
    people = [nurse("a"), nurse("b"), nurse("c")]
    training, rows = held(people)
    scores = {rows["a"]: (True, 80), rows["b"]: (True, 79), rows["c"]: (False, None)}
    training_actions.assess(by=COUNTY, training_id=training.pk, given=scores)
    found = queries.training(COUNTY, training.pk)
    assert (found.invited, found.attended, found.passed) == (3, 2, 1)
    assert training_actions.close_training(by=COUNTY, training_id=training.pk) == 1
    may = {name: queries.may_act(actor(name), "vaccinate") is None for name in "abc"}
    assert may == {"a": True, "b": False, "c": False}
    (row,) = queries.certificates_of(COUNTY, people[0].pk)
    assert (row.valid_from, row.valid_until, row.training_id) == (TODAY, date(2023, 5, 18), training.pk)
    with pytest.raises(Refusal) as caught:
        training_actions.assess(by=COUNTY, training_id=training.pk, given=scores)
    assert caught.value.code == "staff.training_closed"


def test_what_is_refused():
    training, rows = held([nurse("a")])
    before = Certificate.objects.unscoped(campaign.ALL).count()
    for given, code in (
        ({rows["a"]: (False, 90)}, "staff.score_without_attending"),
        ({rows["a"]: (True, 101)}, "staff.score_out_of_range"),
    ):
        with pytest.raises(Refusal) as caught:
            training_actions.assess(by=COUNTY, training_id=training.pk, given=given)
        assert caught.value.code == code
    for by in (TOWN_LEAD, FOREIGN):
        with pytest.raises((NotFound, NotAllowed)):
            training_actions.close_training(by=by, training_id=training.pk)
    assert Certificate.objects.unscoped(campaign.ALL).count() == before
    assert queries.attendances(COUNTY, training.pk)[0].result == ""


def test_certificates_that_end_soon_and_people_without_one_are_listed():
    ends, lacks, fine = nurse("a"), nurse("b"), nurse("c")
    for member, until in ((ends, TODAY), (fine, date(2022, 5, 1))):
        actions.certify(
            by=COUNTY, member_id=member.pk, kind="vaccination", number=member.name, valid_from=date(2021, 1, 1),
            valid_until=until,
        )  # fmt: skip
    assert [row.member_name for row in queries.ending(COUNTY)] == ["a"]
    assert [row.name for row in queries.members(COUNTY, certificate="ending")] == ["a"]
    assert [row.name for row in queries.members(COUNTY, certificate="missing")] == ["b"]
    actions.change(by=COUNTY, member_id=lacks.pk, left_on=TODAY)
    assert queries.members(COUNTY, certificate="missing") == []


def test_one_account_belongs_to_one_record():
    first = nurse("a")
    with pytest.raises(Refusal) as caught:
        nurse("a")
    assert caught.value.code == "staff.account_taken"
    with pytest.raises(Refusal) as caught:
        actions.certify(by=COUNTY, member_id=first.pk, kind="vaccination", number=" ", valid_from=TODAY)
    assert caught.value.code == "staff.number_missing"
    with pytest.raises(NotFound):
        actions.change(by=FOREIGN, member_id=first.pk, name="乙")


def test_the_pages_show_who_may_act(client):
    campaign.sign_in(client, "county_lead", "110117")
    member = nurse("李秀兰")
    page = client.get(f"/staff/{member.pk}/").content.decode()
    assert "没有接种所需的合格证" in page
    asked = {"kind": "vaccination", "number": "P-9", "valid_from": "2021-01-01", "valid_until": "2021-05-20"}
    assert client.post(f"/staff/{member.pk}/certify/", asked).status_code == 302
    assert "即将到期" in client.get(f"/staff/{member.pk}/").content.decode()
    held_one = queries.certificates_of(COUNTY, member.pk)[0]
    assert (
        client.post(f"/staff/certificates/{held_one.id}/revoke/", {"reason": "操作不规范"}).status_code == 302
    )
    client.cookies["yingjie_language"] = "en"
    page = client.get(f"/staff/{member.pk}/").content.decode()
    assert "was revoked on" in page
    assert client.get("/staff/?certificate=missing&q=li").status_code == 200
    assert client.get("/staff/trainings/").status_code == 200
    training, rows = held([member])
    points = {"attended": [str(rows["李秀兰"])], f"score_{rows['李秀兰']}": "88"}
    assert client.post(f"/staff/trainings/{training.pk}/assess/", points).status_code == 302
    assert client.post(f"/staff/trainings/{training.pk}/close/").status_code == 302
    assert "Passed" in client.get(f"/staff/trainings/{training.pk}/").content.decode()
    assert queries.may_act(actor("李秀兰"), "vaccinate") is None
