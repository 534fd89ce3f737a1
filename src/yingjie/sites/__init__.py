"""Sites: where people are vaccinated, how they are laid out, whether they are ready, and who works there when.

Owns: Site, Zone, Station, SpecialDay; Equipment, Emergency, KitItem, Inspection, Finding. Never knows stock or visits. Verbs: open_site,
change; lay_out, open_zone, change_zone, close_zone, set_special_day, drop_special_day; equip, plan_emergency, check_kit, inspect,
correct, settle, send_back.
"""
