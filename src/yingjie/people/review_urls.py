"""Addresses of the review queue, and of the look at a file before it is read."""

from yingjie.foundation.access.gates import route
from yingjie.people import import_views, review_views

urlpatterns = [
    route("imports/prepare/<uuid:draft_id>/", import_views.prepare, name="import_prepare"),
    route("review/", review_views.review, name="review"),
    route("review/look/", review_views.look, name="review_look"),
    route("review/<uuid:doubt_id>/", review_views.question, name="review_question"),
    route("review/<uuid:doubt_id>/answer/", review_views.answer, name="review_answer"),
    route("review/<uuid:doubt_id>/undo/", review_views.undo, name="review_undo"),
]
