"""The demo's accounts on the sign-in page."""

from yingjie.demo import accounts
from yingjie.web import registry

registry.demo_accounts(accounts.shown)
