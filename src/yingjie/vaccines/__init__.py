"""Vaccines: the products of the campaign and the schedules that they follow, as vaxkit's rule data states them.

Owns: Product (a copy of vaxkit.ruledata's products for joins and switches). Never knows a lot or a dose. Verbs: load_products.
"""
