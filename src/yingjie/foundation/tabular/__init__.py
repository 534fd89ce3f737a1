"""Tabular: spreadsheets from strangers, and spreadsheets for them.

Reading (`reading.read`) takes any file a village clerk may send (Excel old and new, OpenDocument, CSV
in the encodings of the field), decides by content what it is, and reads it in a child process with
limits; whatever cannot be read is answered with `unreadable.UnreadableFile`, which says what is wrong
and what to do. `headers` finds the real header among titles and merged cells. Writing (`writing`) makes
XLSX and CSV that open cleanly and never run a formula out of data.

Never imports Django, never decides what a row means, never trusts a file's extension or its declared size.

Rooms: `reading` · `child` (the process that touches the file) · `channel` (what passes between the two)
· `kinds`, `unpack`, `plaintext` (used by the child) · `headers` · `cells` · `writing` ·
`unreadable`.
"""
