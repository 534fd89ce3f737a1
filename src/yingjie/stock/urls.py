"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.stock import views

urlpatterns = [
    route("", views.stock, name="stock"),
    route("<uuid:site_id>/", views.stock_of_site, name="stock_site"),
    route("<uuid:site_id>/receive/", views.receive, name="stock_receive"),
    route("<uuid:site_id>/lots/<uuid:lot_id>/", views.lot, name="stock_lot"),
]
