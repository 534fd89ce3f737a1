"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.plans import proposal_views, views

urlpatterns = [
    route("", views.days, name="plans_days"),
    route("days/<uuid:scenario_id>/", views.scenario, name="plans_scenario"),
    route("days/<uuid:scenario_id>/variant/", views.variant, name="plans_variant"),
    route("days/<uuid:scenario_id>/staffing/", views.staffing, name="plans_staffing"),
    route("days/<uuid:scenario_id>/adopt/", views.adopt, name="plans_adopt"),
    route("days/<uuid:scenario_id>/compared/", views.compared, name="plans_compared"),
    route("days/<uuid:scenario_id>/drop/", views.drop, name="plans_drop"),
    route("assignment/", proposal_views.proposals, name="plans_proposals"),
    route("assignment/<uuid:proposal_id>/", proposal_views.proposal, name="plans_proposal"),
    route("assignment/<uuid:proposal_id>/decide/", proposal_views.decide, name="plans_decide"),
    route("assignment/<uuid:proposal_id>/replan/", proposal_views.replan, name="plans_replan"),
    route(
        "assignment/<uuid:proposal_id>/compared/",
        proposal_views.proposals_compared,
        name="plans_proposals_compared",
    ),
    route("assignment/<uuid:proposal_id>/print/", proposal_views.proposal_print, name="plans_proposal_print"),
    route("assignment/people/<uuid:placed_id>/", proposal_views.put, name="plans_put"),
]
