"""The tree's pages: one's own areas, their figures, and the three changes."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.modules.areas.conftest import COUNTY
from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant, User
from yingjie.people.models import Person

TOWN, VILLAGE, OTHER = "110117001", "110117001001", "110117001002"
EVERY = "a test looks at everything"


@pytest.fixture(autouse=True)
def no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in is tested elsewhere."""
    monkeypatch.setattr("yingjie.foundation.access.middleware.is_mfa_enabled", lambda *_: True)


def signed_in(role: str, area_code: str) -> Client:
    user = User.objects.create(
        username=f"{role}-{area_code}", display_name="Somebody", created_at=clock.now()
    )
    Grant.objects.create(user=user, role=role, area_code=area_code, from_on=clock.today(), granted_by="t")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = "en"
    return client


def test_area_page_rolls_the_ledger_up(county: str) -> None:
    for at, code in enumerate((VILLAGE, VILLAGE, OTHER)):
        Person.objects.create(
            area_id=code, name=f"甲{at}", pinyin="jia j", sex="female", birth_on=date(1950, 1, 1),
            registered_on=clock.today(), source="test",
        )  # fmt: skip
    client = signed_in("county_lead", COUNTY)
    page = client.get(f"/areas/{COUNTY}/").content.decode()
    assert f'href="/people/?area={TOWN}">3</a>' in page
    page = client.get(f"/areas/{TOWN}/").content.decode()
    assert f'href="/people/?area={VILLAGE}">2</a>' in page
    assert "In the ledger" not in signed_in("store_keeper", COUNTY).get(f"/areas/{TOWN}/").content.decode()


def test_area_page_asks_no_more_for_more_children(county: str, django_assert_max_num_queries: object) -> None:
    client = signed_in("county_lead", COUNTY)
    client.get(f"/areas/{COUNTY}/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(f"/areas/{COUNTY}/")


def test_foreign_areas_are_404(county: str) -> None:
    client = signed_in("town_lead", TOWN)
    assert client.get("/areas/").headers["Location"] == f"/areas/{TOWN}/"
    assert client.get(f"/areas/{VILLAGE}/").status_code == 200
    for code in (COUNTY, "110117002", "110117002001", "nonsense"):
        assert client.get(f"/areas/{code}/").status_code == 404, code
    lead = signed_in("county_lead", "110118")
    for verb in ("add", "rename", "merge"):
        assert lead.get(f"/areas/{VILLAGE}/{verb}/").status_code == 404, verb
        assert client.get(f"/areas/{VILLAGE}/{verb}/").status_code == 403, verb


def test_changes_through_the_forms(county: str) -> None:
    client = signed_in("county_lead", COUNTY)
    today = clock.today().isoformat()
    assert (
        client.post(f"/areas/{VILLAGE}/add/", {"name": "Grid one"}).headers["Location"]
        == f"/areas/{VILLAGE}/"
    )
    assert Area.objects.unscoped(EVERY).get(code=VILLAGE + "01").name == "Grid one"
    again = client.post(f"/areas/{VILLAGE}/add/", {"name": "Grid one"})
    assert (again.status_code, "areas.name_taken" in again.content.decode()) == (409, True)
    renamed = client.post(f"/areas/{VILLAGE}/rename/", {"name": "新名村", "on": today, "reason": "order 7"})
    assert renamed.status_code == 302
    page = client.get(f"/areas/{VILLAGE}/").content.decode()
    assert "新名村" in page
    assert "order 7" in page
    assert f'<span title="county_lead-{COUNTY}">Somebody</span>' in page
    merged = client.post(f"/areas/{VILLAGE}/merge/", {"into": OTHER, "on": today, "reason": ""})
    assert merged.headers["Location"] == f"/areas/{OTHER}/"
    closed = client.get(f"/areas/{VILLAGE}/").content.decode()
    assert f'href="/areas/{OTHER}/"' in closed
    assert "Closed on" in closed
    assert client.post(f"/areas/{OTHER}/merge/", {"into": "110117002001x", "on": today}).status_code == 400


def test_search(county: str) -> None:
    client = signed_in("county_lead", COUNTY)
    assert "马坊地区" in client.get("/areas/?q=mafang").content.decode()
    assert "No area of yours" in client.get("/areas/?q=zzzzz").content.decode()


def test_empty_instance_says_what_to_do_first(db: None) -> None:
    assert "yj areas load" in signed_in("county_lead", COUNTY).get("/areas/").content.decode()
