"""Doses to sites: who gets how much of a delivery, who will run short or be left with doses, and what to move where.

supply.py     what a site has, needs and can do: the values everything here is computed from
forecast.py   day by day: doses used, short, left, expiring
delivery.py   a delivery split over sites: due later doses first, then max-min fairness, then need; in whole packs; explained
transfers.py  moves between sites that turn expiry and surplus here into doses there
documents.py  all of it as YAML or JSON, with a schema

`python -m vaxkit.allocation split FILE` does it from a file.
"""
