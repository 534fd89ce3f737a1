"""Addresses of this module."""

from yingjie.campaigns import target_views, views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", views.campaigns, name="campaigns"),
    route("plan/", views.plan, name="campaign_plan"),
    route("<uuid:campaign_id>/", views.campaign, name="campaign"),
    route("<uuid:campaign_id>/change/", views.change, name="campaign_change"),
    route("<uuid:campaign_id>/phases/add/", views.add_phase, name="campaign_phase_add"),
    route("phases/<uuid:phase_id>/change/", views.change_phase, name="campaign_phase_change"),
    route("phases/<uuid:phase_id>/remove/", views.remove_phase, name="campaign_phase_remove"),
    route("phases/<uuid:phase_id>/key/", views.state_key, name="campaign_phase_key"),
    route("phases/<uuid:phase_id>/milestones/add/", views.set_milestone, name="campaign_milestone_add"),
    route("milestones/<uuid:milestone_id>/remove/", views.remove_milestone, name="campaign_milestone_remove"),
    route("milestones/<uuid:milestone_id>/share/", target_views.decompose, name="campaign_targets_share"),
    route("milestones/<uuid:milestone_id>/issue/", target_views.issue, name="campaign_targets_issue"),
    route("milestones/<uuid:milestone_id>/", target_views.board, name="campaign_targets"),
    route(
        "milestones/<uuid:milestone_id>/area/<slug:area_code>/",
        target_views.board,
        name="campaign_targets_area",
    ),
    route(
        "milestones/<uuid:milestone_id>/area/<slug:area_code>/set/",
        target_views.set_by_hand,
        name="campaign_target_set",
    ),
    route(
        "milestones/<uuid:milestone_id>/lines/set/", target_views.set_line_by_hand, name="campaign_line_set"
    ),
]
