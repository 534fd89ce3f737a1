"""Outreach 动员: who answers for whom, visits to residents and what they said.

Owns: Officer, Charge, Allotment (包保), Attempt (敲门), HomeRequest, DoctorsWord, Watch (暂缓监测), Complaint (投诉), ContactCall,
Contact, CarePlan, CheckList, the lists of those not vaccinated. Never knows who may give a dose. A refusal is a right and is
recorded as one, with its reason.

words, mobilising_words   what is stored as words, in the users' words
mobilising                the rules of officers and rounds, and what can be said at a door, as data
queries, actions          visits of a person, reasons by area; record_attempt
duties, sharing_out       who answers for whom; duty_actions: appoint, propose, apply, give, hand_over, settle
calls                     an officer's round in walking order, one door
doorstep_actions          visit, book, ask_home, go_on_with_home, say (a doctor's word)
watches                   who is deferred and looked after; watch_actions: check, change, settle
complaints                what residents complain about; complaint_actions: take, hand_on, decide; nobody calls meanwhile
contacts                  leaders and contacts, by a deadline: ask, report
closings, unvaccinated    where everybody stands, and the list of those who have not had a dose
plans, checks             a plan for one resident; lists pushed from above
"""
