"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.plans import views

urlpatterns = [
    route("", views.days, name="plans_days"),
    route("days/<uuid:scenario_id>/", views.scenario, name="plans_scenario"),
    route("days/<uuid:scenario_id>/variant/", views.variant, name="plans_variant"),
    route("days/<uuid:scenario_id>/staffing/", views.staffing, name="plans_staffing"),
    route("days/<uuid:scenario_id>/adopt/", views.adopt, name="plans_adopt"),
    route("days/<uuid:scenario_id>/compared/", views.compared, name="plans_compared"),
    route("days/<uuid:scenario_id>/drop/", views.drop, name="plans_drop"),
]
