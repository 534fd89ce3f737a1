"""Sites: where people are vaccinated, how they are laid out, whether they are ready, and who works there when.

Owns: Site, Zone, Station, SpecialDay; Equipment, Emergency, KitItem, Inspection, Finding, Drill; TeamMember, ShiftPattern, Need,
TimeOff, Roster, Duty, Swap, Presence. Never knows stock or visits. Verbs: open_site, change; lay_out and what changes zones and
days; equip, plan_emergency, check_kit, inspect, correct, settle, send_back; hold_drill, correct_drill; join, part, set_shifts,
set_needs, take_time; build, publish, drop, put, take_off, pin; ask_swap, answer_swap, decide_swap; sign_in, sign_out.
"""
