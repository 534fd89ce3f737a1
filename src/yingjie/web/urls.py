"""Addresses of the shell itself."""

from yingjie.foundation.access.gates import route
from yingjie.web import administration, journal_pages, views

urlpatterns = [
    route("", views.today, name="today"),
    route("language/", views.set_language, name="set_language"),
    route("offline/", views.offline, name="offline"),
    route("jobs/", views.jobs, name="jobs"),
    route("jobs/<uuid:job_id>/", views.job, name="job"),
    route("jobs/<uuid:job_id>/cancel/", views.cancel_job, name="job_cancel"),
    route("settings/profile/", administration.profile, name="profile"),
    route("settings/profile/language/", administration.choose_language, name="profile_language"),
    route("settings/users/", administration.users, name="users"),
    route("settings/users/new/", administration.new_user, name="user_new"),
    route("settings/users/<uuid:user_id>/", administration.user, name="user"),
    route("settings/users/<uuid:user_id>/roles/", administration.grant, name="user_grant"),
    route(
        "settings/users/<uuid:user_id>/roles/<uuid:grant_id>/end/",
        administration.end_grant,
        name="user_end_grant",
    ),
    route("settings/users/<uuid:user_id>/password/", administration.give_password, name="user_password"),
    route(
        "settings/users/<uuid:user_id>/second-factor/",
        administration.reset_second_factor,
        name="user_second_factor",
    ),
    route("settings/users/<uuid:user_id>/close/", administration.close, name="user_close"),
    route("settings/users/<uuid:user_id>/open/", administration.open_again, name="user_open"),
    route("settings/journal/", journal_pages.journal, name="journal"),
    route("settings/journal/verification/", journal_pages.verify, name="journal_verify"),
]
