"""Addresses of this module."""

from yingjie.areas import views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", views.areas, name="areas"),
    route("<str:code>/", views.area, name="area"),
    route("<str:code>/add/", views.add_local, name="area_add"),
    route("<str:code>/rename/", views.rename, name="area_rename"),
    route("<str:code>/merge/", views.merge, name="area_merge"),
]
