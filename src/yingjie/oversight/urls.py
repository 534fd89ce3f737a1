"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.oversight import (
    balance_views,
    board_urls,
    card_urls,
    day_plan_views,
    pace_views,
    quality_views,
    query_views,
    ranking_views,
    views,
)

urlpatterns = [
    *board_urls.urlpatterns,
    route("", views.home, name="oversight_home"),
    route("archive/", views.archive, name="oversight_archive"),
    route("ranking/", ranking_views.how, name="oversight_ranking"),
    route("ranking/<str:area_code>/<str:on>/", ranking_views.ranking, name="oversight_ranking_of"),
    *card_urls.urlpatterns,
    route("quality/", quality_views.quality_home, name="oversight_quality_home"),
    route("quality/<str:area_code>/", quality_views.signals, name="oversight_quality"),
    route(
        "quality/<str:area_code>/<slug:rule>/<uuid:key>/",
        quality_views.evidence,
        name="oversight_quality_rows",
    ),
    route("query/", query_views.query, name="oversight_query"),
    route("query/keep/", query_views.keep, name="oversight_query_keep"),
    route("query/<uuid:query_id>/forget/", query_views.forget, name="oversight_query_forget"),
    route("plan/", day_plan_views.plan_home, name="oversight_plan_home"),
    route("plan/<str:area_code>/<str:on>/", day_plan_views.plan, name="oversight_plan"),
    route("plan/<str:area_code>/<str:on>/freeze/", day_plan_views.freeze, name="oversight_plan_freeze"),
    route("plan/<str:area_code>/<str:on>/cause/", day_plan_views.state, name="oversight_plan_cause"),
    route("pace/", pace_views.pace_home, name="oversight_pace_home"),
    route("pace/<slug:area_code>/", pace_views.overview, name="oversight_pace"),
    route(
        "pace/<uuid:milestone_id>/<slug:area_code>/", pace_views.milestone, name="oversight_pace_milestone"
    ),
    route("balance/", balance_views.balance_home, name="oversight_balance_home"),
    route("balance/<str:area_code>/<str:on>/", balance_views.balance_sheet, name="oversight_balance"),
    route(
        "balance/<str:area_code>/<str:on>/figures/", balance_views.report_figures, name="oversight_figures"
    ),
    route(
        "balance/<str:area_code>/<str:on>/balance.xlsx",
        balance_views.balance_file,
        name="oversight_balance_file",
    ),
    route(
        "balance/<str:area_code>/<str:on>/<str:term>/",
        balance_views.balance_people,
        name="oversight_balance_people",
    ),
    route("<str:area_code>/<str:on>/", views.bulletin, name="oversight_bulletin"),
    route("<str:area_code>/<str:on>/issue/", views.issue, name="oversight_issue"),
    route("<str:area_code>/<str:on>/bulletin.<str:kind>", views.file, name="oversight_file"),
]
