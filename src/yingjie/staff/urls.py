"""Addresses of this module."""

urlpatterns: list[object] = []
