"""Signing in and out, one's own password and second factor: allauth's views behind our gates, and none of its others.

There is no sign-up, no e-mail and no password reset by oneself here: accounts and new passwords come from the administrator.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp

from yingjie.foundation.access.gates import SIGNED_IN, page, public, route
from yingjie.web.account import ReauthenticateByCode, RemoveSecondFactor, SecondFactor, SignIn

entrance = public("part of signing in; shows nothing of the ledger")
own = page(SIGNED_IN)

urlpatterns = [
    route("login/", entrance(SignIn.as_view()), name="account_login"),
    route("logout/", entrance(account.logout), name="account_logout"),
    route("inactive/", entrance(account.account_inactive), name="account_inactive"),
    route("reauthenticate/", own(account.reauthenticate), name="account_reauthenticate"),
    route("password/", own(account.password_change), name="account_change_password"),
    route("second-factor/", own(mfa.index), name="mfa_index"),
    route("second-factor/authenticate/", entrance(SecondFactor.as_view()), name="mfa_authenticate"),
    route("second-factor/reauthenticate/", own(ReauthenticateByCode.as_view()), name="mfa_reauthenticate"),
    route("second-factor/activate/", own(totp.activate_totp), name="mfa_activate_totp"),
    route("second-factor/deactivate/", own(RemoveSecondFactor.as_view()), name="mfa_deactivate_totp"),
    route("second-factor/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    route("second-factor/codes/new/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    route(
        "second-factor/codes/download/",
        own(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
