"""Where a sign-in comes from, with and without the county's web server before the product; and pages that no cache keeps."""

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from tests.architecture.world import user_with
from yingjie.web.account import client_address

FORWARDED = "10.1.2.3, 192.168.7.8"


def test_behind_https_the_last_address_noted_is_the_clients(
    settings: LazySettings, rf: RequestFactory
) -> None:
    settings.HTTPS = True
    request = rf.get("/", HTTP_X_FORWARDED_FOR=FORWARDED, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "192.168.7.8"


def test_without_it_a_header_anybody_can_send_is_not_believed(
    settings: LazySettings, rf: RequestFactory
) -> None:
    settings.HTTPS = False
    request = rf.get("/", HTTP_X_FORWARDED_FOR=FORWARDED, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == "127.0.0.1"


@pytest.mark.django_db
def test_pages_of_somebody_signed_in_are_kept_by_no_cache(client: Client) -> None:
    client.force_login(
        user_with("grid_worker", "110117001"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/")["Cache-Control"] == "no-store"
