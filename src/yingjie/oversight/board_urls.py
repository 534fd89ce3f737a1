"""Addresses of the day, the wall map and scores; before those of the module that take any two words."""

from yingjie.foundation.access.gates import route
from yingjie.oversight import day_views, score_views, wall_views

urlpatterns = [
    route("day/", day_views.home, name="oversight_day_home"),
    route("definitions/", day_views.definitions, name="oversight_definitions"),
    route("day/<slug:area_code>/", day_views.situation, name="oversight_day"),
    route("map/", wall_views.home, name="oversight_map_home"),
    route("map/<slug:area_code>/", wall_views.board, name="oversight_map"),
    route("map/<slug:area_code>/wall/", wall_views.on_the_wall, name="oversight_wall"),
    route("map/<slug:area_code>/boundaries/", wall_views.bring, name="oversight_boundaries"),
    route("scores/", score_views.scores, name="oversight_scores"),
    route("scores/new/", score_views.settle, name="oversight_score_settle"),
    route("scores/<uuid:sheet_id>/", score_views.sheet, name="oversight_score_sheet"),
    route("scores/<uuid:sheet_id>/commend/", score_views.commend, name="oversight_commend"),
    route("map/<slug:area_code>/boundaries/drop/", wall_views.drop, name="oversight_boundaries_drop"),
]
