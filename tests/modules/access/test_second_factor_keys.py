"""A change of keys takes the secrets of second factors with it: nobody's phone stops working."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.core.cache import cache

from yingjie.foundation.access import actions
from yingjie.foundation.access.actor import system
from yingjie.foundation.crypto.keyring import keyring
from yingjie.foundation.crypto.rotation import rotate

pytestmark = pytest.mark.django_db


def test_codes_still_count_after_a_change_of_keys(settings: LazySettings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.YINGJIE_KEYRING = tmp_path / "keyring.json"
    settings.YINGJIE_FILES = tmp_path / "kept"
    cache.clear()
    user = actions.create_user(
        by=system("test"), username="wang", display_name="Wang", password="plum-Orchard-83"
    )
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    assert rotate() == {"mfa_authenticator.secret": 2}
    assert keyring().current == "k2"
    kept = [row.data.get("secret") or row.data["seed"] for row in Authenticator.objects.all()]
    assert all(value.startswith("k2.") for value in kept)
    _before, now, _after = yield_hotp_counters_from_time()
    assert (
        Authenticator.objects.get(type="totp")
        .wrap()
        .validate_code(format_hotp_value(hotp_value(secret, now)))
    )
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes
    assert rotate(new_key=False) == {}
