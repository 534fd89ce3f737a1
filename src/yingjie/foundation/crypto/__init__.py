"""Identity data is encrypted (law 12): the key ring, the encrypted field, the blind index, and the change of keys.

Keys live outside the database (`Home.keys`), so that a copy of the database alone tells nobody who is in it. A number is found
again by a keyed hash of its normal form, the blind index, never by decrypting.
"""
