"""Stations as their users meet them: whoever is signed in, a form in, a page out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from yingjie.clinic.models import Visit
from yingjie.foundation.access.actions import create_user, grant_role
from yingjie.people.models import Person

VIAL = campaign.trace_code(1)


def signed_in(
    role: str, area_code: str = campaign.TOWN, language: str = "en", site_id: UUID | None = None
) -> Client:
    user = create_user(
        by=campaign.maker, username=f"{role}-{area_code}", display_name=role.title(), password="river-stone-42",
        must_change_password=False,
    )  # fmt: skip
    grant_role(
        by=campaign.maker,
        user_id=user.pk,
        role=role,
        area_code=area_code,
        site_id=site_id,
        from_on=campaign.TODAY,
    )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200, **post: Any) -> str:
    address = reverse(name, args=args) + query
    answer = client.post(address, post) if post else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


def number_of(person: Person) -> str:
    return campaign.identity_number(person.birth_on, 1)


def only() -> Visit:
    return Visit.objects.unscoped(campaign.ALL).get()
