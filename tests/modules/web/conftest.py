"""A signed-in township lead, a grid worker, and the gallery's addresses and templates."""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from yingjie.foundation.access.actions import create_user, grant_role
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.access.models import User
from yingjie.foundation.access.queries import actor_for

GALLERY = Path(__file__).parent / "gallery" / "templates"


@pytest.fixture(autouse=True)
def _gallery(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.modules.web.gallery.urls"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(GALLERY)]}]
    settings.LANGUAGE_CODE = "en"


def make_user(username: str, role: str, area_code: str = "110117") -> User:
    by = system("test")
    user = create_user(
        by=by,
        username=username,
        display_name=username.title(),
        password="river-stone-42",
        must_change_password=False,
    )
    grant_role(by=by, user_id=user.pk, role=role, area_code=area_code)
    return user


@pytest.fixture
def grid_worker(db: None) -> User:
    """May see people, may not export them, needs no second factor."""
    return make_user("grid", "grid_worker")


@pytest.fixture
def lead(db: None) -> User:
    """May export, and has set up the second factor that the role asks for."""
    user = make_user("lead", "town_lead")
    TOTP.activate(user, generate_totp_secret())
    return user


@pytest.fixture
def worker_actor(grid_worker: User) -> Actor:
    return actor_for(grid_worker)


def signed_in(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client
