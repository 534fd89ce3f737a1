"""Findings in words: what a clerk reads between two records side by side."""

from __future__ import annotations

from typing import Final

from vaxkit.vocabulary import Text

FIELD_NAMES: Final = {
    "number": Text("证件号码", "document number"),
    "name": Text("姓名", "name"),
    "birth": Text("出生日期", "birth date"),
    "sex": Text("性别", "sex"),
    "phone": Text("电话", "phone"),
    "address": Text("地址", "address"),
    "village": Text("村（社区）", "village"),
    "home": Text("同户成员", "household"),
}

# By field and level (see `levels`). Missing values have one sentence for all.
FINDINGS: Final = {
    "number": {
        1: Text("证件号码相同", "same document number"),
        2: Text("15位与18位是同一号码", "the 15 digits and the 18 are one number"),
        3: Text("证件号码仅一位不同", "document numbers differ in one digit"),
        4: Text("证件号码相邻两位颠倒", "two neighbouring digits of the document number are swapped"),
        5: Text("证件号码多一位或少一位", "one digit of the document number is left out or put in"),
        6: Text("证件号码有两处不同", "document numbers differ in two places"),
        7: Text("证件号码不同（其中有校验不符的）", "document numbers differ (at least one fails its check)"),
        8: Text("证件号码不同，且都有效", "document numbers differ, and both pass their checks"),
        9: Text("证件种类不同，号码无法比对", "documents of two kinds, numbers cannot be compared"),
        10: Text(
            "证件号码末三位变成了000，前十五位相同",
            "the last three figures of the document number became 000, the fifteen before them are the same",
        ),
        11: Text(
            "证件号码是从另一行下拉递增出来的，不作数",
            "the document number was dragged down from another row and counts up: it says nothing",
        ),
    },
    "name": {
        1: Text("姓名相同", "same name"),
        2: Text(
            "姓名同音、为异体字或姓写在后",
            "names sound alike, use variant characters or have the family name last",
        ),
        3: Text("名有一字不同", "one character of the given name differs"),
        4: Text("名同姓不同", "same given name, another family name"),
        5: Text("同姓，名不同", "same family name, another given name"),
        6: Text("姓名不同", "different names"),
        7: Text("姓名漏字、多字或字序颠倒", "a character of the name is left out, put in or out of order"),
        8: Text("同姓，单名一字不同", "same family name, another given name of one character"),
        9: Text("写的是称呼或小名，没有写全名", "a title or a nickname stands for the name"),
    },
    "birth": {
        1: Text("出生日期相同", "same birth date"),
        2: Text("出生日期的月日颠倒", "day and month of birth swapped"),
        3: Text("出生日期有一项不同", "one part of the birth date differs"),
        4: Text("仅出生年相同", "only the year of birth agrees"),
        5: Text("出生日期不同", "different birth dates"),
        6: Text(
            "出生日期相差约一个月，可能写的是农历",
            "birth dates are about a month apart, perhaps by the old calendar",
        ),
        7: Text("出生年相同，一方写的是1月1日", "same year of birth, one of the two says 1 January"),
        8: Text("出生日期见证件号码", "birth date as in the number"),
    },
    "sex": {1: Text("性别相同", "same sex"), 2: Text("性别不同", "different sex")},
    "phone": {
        1: Text("电话相同", "same phone"),
        2: Text("电话仅一位不同或相邻两位颠倒", "phones differ by one slip"),
        3: Text("电话不同", "different phones"),
    },
    "address": {
        1: Text("地址相同", "same address"),
        2: Text("地址相近（简写或同一门牌）", "addresses alike (shortened, or one house number)"),
        3: Text("地址不同", "different addresses"),
    },
    "village": {
        1: Text("同一村（社区）", "same village"),
        2: Text("同一乡镇，村不同", "same township, another village"),
        3: Text("乡镇不同", "different townships"),
        4: Text(
            "名册中此村的人，底册中多在这一村（可能并村、改名）",
            "many of the roster's village are registered in this one (merged or renamed)",
        ),
    },
    "home": {
        1: Text("同户的人也在这一户", "the household's other members were found in this household"),
        2: Text("同户的人在另一户", "the household's other members were found in another household"),
    },
}

CONCLUSIONS: Final = {
    "same_slip": Text(
        "判定为同一人，号码应为录入错误", "taken for one person; the number is a slip of the pen"
    ),
    "same_other_number": Text(
        "判定为同一人，填的是别人的号码", "taken for one person; the number written there is somebody else's"
    ),
    "number_of_other": Text(
        "填的是别人的号码，可能是误填，请核对", "the number written there is somebody else's: please check"
    ),
    "doubtful_slip": Text("疑为录入错误，请核对", "perhaps a slip of the pen: please check"),
    "same": Text("判定为同一人", "taken for one person"),
    "doubtful": Text("可能是同一人，请核对", "perhaps one person: please check"),
    "number_other_name": Text(
        "可能改名、写错，也可能误用家人号码，请核对",
        "a changed or mistaken name, or a family member's number: please check",
    ),
    "number_other_birth": Text(
        "可能误用他人的号码，或出生日期有误，请核对",
        "perhaps somebody else's number, or a mistaken birth date: please check",
    ),
    "other_number": Text("很可能是另一人，请核对", "most likely somebody else: please check"),
    "taken": Text("此人已与名册中另一行对应，请核对", "another row has this person already: please check"),
    "new": Text("判定为不同的人", "taken for two people"),
}

# Of rows beside which no person is shown.
REASONS: Final = {
    "number_and_name": Text("证件号码和姓名都相同。", "Same document number and same name."),
    "number_unknown": Text(
        "证件号码有效，底册中没有，也没有相像的人。", "A sound number that nobody has, and nobody alike."
    ),
    "nobody_alike": Text("底册中没有相像的人。", "Nobody in the registry is alike."),
    "weighed": Text("有人相像，但判定为不同的人。", "Somebody is alike, but taken for another person."),
    "other_number": Text(
        "有人相像，但证件号码不同且都有效。", "Somebody is alike, but both have sound numbers that differ."
    ),
}


def join(parts: list[Text]) -> Text:
    """Clauses as one sentence."""
    zh = "，".join(part.zh for part in parts)
    en = "; ".join(part.en for part in parts)
    return Text(zh + "。", en[:1].upper() + en[1:] + ".")


def agreeing(fields: list[str]) -> Text:
    """One clause for the fields that agree."""
    names = [FIELD_NAMES[field] for field in fields]
    return Text("、".join(name.zh for name in names) + "相同", "same " + ", ".join(name.en for name in names))


def lacking(fields: list[str]) -> Text:
    names = [FIELD_NAMES[field] for field in fields]
    return Text("缺" + "、".join(name.zh for name in names), "no " + ", ".join(name.en for name in names))
