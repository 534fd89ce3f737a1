"""Addresses of the page on which residents complain, and ask what became of it."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import public_views

urlpatterns = [
    route("", public_views.complain, name="resident_complaint"),
    route("receipt/", public_views.receipt, name="resident_receipt"),
]
