"""What every module stands on and what knows nothing of the field: who may, what happened, keys, jobs, files, the clock.

access      users, roles on area nodes, the actor, scoped querysets, the gates in front of views
journal     append-only, hash-chained record of every write and every look at protected data
crypto      the key ring, encrypted fields and their blind index
jobs        background work with progress, on PostgreSQL
tabular     reading strangers' spreadsheets, writing our own
documents   one report value as PDF, DOCX and XLSX
postgres    the embedded database server: start, stop, back up, restore
clock, ids, locks, placement, refusals, language   one small file each
"""
