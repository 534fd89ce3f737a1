"""Consent and screening: what is signed, what is asked, what the doctor decides."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.modules import campaign, visits
from tests.modules.clinic.steps import (
    DESK,
    DOCTOR,
    NEEDLE,
    refused,
    register,
    verify,
)
from vaxkit.ruledata import RuleDataError
from yingjie.clinic import actions, questionnaire, refusals
from yingjie.clinic.models import Consent, Screening, Visit
from yingjie.clinic.questionnaire import Answer
from yingjie.doses import queries as dose_queries
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import doorstep_actions as doorstep
from yingjie.people.models import HealthCondition, Person
from yingjie.sites.models import Site
from yingjie.staff.refusals import MayNotAct
from yingjie.stock.models import Lot


class TestConsent:
    @pytest.fixture
    def visit(self, site: Site, person: Person) -> Visit:
        return register(site, person)

    def test_the_signature_is_kept_encrypted_and_comes_back(self, visit: Visit) -> None:
        visits.consented(visit, by=DESK, signed=actions.Signed(strokes=visits.STROKES))
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.signed_on, kept.signer, kept.text, kept.by) == (
            "screen",
            "self",
            "inactivated-2021-1",
            "registrar",
        )
        assert kept.strokes == visits.STROKES
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT strokes FROM clinic_consent")
            assert visits.STROKES not in cursor.fetchone()[0]

    @pytest.mark.parametrize("strokes", ["", "[]", "[[1,1]]"])
    def test_nothing_signed(self, visit: Visit, strokes: str) -> None:
        refused(refusals.NotSigned, visits.consented, visit, by=DESK, signed=actions.Signed(strokes=strokes))

    @pytest.mark.parametrize(
        "strokes", ["{", "[[1,2,3]]", "[[1,2000]]", '["x"]', "[" * 50_000, "[[1,1]]" * 9_000]
    )
    def test_strokes_that_are_none(self, visit: Visit, strokes: str) -> None:
        signed = actions.Signed(strokes=strokes)
        refused(refusals.SignatureUnreadable, visits.consented, visit, by=DESK, signed=signed)

    def test_a_text_of_another_version(self, visit: Visit) -> None:
        refused(refusals.OtherText, visits.consented, visit, by=DESK, text="inactivated-2020-1")

    def test_a_product_that_is_not_offered(self, visit: Visit) -> None:
        refused(refusals.WrongProduct, visits.consented, visit, by=DESK, product="LIVZON-V01")
        said = {"by": DESK, "visit_id": visit.pk, "text": "", "signed": actions.Signed(paper=True)}
        with pytest.raises(refusals.WrongProduct):
            actions.consent(product_code="nothing", **said)

    def test_a_guardian_signs_for_a_minor(self, site: Site) -> None:
        with clock.at(campaign.NOON + timedelta(days=365)):
            visit = register(site, campaign.person(4, birth_on=date(2008, 1, 1)))
            refused(refusals.GuardianNeeded, visits.consented, visit, by=DESK)
            unnamed = actions.Signed(paper=True, signer="guardian")
            refused(refusals.GuardianUnnamed, visits.consented, visit, by=DESK, signed=unnamed)
            named = actions.Signed(
                paper=True, signer="guardian", guardian_name="甲母", guardian_relation="parent"
            )
            assert visits.consented(visit, by=DESK, signed=named).state == "consented"
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.signer, kept.guardian_name, kept.guardian_relation) == ("guardian", "甲母", "parent")

    def test_withdrawn_before_the_needle(self, site: Site, lot: Lot, visit: Visit, person: Person) -> None:
        visits.screened(visits.consented(visit, by=DESK), by=DOCTOR)
        verify(visit)
        refused(refusals.WhyMissing, actions.withdraw, by=DESK, visit_id=visit.pk, reason=" ")
        gone = actions.withdraw(by=DESK, visit_id=visit.pk, reason="changed her mind")
        assert (gone.state, gone.turned_away_reason) == ("turned_away", "withdrawn")
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.withdrawn_at, kept.withdrawn_reason) == (campaign.NOON, "changed her mind")
        refused(refusals.AlreadyTurnedAway, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)
        assert register(site, person).number == 2


class TestScreening:
    @pytest.fixture
    def visit(self, site: Site, person: Person) -> Visit:
        return visits.consented(register(site, person), by=DESK)

    def test_everything_is_asked(self, visit: Visit) -> None:
        asked = visits.answers(visit)
        del asked["allergy"]
        told = refused(refusals.Unanswered, actions.screen, by=DOCTOR, visit_id=visit.pk, answers=asked)
        assert "过敏" in told.as_dict()["zh"]["reason"]

    def test_a_day_is_asked_for(self, visit: Visit) -> None:
        refused(refusals.Unanswered, visits.screened, visit, by=DOCTOR, other_vaccine="yes")
        tomorrow = Answer("yes", campaign.TODAY + timedelta(days=1))
        refused(refusals.Unanswered, visits.screened, visit, by=DOCTOR, other_vaccine=tomorrow)

    def test_fever_is_deferred_and_the_ledger_knows_until_when(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        done = visits.screened(visit, by=DOCTOR, fever="yes")
        assert (done.state, done.deferred_until) == ("deferred", date(2021, 5, 22))
        standing = dose_queries.standing_of(person.pk, campaign.TODAY)
        assert (standing.status, standing.deferred_until) == ("deferred", date(2021, 5, 22))
        refused(refusals.IsDeferred, register, site, person)
        with clock.at(campaign.NOON + timedelta(days=3)):
            assert register(site, person).state == "registered"
        assert "fever" not in str(list(Entry.objects.values_list("facts", flat=True)))

    def test_a_doctor_clears_before_the_day_and_the_desk_knows(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        visits.screened(visit, by=DOCTOR, fever="yes")
        with clock.at(campaign.NOON + timedelta(days=1)):
            doorstep.visit(
                by=campaign.maker, person_id=person.pk, outcome="medical", reason="chronic_illness"
            )
            doorstep.say(by=campaign.maker, person_id=person.pk, word="cleared")
            assert register(site, person).state == "registered"

    def test_another_vaccine_defers_from_its_day(self, visit: Visit, site: Site, person: Person) -> None:
        done = visits.screened(visit, by=DOCTOR, other_vaccine=Answer("yes", date(2021, 5, 10)))
        assert (done.state, done.deferred_until) == ("deferred", date(2021, 5, 25))
        refused(refusals.IsDeferred, register, site, person)

    def test_another_vaccine_long_ago_is_none(self, visit: Visit) -> None:
        done = visits.screened(visit, by=DOCTOR, other_vaccine=Answer("yes", date(2021, 5, 4)))
        assert done.state == "screened"

    def test_a_contraindication_bars_for_good(self, visit: Visit, site: Site, person: Person) -> None:
        assert visits.screened(visit, by=DOCTOR, fever="yes", allergy="yes").state == "contraindicated"
        refused(refusals.IsContraindicated, register, site, person)

    def test_the_doctor_decides_with_a_reason(self, visit: Visit) -> None:
        assert visits.screened(visit, by=DOCTOR, bleeding="unsure").state == "with_doctor"
        said = {"by": DOCTOR, "visit_id": visit.pk}
        refused(refusals.DecisionWithoutReason, actions.decide, decision="fit", reason="", **said)
        refused(refusals.DeferralWithoutDay, actions.decide, decision="defer", reason="x", **said)
        fit = actions.decide(decision="fit", reason="INR in range", **said)
        assert fit.state == "screened"
        (kept,) = Screening.objects.unscoped(campaign.ALL)
        assert (kept.outcome, kept.decision, kept.decision_reason, kept.decided_by) == (
            "doctor",
            "fit",
            "INR in range",
            "screening_doctor",
        )
        refused(refusals.WrongOrder, actions.decide, decision="fit", reason="again", **said)

    def test_the_doctor_defers_what_she_found(self, visit: Visit, person: Person) -> None:
        visits.screened(visit, by=DOCTOR, chronic="yes")
        actions.decide(
            by=DOCTOR, visit_id=visit.pk, decision="defer", reason="190/110", until=date(2021, 6, 2),
            condition="chronic-disease-acute-phase",
        )  # fmt: skip
        standing = dose_queries.standing_of(person.pk, campaign.TODAY)
        assert (standing.status, standing.deferred_until) == ("deferred", date(2021, 6, 2))

    def test_the_doctor_defers_for_another_vaccine_from_the_day_it_was_given(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        visits.screened(visit, by=DOCTOR, well="unsure")
        said = {
            "by": DOCTOR,
            "visit_id": visit.pk,
            "decision": "defer",
            "reason": "told late",
            "condition": "other-vaccine",
        }
        for day in (None, campaign.TODAY + timedelta(days=1)):
            refused(refusals.VaccineWithoutDay, actions.decide, given_on=day, **said)
        refused(refusals.DeferralWithoutDay, actions.decide, given_on=date(2021, 5, 4), **said)
        done = actions.decide(given_on=date(2021, 5, 12), **said)
        assert (done.state, done.deferred_until) == ("deferred", date(2021, 5, 27))
        refused(refusals.IsDeferred, register, site, person)
        (kept,) = HealthCondition.objects.unscoped(campaign.ALL)
        assert (kept.code, kept.from_on) == ("other-vaccine", date(2021, 5, 12))
        with clock.at(campaign.NOON + timedelta(days=8)):
            assert register(site, person).state == "registered"

    def test_without_a_certificate_nobody_screens(self, visit: Visit) -> None:
        uncertified = campaign.actor("screening_doctor", campaign.TOWN)
        nobody = type(uncertified)(name="somebody", held=uncertified.held)
        with pytest.raises(MayNotAct):
            visits.screened(visit, by=nobody)
        with pytest.raises(NotFound):
            visits.screened(visit, by=DESK)
        assert not Screening.objects.unscoped(campaign.ALL).exists()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("outcome: defer, for: 3 days", "outcome: defer", "questions/0/means"),
        ("outcome: doctor}", "outcome: perhaps}", "outcome"),
        ("for: 7 days", "for: a week", "questions/1/means/for"),
        ("condition: pregnancy", "condition: expecting", "expecting"),
        ("code: acute", "code: fever", "a code stands twice"),
        ("zh: 是否怀孕？", "", "questions/7"),
    ],
)
def test_a_questionnaire_that_is_wrong_names_the_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    shipped = (Path(questionnaire.__file__).parent / "data" / "screening.yaml").read_text("utf-8")
    assert old in shipped
    wrong = tmp_path / "screening.yaml"
    wrong.write_text(shipped.replace(old, new, 1), "utf-8")
    with pytest.raises(RuleDataError, match=place):
        questionnaire.questionnaire(wrong)
