"""The product's own addresses, and the gallery's."""

from django.urls import path

from tests.modules.web.gallery import views
from yingjie.config.urls import handler400, handler403, handler404, handler500
from yingjie.config.urls import urlpatterns as product
from yingjie.foundation.access.gates import route

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *product,
    route("gallery/", views.components, name="gallery"),
    route("gallery/list/", views.people, name="gallery_list"),
    route("gallery/bulk/", views.remind, name="gallery_bulk"),
    route("gallery/empty/", views.nobody, name="gallery_empty"),
    route("gallery/station/", views.station, name="gallery_station"),
    route("gallery/board/", views.board, name="gallery_board"),
    route("gallery/sheet/", views.sheet, name="gallery_sheet"),
    route("gallery/refused/", views.refused, name="gallery_refused"),
    route("gallery/wizard/", views.wizard, name="gallery_wizard"),
    route("gallery/wizard/<uuid:draft_id>/<slug:step>/", views.wizard, name="gallery_wizard"),
    path("gallery/broken/", views.broken),
]
