"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.stock import cold_views, day_views, lot_views, moving_views, views

SITE = "<uuid:site_id>/"

urlpatterns = [
    route("", views.stock, name="stock"),
    route("trace/", lot_views.trace, name="stock_trace"),
    route("lots/<uuid:lot_id>/", lot_views.lot, name="stock_lot_trace"),
    route("lots/<uuid:lot_id>/people/", lot_views.people, name="stock_lot_people"),
    route("lots/<uuid:lot_id>/suspend/", lot_views.suspend, name="stock_suspend"),
    route("excursions/", cold_views.excursions, name="stock_excursions"),
    route("excursions/<uuid:excursion_id>/", cold_views.excursion, name="stock_excursion"),
    route(
        "excursions/<uuid:excursion_id>/" + SITE + "<uuid:lot_id>/",
        cold_views.decide,
        name="stock_decide_excursion",
    ),
    route(SITE, views.stock_of_site, name="stock_site"),
    route(SITE + "receive/", views.receive, name="stock_receive"),
    route(SITE + "deliveries/", views.deliveries, name="stock_deliveries"),
    route(SITE + "deliveries/<uuid:receipt_id>/", views.delivery, name="stock_delivery"),
    route(SITE + "deliveries/<uuid:receipt_id>/decide/", views.decide, name="stock_decide_delivery"),
    route(
        SITE + "deliveries/<uuid:receipt_id>/file/<str:which>/",
        views.delivery_file,
        name="stock_delivery_file",
    ),
    route(SITE + "lots/<uuid:lot_id>/", views.lot, name="stock_lot"),
    route(SITE + "transfers/", moving_views.transfers, name="stock_transfers"),
    route(SITE + "transfers/new/", moving_views.send, name="stock_send"),
    route(SITE + "transfers/<uuid:transfer_id>/", moving_views.transfer, name="stock_transfer"),
    route(SITE + "transfers/<uuid:transfer_id>/arrive/", moving_views.arrive, name="stock_arrive"),
    route(SITE + "transfers/<uuid:transfer_id>/call-back/", moving_views.call_back, name="stock_call_back"),
    route(SITE + "transfers/<uuid:transfer_id>/log/", moving_views.transfer_log, name="stock_transfer_log"),
    route(SITE + "fridges/", cold_views.fridges, name="stock_fridges"),
    route(SITE + "fridges/new/", cold_views.add_fridge, name="stock_add_fridge"),
    route(SITE + "fridges/<uuid:fridge_id>/", cold_views.fridge, name="stock_fridge"),
    route(SITE + "fridges/<uuid:fridge_id>/reading/", cold_views.write_reading, name="stock_reading"),
    route(SITE + "fridges/<uuid:fridge_id>/file/", cold_views.read_file, name="stock_logger"),
    route(SITE + "fridges/<uuid:fridge_id>/lot/", cold_views.put_into, name="stock_put_into"),
    route(SITE + "day/", day_views.day, name="stock_day"),
    route(SITE + "day/close/", day_views.close, name="stock_close_day"),
    route(SITE + "day/reopen/", day_views.reopen, name="stock_reopen_day"),
    route(SITE + "day/discard/", day_views.discard, name="stock_discard"),
    route(SITE + "count-sheet/", day_views.count_sheet, name="stock_count_sheet"),
]
