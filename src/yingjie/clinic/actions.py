"""Writes of visits, a file per part of the way. Facts are loaded under lock, workflow.py decides, the outcome is written, signed
and journalled; all or nothing.

    arriving     take_number, check_in, register; enter and admit do them at one place; keep_out, turn_away
    calling      call, call_again                     consenting   consent, withdraw
    screening    screen, decide                       injecting    verify, set_aside, vaccinate
    observing    leave, react, recover, send_to_hospital
    correcting   take_back, receive_record, give_to   overriding   ask_override, answer_override
"""

from yingjie.clinic.arriving import admit, check_in, enter, keep_out, register, take_number, turn_away
from yingjie.clinic.calling import call, call_again
from yingjie.clinic.consenting import Signed, consent, withdraw
from yingjie.clinic.correcting import give_to, receive_record, take_back
from yingjie.clinic.injecting import set_aside, vaccinate, verify
from yingjie.clinic.observing import leave, react, recover, send_to_hospital
from yingjie.clinic.overriding import answer_override, ask_override
from yingjie.clinic.screening import decide, screen

__all__ = [
    "Signed",
    "admit",
    "answer_override",
    "ask_override",
    "call",
    "call_again",
    "check_in",
    "consent",
    "decide",
    "enter",
    "give_to",
    "keep_out",
    "leave",
    "react",
    "receive_record",
    "recover",
    "register",
    "screen",
    "send_to_hospital",
    "set_aside",
    "take_back",
    "take_number",
    "turn_away",
    "vaccinate",
    "verify",
    "withdraw",
]
