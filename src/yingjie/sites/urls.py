"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.sites import drill_views, readiness_views, roster_views, team_views, views

urlpatterns = [
    route("", views.sites, name="sites"),
    route("open/", views.open_site, name="site_open"),
    route("own-duties/", team_views.own_duties, name="own_duties"),
    route("findings/<uuid:finding_id>/", readiness_views.finding, name="finding"),
    route(
        "findings/<uuid:finding_id>/photo/<slug:which>/", readiness_views.finding_photo, name="finding_photo"
    ),
    route("rosters/<uuid:roster_id>/", roster_views.roster, name="roster"),
    route("rosters/<uuid:roster_id>/print/", roster_views.roster_print, name="roster_print"),
    route("rosters/<uuid:roster_id>/put/", roster_views.put, name="roster_put"),
    route("rosters/<uuid:roster_id>/<slug:what>/", roster_views.change, name="roster_step"),
    route("swaps/<uuid:swap_id>/<slug:step>/", team_views.swap, name="swap"),
    route("<uuid:site_id>/", views.site, name="site"),
    route("<uuid:site_id>/change/", views.change, name="site_change"),
    route("<uuid:site_id>/layout/", readiness_views.layout, name="site_layout"),
    route("<uuid:site_id>/layout/<slug:what>/", readiness_views.change_layout, name="site_layout_step"),
    route("<uuid:site_id>/readiness/", readiness_views.readiness, name="site_readiness"),
    route("<uuid:site_id>/readiness/print/", readiness_views.readiness_print, name="site_readiness_print"),
    route("<uuid:site_id>/permit/", readiness_views.permit, name="site_permit_day"),
    route("<uuid:site_id>/inspect/", readiness_views.inspect, name="site_inspect"),
    route("<uuid:site_id>/equipment/", readiness_views.equip, name="site_equip"),
    route("<uuid:site_id>/kit/", readiness_views.kit, name="site_kit"),
    route("<uuid:site_id>/emergency/", readiness_views.emergency, name="site_emergency"),
    route("<uuid:site_id>/drills/", drill_views.drills_of, name="site_drills"),
    route("<uuid:site_id>/drills/new/", drill_views.hold, name="site_hold_drill"),
    route("drills/<uuid:drill_id>/correct/", drill_views.correct, name="drill_correct"),
    route("<uuid:site_id>/rosters/", roster_views.rosters, name="rosters"),
    route("<uuid:site_id>/team/", team_views.team, name="site_team"),
    route("<uuid:site_id>/team/<slug:what>/", team_views.change_team, name="site_team_step"),
    route("<uuid:site_id>/attendance/", team_views.attendance, name="site_attendance"),
    route("<uuid:site_id>/sign/<slug:what>/", team_views.sign, name="site_sign"),
    route("<uuid:site_id>/duties/<uuid:duty_id>/swap/", team_views.ask_swap, name="swap_ask"),
]
