"""Addresses of the review queue."""

from yingjie.foundation.access.gates import route
from yingjie.people import review_views

urlpatterns = [
    route("review/", review_views.review, name="review"),
    route("review/<uuid:doubt_id>/", review_views.question, name="review_question"),
    route("review/<uuid:doubt_id>/answer/", review_views.answer, name="review_answer"),
    route("review/<uuid:doubt_id>/undo/", review_views.undo, name="review_undo"),
]
