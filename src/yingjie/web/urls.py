"""Addresses of the shell itself."""

from yingjie.foundation.access.gates import route
from yingjie.web import views

urlpatterns = [
    route("", views.today, name="today"),
    route("language/", views.set_language, name="set_language"),
    route("offline/", views.offline, name="offline"),
    route("jobs/", views.jobs, name="jobs"),
    route("jobs/<uuid:job_id>/", views.job, name="job"),
    route("jobs/<uuid:job_id>/cancel/", views.cancel_job, name="job_cancel"),
]
