"""Every problem that `vaxkit.identity` can report, as data: code -> words. Each word says what is wrong and
what to do."""

from __future__ import annotations

from vaxkit.vocabulary import Problem, Text

PROBLEMS: dict[str, Text] = {
    "id.missing": Text("没有身份证号。请补填。", "There is no resident number. Fill it in."),
    "id.length": Text(
        "身份证号应为18位（或旧式15位），这里位数不对。请核对证件。",
        "A resident number has 18 digits (the old form 15); this one has another length. Check the card.",
    ),
    "id.characters": Text(
        "身份证号只能是数字，末位可为X。请核对证件。",
        "A resident number holds digits only, and an X at most in the last place. Check the card.",
    ),
    "id.masked": Text(
        "身份证号被星号遮挡，无法核对。请提供完整号码。",
        "Part of the resident number is hidden by stars. Ask for the full number.",
    ),
    "id.float": Text(
        "身份证号被表格软件当成数字，末几位已丢失。请把该列设为文本后重新填写。",
        "The spreadsheet stored the number as a figure and lost its last digits. Format the column as text"
        " and retype it.",
    ),
    "id.birth_date": Text(
        "身份证号中的出生日期不存在。请核对第7至14位。",
        "The birth date inside the number does not exist. Check digits 7 to 14.",
    ),
    "id.birth_future": Text(
        "身份证号中的出生日期晚于登记日期。请核对第7至14位。",
        "The birth date inside the number lies in the future. Check digits 7 to 14.",
    ),
    "id.check_digit": Text(
        "身份证号校验位不符，至少有一位写错。请逐位核对证件。",
        "The check digit does not fit: at least one digit is wrong. Compare with the card digit by digit.",
    ),
    "id.wrong_kind": Text(
        "这个号码是正确的，但属于另一种证件。请核对证件类型。",
        "This number is correct but belongs to another kind of document. Check the kind.",
    ),
    "document.missing": Text("没有证件号码。请补填。", "There is no document number. Fill it in."),
    "document.kind_unknown": Text(
        "证件类型看不懂。请核对。", "The kind of document is not understood. Check it."
    ),
    "document.hk_macao_permit": Text(
        "港澳居民来往内地通行证为H或M加8位数字（旧证10位）。请核对证件。",
        "A travel permit of Hong Kong and Macao residents is H or M and 8 digits (older ones 10). Check it.",
    ),
    "document.taiwan_permit": Text(
        "台湾居民来往大陆通行证为8位数字（旧证10位加一个字母）。请核对证件。",
        "A travel permit of Taiwan residents has 8 digits (older ones 10 and a letter). Check it.",
    ),
    "document.foreign_residence_old": Text(
        "旧版外国人永久居留证为3个字母加12位数字。请核对证件。",
        "The old foreign permanent residence card has 3 letters and 12 digits. Check it.",
    ),
    "document.chinese_passport": Text(
        "中国护照号为1至2个字母加7或8位数字。请核对证件。",
        "A Chinese passport has one or two letters and 7 or 8 digits. Check it.",
    ),
    "document.foreign_passport": Text(
        "护照号为5至9位字母和数字。请核对证件。",
        "A passport number has 5 to 9 letters and digits. Check it.",
    ),
    "phone.characters": Text(
        "电话中有无法识别的字符。请核对。", "The phone holds characters that cannot be read. Check it."
    ),
    "phone.masked": Text(
        "电话被星号遮挡。请提供完整号码。", "Part of the phone is hidden by stars. Ask for the full number."
    ),
    "phone.length": Text(
        "电话位数不对：手机11位，固定电话7或8位加区号。请核对。",
        "The phone has a wrong length: mobiles have 11 digits, landlines 7 or 8 and an area code. Check it.",
    ),
    "phone.several": Text("这里只能填一个电话。", "Only one phone may stand here."),
    "phone.float": Text(
        "电话被表格软件当成数字，末几位已丢失。请把该列设为文本后重新填写。",
        "The spreadsheet stored the phone as a figure and lost its last digits. Format the column as text"
        " and retype it.",
    ),
    "name.missing": Text("没有姓名。请补填。", "There is no name. Fill it in."),
    "name.characters": Text("姓名中有数字或符号。请核对。", "The name holds digits or signs. Check it."),
    "name.several": Text(
        "一个单元格里有几个姓名。请每人单独一行。",
        "Several names stand in one cell. Give each person a line.",
    ),
    "name.length": Text(
        "姓名过长，可能混入了其他内容。请核对。",
        "The name is too long; something else may be in it. Check it.",
    ),
    "date.missing": Text("没有日期。请补填。", "There is no date. Fill it in."),
    "date.unreadable": Text(
        "无法识别的日期。请写成 2021-05-19 的样子。",
        "This cannot be read as a date. Write it like 2021-05-19.",
    ),
    "date.not_real": Text(
        "这一天不存在。请核对年月日。", "This day does not exist. Check year, month and day."
    ),
    "date.incomplete": Text(
        "日期缺少年、月或日。请补全。", "Year, month or day is missing. Complete the date."
    ),
    "date.ambiguous": Text(
        "日期有多种读法。请写成 2021-05-19 的样子。",
        "The date can be read in several ways. Write it like 2021-05-19.",
    ),
    "date.lunar": Text(
        "这是农历日期。请换算成公历。", "This is a lunar calendar date. Convert it to the solar calendar."
    ),
}


def problem(code: str) -> Problem:
    """The problem of that code with its words. Raises KeyError for a code that is not in the table."""
    return Problem(code, PROBLEMS[code])
