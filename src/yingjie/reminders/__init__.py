"""Reminders 提醒: messages to many residents at once, and texts for chat groups and loudspeakers.

Owns: Reminder (one occasion: what it says, to whom, how far it is), Message (one person of one reminder), Wish and StoppedPhone
(who wants none). Never decides what is due: it reads standings, appointments and visits, and says nothing of anybody's health.
Verbs: plan, start, stop, note_wish, stop_phone, mark_told; the work of sending is `sending`, what gateways tell is `receipts`.
"""
