"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.vaccines import views

urlpatterns = [
    route("", views.products, name="products"),
    route("policies/", views.policies, name="policies"),
    route("policies/new/", views.new_policy, name="policy_new"),
    route("policies/<uuid:version_id>/", views.policy, name="policy"),
    route("policies/<uuid:version_id>/activate/", views.activate, name="policy_activate"),
    route("policies/<uuid:version_id>/withdraw/", views.withdraw, name="policy_withdraw"),
]
