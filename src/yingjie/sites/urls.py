"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.sites import views

urlpatterns = [
    route("", views.sites, name="sites"),
    route("open/", views.open_site, name="site_open"),
    route("<uuid:site_id>/", views.site, name="site"),
    route("<uuid:site_id>/change/", views.change, name="site_change"),
]
