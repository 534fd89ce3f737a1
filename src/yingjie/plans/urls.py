"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.plans import exercise_views, outlook_views, proposal_views, supply_views, views

urlpatterns = [
    route("", views.days, name="plans_days"),
    route("days/<uuid:scenario_id>/", views.scenario, name="plans_scenario"),
    route("days/<uuid:scenario_id>/variant/", views.variant, name="plans_variant"),
    route("days/<uuid:scenario_id>/staffing/", views.staffing, name="plans_staffing"),
    route("days/<uuid:scenario_id>/simulate/", views.simulate, name="plans_simulate"),
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
    route("supply/", supply_views.supply_plans, name="plans_supply_plans"),
    route("supply/<uuid:supply_plan_id>/", supply_views.supply_plan, name="plans_supply_plan"),
    route("supply/<uuid:supply_plan_id>/send/", supply_views.send, name="plans_send"),
    route("supply/<uuid:supply_plan_id>/again/", supply_views.supply_again, name="plans_supply_again"),
    route("supply/<uuid:supply_plan_id>/print/", supply_views.supply_print, name="plans_supply_print"),
    route("campaign/", outlook_views.campaign_runs, name="plans_campaign_runs"),
    route("campaign/<uuid:run_id>/", outlook_views.campaign_run, name="plans_campaign_run"),
    route("campaign/<uuid:run_id>/again/", outlook_views.campaign_again, name="plans_campaign_again"),
    route("campaign/<uuid:run_id>/change/", outlook_views.campaign_change, name="plans_campaign_change"),
    route(
        "campaign/<uuid:run_id>/campaign.json",
        outlook_views.campaign_document,
        name="plans_campaign_document",
    ),
    route("exercises/", exercise_views.exercises, name="plans_exercises"),
    route("exercises/<uuid:exercise_id>/", exercise_views.exercise, name="plans_exercise"),
    route("exercises/<uuid:exercise_id>/clock/", exercise_views.clock_step, name="plans_exercise_clock"),
    route("exercises/<uuid:exercise_id>/reckon/", exercise_views.reckon, name="plans_exercise_reckon"),
    route("exercises/<uuid:exercise_id>/roles/<slug:role>/", exercise_views.inbox, name="plans_inbox"),
    route(
        "exercises/<uuid:exercise_id>/roles/<slug:role>/decide/",
        exercise_views.decide,
        name="plans_inbox_decide",
    ),
    route("exercises/<uuid:exercise_id>/report/", exercise_views.report, name="plans_exercise_report"),
    route(
        "exercises/<uuid:exercise_id>/report.<str:kind>",
        exercise_views.report_file,
        name="plans_exercise_file",
    ),
]
