"""Staff: people who work in the campaign, what they were trained and passed for, and the certificates that let them act.

Owns: StaffMember, Certificate, Training, Attendance (of a training). Never knows shifts, sites or doses; `queries.may_act` is what
those who record an act ask first. Verbs: enrol, change, part, bring_in, open_training, assess, close_training, certify, revoke.
"""
