"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.oversight import views

urlpatterns = [
    route("", views.home, name="oversight_home"),
    route("archive/", views.archive, name="oversight_archive"),
    route("ranking/", views.ranking, name="oversight_ranking"),
    route("<str:area_code>/<str:on>/", views.bulletin, name="oversight_bulletin"),
    route("<str:area_code>/<str:on>/issue/", views.issue, name="oversight_issue"),
    route("<str:area_code>/<str:on>/bulletin.<str:kind>", views.file, name="oversight_file"),
]
