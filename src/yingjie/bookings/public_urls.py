"""Addresses of the residents' own pages."""

from yingjie.bookings import public_views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", public_views.door, name="resident_door"),
    route("code/", public_views.code, name="resident_code"),
    route("mine/", public_views.mine, name="resident_mine"),
    route("mine/take/", public_views.take, name="resident_take"),
    route("mine/give-up/", public_views.give_up, name="resident_give_up"),
    route("leave/", public_views.leave, name="resident_leave"),
    route("letters/", public_views.letters, name="resident_letters"),
    route("places/", public_views.places, name="resident_places"),
    route("feed.json", public_views.feed_json, name="resident_feed"),
    route("demo-messages/", public_views.demo_messages, name="resident_messages"),
]
