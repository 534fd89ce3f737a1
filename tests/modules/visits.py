"""Walking people through a site by the real actions, for tests that need somebody at a certain point of the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.modules import campaign
from yingjie.clinic import actions, consenting
from yingjie.clinic.models import Visit
from yingjie.clinic.questionnaire import SAID, Answer, questions
from yingjie.clinic.screening import about
from yingjie.clinic.workflow import CHECKS
from yingjie.foundation.access.actor import Actor

FINE = Decimal("36.5")
ALL_TICKED = dict.fromkeys(CHECKS, True)
PAPER = actions.Signed(paper=True)
#: A signature as the screen sends it: two strokes.
STROKES = "[[100,100,120,140,150,180,190,200,230,210],[300,120,320,160,340,200,360,240]]"


def registered(site_id: UUID, person_id: UUID, *, by: Actor = campaign.maker, **more: Any) -> Visit:
    """At the desk, with a number."""
    return actions.admit(by=by, site_id=site_id, person_id=person_id, **{"temperature": FINE} | more)


def consented(
    visit: Visit, *, by: Actor = campaign.maker, product: str = campaign.BIBP, **more: Any
) -> Visit:
    text = consenting.current_text(product).version
    asked = {"product_code": product, "text": text, "signed": PAPER} | more
    return actions.consent(by=by, visit_id=visit.pk, **asked)


def answers(visit: Visit, **said: Answer | str) -> dict[str, Answer]:
    """ "No" to everything that is asked, but for what is named."""
    found = {question.code: Answer("no") for question in questions(about(visit))}
    given = {code: Answer(each) if isinstance(each, str) else each for code, each in said.items()}
    assert all(answer.said in SAID for answer in given.values())
    return found | given


def screened(visit: Visit, *, by: Actor = campaign.maker, **said: Answer | str) -> Visit:
    visit = Visit.objects.unscoped(campaign.ALL).get(pk=visit.pk)
    return actions.screen(by=by, visit_id=visit.pk, answers=answers(visit, **said))


def verified(visit: Visit, vial: str, *, by: Actor = campaign.maker, **more: Any) -> Visit:
    return actions.verify(by=by, visit_id=visit.pk, **{"vial_code": vial, "checks": ALL_TICKED} | more)


def ready(
    site_id: UUID, person_id: UUID, *, by: Actor = campaign.maker, product: str = campaign.BIBP
) -> Visit:
    """Fit, and waiting for the needle."""
    visit = consented(registered(site_id, person_id, by=by), by=by, product=product)
    return screened(visit, by=campaign.maker)


def given(visit: Visit, vial: str, *, by: Actor = campaign.maker, **more: Any) -> Visit:
    """Verified and vaccinated by one person."""
    verified(visit, vial, by=by, **more)
    return actions.vaccinate(by=by, visit_id=visit.pk)


def vaccinated(
    site_id: UUID, person_id: UUID, vial: str, *, by: Actor = campaign.maker, product: str = campaign.BIBP
) -> Visit:
    """The whole way to the seat under observation."""
    return given(ready(site_id, person_id, by=campaign.maker, product=product), vial, by=by)
