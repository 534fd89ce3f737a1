"""Appointments: sessions and their slots, who is expected when, lists of villages and units, day tickets, who stands by.

Owns: Session, Slot, Booking, Ticket, BookingList with its lines, Standby, and what the residents' page needs (codes sent to
phones). Never decides whether a dose may be given (doses says when one is due, clinic gives it) and never moves stock: it
promises doses that stock says are there or on their way. Verbs: open_session, change_session, cancel_session; book, move,
cancel, arrive, sweep; submit_list; give_ticket, call; stand_by, call_standby.

    seats      taking seats: one statement for any number of people, so that no load can oversell
    supply     how many doses a session may promise        rules     the no-show rule and the shares, as data
    verdicts   what becomes of each line of a list (pure)  batching  requests that arrive together take seats together
    residents  the public page's own sign-in and verbs     feed      sites and free slots, public
"""
