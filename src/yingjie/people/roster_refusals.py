"""Why a list cannot be read or stepped on. Everybody names them as `refusals.X`."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class FileUnreadable(Refusal):
    """A file that `foundation.tabular` could not read; its words come from there."""

    code = "people.file_unreadable"
    reason = _("{why}")
    next_step = _("{next}")
    status = 400


class ColumnsNotUnderstood(Refusal):
    code = "people.columns_not_understood"
    reason = _("No column holds names or identity numbers. The file has these columns: {labels}.")
    next_step = _("Check the file, or say which column is which.")
    status = 400


class ColumnsSwapped(Refusal):
    code = "people.columns_swapped"
    reason = _("The columns “{one}” and “{other}” look swapped: each holds what the other's heading says.")
    next_step = _("Correct the two headings, or choose “Show the columns first” and say what each column is.")
    status = 400


class PeopleOnHiddenSheet(Refusal):
    code = "people.on_hidden_sheet"
    reason = _("The only people of this file stand on a hidden sheet: {sheets}.")
    next_step = _("Show that sheet in the spreadsheet, or choose “Show the columns first” and pick it.")
    status = 400


class TableAcross(Refusal):
    code = "people.table_across"
    reason = _("The headings stand in the first column, one below the other, instead of in a row.")
    next_step = _("Turn the table in the spreadsheet: copy it, then paste special and transpose.")
    status = 400


class FormOfOne(Refusal):
    code = "people.form_of_one"
    reason = _("Sheet “{sheet}” is a form for one person, with each answer beside its heading.")
    next_step = _("Put everybody on a line of one list, below one row of headings.")
    status = 400


class PeopleSideBySide(Refusal):
    code = "people.side_by_side"
    reason = _("Lines speak of several people each: columns {columns}.")
    next_step = _("Put one list below the other, or give the number of somebody else a heading that says so.")
    status = 400


class TwoTables(Refusal):
    code = "people.two_tables"
    reason = _(
        "Sheet “{sheet}” holds two tables with different columns, one below the other; another begins at row {row}."
    )
    next_step = _("Put each table on a sheet of its own, with its headings, and choose all sheets.")
    status = 400


class UnknownColumn(Refusal):
    code = "people.unknown_column"
    reason = _("The file has no column {label}. It has: {labels}.")
    next_step = _("Write the heading as it stands in the file.")
    status = 400


class UnknownField(Refusal):
    code = "people.unknown_field"
    reason = _("{field} is no field of the ledger. There are: {known}.")
    next_step = _("Choose one of them.")
    status = 400


class UnknownSource(Refusal):
    code = "people.unknown_source"
    reason = _("{kind} is no kind of list. There are: {known}.")
    next_step = _("Choose one of them, or say nothing and it is taken as the last time with these headings.")
    status = 400


class ListOfTomorrow(Refusal):
    code = "people.list_of_tomorrow"
    reason = _("{on} is not a day whose facts a list can hold yet.")
    next_step = _("Give the day the list was made, at the latest today.")
    status = 400


class ImportNotOpen(Refusal):
    code = "people.import_not_open"
    reason = _("This roster is already {state}.")
    next_step = _("Look at its result; upload the file again if something was left out.")
