"""Addresses of this module."""

from yingjie.doses import claim_views, views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("policies/<uuid:version_id>/measure/", views.measure_policy, name="policy_measure"),
    route("people/<uuid:person_id>/why/", views.why, name="doses_why"),
    route("people/<uuid:person_id>/<uuid:dose_id>/amend/", views.amend, name="dose_amend"),
    route("elsewhere/", claim_views.claims, name="dose_claims"),
    route("elsewhere/station/", claim_views.station_claim, name="dose_claim_station"),
    route("elsewhere/people/<uuid:person_id>/", claim_views.new_claim, name="dose_claim_new"),
    route("elsewhere/proofs/<uuid:proof_id>/", claim_views.proof, name="dose_proof"),
    route("elsewhere/<uuid:claim_id>/", claim_views.claim, name="dose_claim"),
    route("elsewhere/<uuid:claim_id>/accept/", claim_views.accept, name="dose_claim_accept"),
    route("elsewhere/<uuid:claim_id>/refuse/", claim_views.refuse, name="dose_claim_refuse"),
    route("elsewhere/<uuid:claim_id>/reopen/", claim_views.reopen, name="dose_claim_reopen"),
    route("elsewhere/<uuid:claim_id>/proofs/", claim_views.add_proof, name="dose_claim_add_proof"),
]
