"""The visit to a site: a number, the look at the entrance, the desk, consent, screening, the needle, observation, leaving; or
turned away, deferred, referred, with the reason.

Owns: Visit, Consent, Screening, Override, Reaction. Never evaluates a schedule itself and never moves stock itself.
The table of states is workflow.py, questions and consent texts are data/*.yaml. Verbs: take_number, check_in, register, enter,
admit, keep_out, turn_away, call, consent, withdraw, screen, decide, verify, set_aside, ask_override, answer_override, vaccinate,
leave, react, recover, send_to_hospital, take_back, receive_record, give_to.
"""
