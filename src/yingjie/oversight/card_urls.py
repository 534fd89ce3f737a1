"""Addresses of cards and of meetings about them."""

from yingjie.foundation.access.gates import route
from yingjie.oversight import card_views, meeting_views

urlpatterns = [
    route("cards/", card_views.cards, name="oversight_cards"),
    route("cards/raise/", card_views.raise_card, name="oversight_card_raise"),
    route("cards/<uuid:card_id>/", card_views.card, name="oversight_card"),
    route("cards/<uuid:card_id>/decide/", card_views.decide, name="oversight_card_decide"),
    route("cards/<uuid:card_id>/reply/", card_views.reply, name="oversight_card_reply"),
    route("cards/<uuid:card_id>/notice.<str:kind>", card_views.paper, name="oversight_card_paper"),
    route("cards/<uuid:card_id>/meeting/", meeting_views.arrange, name="oversight_meeting"),
    route("cards/<uuid:card_id>/owner/", meeting_views.hand_to, name="oversight_card_owner"),
    route("cards/meetings/<uuid:meeting_id>/", meeting_views.hold, name="oversight_meeting_record"),
    route("cards/meetings/<uuid:meeting_id>/off/", meeting_views.call_off, name="oversight_meeting_off"),
]
