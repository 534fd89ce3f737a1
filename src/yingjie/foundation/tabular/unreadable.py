"""Why a file could not be read, and what its owner can do about it: code, reason and next step in two
languages.

These are plain values, because reading knows no Django: the caller wraps them into its own refusal.
"""

from __future__ import annotations

# code: (reason zh, reason en, next step zh, next step en); {placeholders} are filled from keyword arguments.
_SAVE_AS_ZH = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。"
_SAVE_AS_EN = "Open it in Excel or WPS, save it as .xlsx and upload it again."
MESSAGES: dict[str, tuple[str, str, str, str]] = {
    "file.missing": (
        "找不到文件。",
        "The file was not found.",
        "请检查文件名和位置。",
        "Check the file's name and place.",
    ),
    "file.empty": (
        "文件是空的，没有任何内容。",
        "The file is empty.",
        "请确认选对了文件，填写内容后重新上传。",
        "Make sure it is the right file, fill it in and upload it again.",
    ),
    "file.no_rows": (
        "表格里没有数据。",
        "The spreadsheet holds no data.",
        "请确认数据在工作表中，并且已经保存。",
        "Make sure the data is in a sheet and was saved.",
    ),
    "file.too_large": (
        "文件有 {size_mb} MB，超过上限 {limit_mb} MB。",
        "The file has {size_mb} MB; the limit is {limit_mb} MB.",
        "请按乡镇或街道拆分后分别上传。",
        "Split it by township and upload the parts.",
    ),
    "file.unpacks_too_large": (
        "文件解压后过大，可能已损坏或被人改造。",
        "The file unpacks to far too much data; it is broken or was made to do harm.",
        "请把数据复制到新建的工作簿，保存后重新上传。",
        "Copy the data to a new workbook, save it and upload that.",
    ),
    "file.too_heavy": (
        "文件过大或结构异常，读取时超出了内存或时间限制。",
        "Reading the file took more memory or time than is allowed.",
        "请只保留有数据的行和列，复制到新建的工作簿；仍不行时另存为 CSV 或拆分上传。",
        "Copy only the rows and columns with data to a new workbook, or save it as CSV, or split it.",
    ),
    "file.too_wide": (
        "工作表“{sheet}”有 {columns} 列，超过上限 {limit} 列。",
        "Sheet “{sheet}” has {columns} columns; the limit is {limit}.",
        "请删除多余的列后重新上传。",
        "Delete the columns that are not needed and upload it again.",
    ),
    "file.too_long": (
        "工作表“{sheet}”超过 {limit} 行。",
        "Sheet “{sheet}” has more than {limit} rows.",
        "请按乡镇或街道拆分后分别上传。",
        "Split it by township and upload the parts.",
    ),
    "file.password": (
        "文件设置了打开密码，无法读取。",
        "The file is protected by a password.",
        "请在 Excel 或 WPS 中取消密码，保存后重新上传。",
        "Remove the password in Excel or WPS, save it and upload it again.",
    ),
    "file.html": (
        "这是网页，只是扩展名像表格（常见于从网站导出的 .xls）。",
        "This is a web page that only looks like a spreadsheet (some web sites export .xls this way).",
        _SAVE_AS_ZH,
        _SAVE_AS_EN,
    ),
    "file.xml": (
        "这是 XML 格式的旧式表格，不能直接读取。",
        "This is an old XML spreadsheet, which cannot be read directly.",
        _SAVE_AS_ZH,
        _SAVE_AS_EN,
    ),
    "file.excel_95": (
        "这是 Excel 95 格式的旧表格，其中的汉字不能可靠读取。",
        "This is a spreadsheet of Excel 95, whose Chinese cannot be read reliably.",
        _SAVE_AS_ZH,
        _SAVE_AS_EN,
    ),
    "file.not_a_spreadsheet": (
        "这不是表格文件，而是{kind}。",
        "This is not a spreadsheet but: {kind_en}.",
        "请上传 .xlsx、.xls、.ods 或 .csv 文件。",
        "Upload an .xlsx, .xls, .ods or .csv file.",
    ),
    "file.broken": (
        "文件已损坏或不完整，打不开。",
        "The file is broken or incomplete.",
        "请重新导出或重新下载；能用 Excel 或 WPS 打开的话，另存为新的 .xlsx。",
        "Export or download it again; if Excel or WPS still opens it, save it as a new .xlsx.",
    ),
    "file.encoding": (
        "认不出文件的文字编码，读出来会是乱码。",
        "The text encoding of the file was not recognised.",
        "请另存为 .xlsx，或另存为 UTF-8 编码的 CSV。",
        "Save it as .xlsx, or as CSV in UTF-8.",
    ),
    "file.encoding_mixed": (
        "第 {line} 行附近有损坏的文字（UTF-8 编码不完整）。",
        "There is damaged text near line {line} (incomplete UTF-8).",
        "请重新导出；或用 Excel、WPS 打开检查后另存为 .xlsx。",
        "Export it again, or check it in Excel or WPS and save it as .xlsx.",
    ),
    "file.quotes": (
        "第 {line} 行附近的引号不成对，后面的内容会全部错位。",
        "There is an unpaired quotation mark near line {line}; everything after it would be misplaced.",
        "请改好该处引号，或另存为 .xlsx。",
        "Correct the quotation mark there, or save the file as .xlsx.",
    ),
    "file.cell_too_long": (
        "第 {line} 行有一个单元格超过 {limit} 个字，表格里不该有这么长的内容。",
        "A cell of line {line} has more than {limit} characters, far more than a cell of a table should hold.",
        "请打开文件查看该行，缩短或删除该单元格；如果多行挤在了一格里，请检查引号后另存为 .xlsx。",
        "Look at that line and shorten or delete the cell; if many lines ran into one cell, mend the quotation marks "
        "or save the file as .xlsx.",
    ),
    "file.changed": (
        "文件在读取过程中被改动。",
        "The file was changed while it was being read.",
        "请关闭正在编辑它的程序后重试。",
        "Close the program that edits it and try again.",
    ),
    "file.no_such_sheet": (
        "没有名为“{sheet}”的工作表。",
        "There is no sheet named “{sheet}”.",
        "请从文件现有的工作表中选择。",
        "Choose one of the sheets the file has.",
    ),
}


class UnreadableFile(Exception):
    """A file that cannot be read. `code` is stable; `zh`/`en` say why, `next_zh`/`next_en` what to
    do next.
    """

    def __init__(self, code: str, **facts: object) -> None:
        zh, en, next_zh, next_en = (text.format(**facts) for text in MESSAGES[code])
        super().__init__(f"{code}: {en} {next_en}")
        self.code, self.facts = code, facts
        self.zh, self.en, self.next_zh, self.next_en = zh, en, next_zh, next_en
