"""Documents: what leaves the system as a file.

Owns the looks of a published document (`report`: one neutral value to PDF, Word and spreadsheet), PDF from typst
templates (`typst`), Word files (`docx`), spreadsheets of a report (`xlsx`), QR codes (`qr`) and the fixed words and
number formats they share (`wording`). Never knows what a document is about, never reads the clock or the database,
never builds markup out of data.

Verbs: `report.render`, `typst.compile_pdf`, `docx.render_docx`, `qr.svg`.
"""
