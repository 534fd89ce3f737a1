"""One day of a township in a real browser, from the roster that a village sends to the bulletin that the county reads.

The township's task force signs in with its second factor and sees how far the day is.
It finds people by pinyin and by four digits; their numbers are masked until a purpose is given.
It imports a roster nobody prepared, and a second one from another office's software; what cannot load comes back.
The site lead receives a delivery. The registrar finds one of the new people due, registers them once, not twice, and takes the
consent on paper; the doctor asks the questions by keyboard.
The vaccinator's vial of another site is refused; the right one is verified by keyboard, given, and recorded with Enter.
The observation nurse lets the person go early only with a reason.
The bulletin counts the dose; issued, it is the same on the page and in three kinds of file, whatever happens afterwards.
Every page is whole in English, on a phone, and for people who see or move otherwise.
"""

import re
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    DESK,
    Visitor,
    barriers,
    is_whole_on_a_phone,
    shoot,
    words_left_in_chinese,
)
from vaxkit.identity import check_digit

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Visitor]
ANOTHER_SITES_VIAL = "84999010000000990000"


def test_a_day_from_the_roster_to_the_bulletin(
    stranger: Callable[[], Visitor], signed_in: SignedIn, tmp_path: Path
) -> None:
    sign_in_page = stranger()
    expect(sign_in_page.go("/").locator("[data-demo-user]")).to_have_count(15)
    shoot(sign_in_page, "sign-in")
    town = signed_in("town")
    sees_how_far_the_day_is(town)
    finds_people_and_reveals_a_number_with_a_purpose(town)

    imports_what_can_be_read_and_gets_the_rest_back(town, tmp_path)
    imports_a_table_of_another_offices_software(town, tmp_path)
    given_before = doses_on_the_day(town)

    vials = receives_a_delivery(signed_in("sitelead"), vials=2)
    registers_once(signed_in("registrar"), "王建国", GOOD)
    is_screened(signed_in("doctor"), "王建国")
    refused_vial_then_recorded_by_keyboard(signed_in("vaccinator"), "王建国", vials[0])
    leaves_early_only_with_a_reason(signed_in("observer"), "王建国")

    assert doses_on_the_day(town) == given_before + 1
    shoot(town, "bulletin")
    said = issues_the_bulletin(town)
    assert str(given_before + 1) in re.findall(r"\d+", said)
    assert figures_in_files(town, tmp_path) == {"xlsx": said, "pdf": said, "docx": said}
    registers_once(signed_in("registrar"), "陈静", SPACED)
    is_screened(signed_in("doctor"), "陈静")
    records_by_keyboard(signed_in("vaccinator"), "陈静", vials[1])
    assert doses_on_the_day(town) == given_before + 1
    assert figures_in_files(town, tmp_path) == {"xlsx": said, "pdf": said, "docx": said}


PAGES = [
    ("town", "/", ""), ("town", "/people/", ""), ("town", "/people/", "tbody a"), ("town", "/people/imports/new/", ""),
    ("town", "/areas/", ""), ("town", "/stock/", ""), ("town", "/reports/", ""),
    ("registrar", "/clinic/registration/", ""), ("doctor", "/clinic/screening/", ""), ("vaccinator", "/clinic/vaccination/", ""),
    ("vaccinator", "/clinic/vaccination/", "#queue a.btn-primary"), ("observer", "/clinic/observation/", ""),
]  # fmt: skip


@pytest.mark.parametrize(("username", "path", "followed"), PAGES, ids="".join)
def test_a_page_is_whole_for_everyone(signed_in: SignedIn, username: str, path: str, followed: str) -> None:
    visitor = signed_in(username)
    page = visitor.go(path)
    if followed:
        page.locator(followed).first.click()
        expect(page).not_to_have_url(visitor.address + path)
    assert barriers(page) == []
    assert is_whole_on_a_phone(page)
    assert len(words_left_in_chinese(page)) > 3
    visitor.speak("en")
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"
    assert words_left_in_chinese(page) == []
    assert is_whole_on_a_phone(page)


def test_the_switch_at_the_top_changes_the_language_of_the_page_one_is_on(signed_in: SignedIn) -> None:
    page = signed_in("town").go("/people/?q=wjg")
    page.click(".topbar button[lang=en]")
    expect(page.locator("h1")).to_have_text("Ledger")
    assert page.url.endswith("/people/?q=wjg")
    page.click(".topbar button[lang=zh-hans]")
    expect(page.locator("h1")).to_have_text("台账")


# --- below the fold ------------------------------------------------------------------------------------------------


def sees_how_far_the_day_is(town: Visitor) -> None:
    page = town.go("/")
    expect(page.locator("h1")).to_have_text("今日")
    expect(page.locator(".today-bar progress")).to_have_count(3)
    assert page.locator(".todo li").count() >= 2
    shoot(town, "today")
    shoot(town, "today", phone=True)
    in_english(town, "today")


def finds_people_and_reveals_a_number_with_a_purpose(town: Visitor) -> None:
    page = town.go("/people/")
    expect(page.locator(".list-count strong")).to_have_text("5,000")
    shoot(town, "ledger")
    first = page.locator("tbody tr").first
    name, masked = first.locator("a").inner_text(), first.locator(".masked").first.inner_text()
    four = masked[-4:]
    search(page, four)
    assert name in page.locator("tbody a").all_inner_texts()
    assert {text[-4:] for text in page.locator("tbody td[data-label^='身份证']").all_inner_texts()} == {four}
    search(page, "aal")
    expect(page.locator("tbody a").first).to_have_text("艾爱玲")

    page.locator("tbody a").first.click()
    expect(page.locator("h1")).to_have_text("艾爱玲")
    expect(page.locator("dd .masked").first).to_have_text(re.compile(r"^\*{14}\d{3}[\dX]$"))
    shoot(town, "person")
    page.click("a[href$='/reveal/']")
    page.locator("form.card button[type=submit]").click()
    expect(page.locator(".password-once")).to_have_count(0)
    page.check("[name=purpose][value=door]")
    page.locator("form.card button[type=submit]").click()
    expect(page.locator(".password-once")).to_have_text(re.compile(r"^9999\d{13}[\dX]$"))


def imports_what_can_be_read_and_gets_the_rest_back(town: Visitor, folder: Path) -> None:
    page = upload(town, ugly_roster(folder / "东高村镇摸底花名册.xlsx"))
    assert fates(page) == {"new": 6, "doubtful": 1, "refused": 3}
    shoot(town, "import")
    assert barriers(page) == []
    assert is_whole_on_a_phone(page)
    page.set_viewport_size(DESK)
    returned = folder / "returned.xlsx"
    with page.expect_download() as download:
        page.click("a[href$='lines.xlsx']")
    download.value.save_as(returned)
    assert reasons_in(returned) == {
        3: "身份证号被表格软件当成数字",
        4: "身份证号校验位不符",
        8: "东高村镇没有“不存在村”这个村（社区）",
        9: "没有身份证号",
    }
    commit(page)
    expect(page.locator(".list-count strong")).to_have_text("10")
    expect(page.locator("[data-bs-target='#undo']")).to_be_visible()
    found = town.go("/people/?q=wjg").locator("tbody a")
    assert "王建国" in found.all_inner_texts()


def imports_a_table_of_another_offices_software(town: Visitor, folder: Path) -> None:
    path = folder / "导出.csv"
    lines = ["身份证,姓名,所属村", f"{number('99999919660606008')},韩梅梅,南宅", f"{GOOD},王建国,东高村"]
    path.write_text("\r\n".join(lines), encoding="gb18030")
    page = upload(town, path)
    assert fates(page) == {"new": 1, "same": 1}
    commit(page)
    expect(page.locator("[data-bs-target='#undo']")).to_be_visible()


def receives_a_delivery(sitelead: Visitor, vials: int) -> list[str]:
    """One lot, with the trace codes of its single-dose vials; the site gives from it below."""
    page = sitelead.go("/stock/")  # of the one site that they lead
    page.click("a[href$='/receive/']")
    codes = [f"8388801{77_000_000 + nth:09d}0000" for nth in range(vials)]
    page.select_option("[name=product_code]", "BIBP-COVID19")
    page.fill("[name=lot_number]", "202610B4101")
    page.fill("[name=expires_on]", (date.today() + timedelta(days=600)).isoformat())
    page.fill("[name=doses]", str(vials))
    page.fill("[name=codes]", "\n".join(codes))
    for name, said in (
        ("lowest", "3.2"),
        ("highest", "5.8"),
        ("minutes", "95"),
        ("release_number", "SP-2026-1101"),
    ):
        page.fill(f"[name={name}]", said)
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("202610B4101")
    expect(page.locator("main [role=status], main .notice").first).not_to_contain_text("拒收")
    sitelead.go("/stock/")
    expect(page.locator("tr", has_text="202610B4101").first).to_contain_text(str(vials))
    return codes


def registers_once(registrar: Visitor, name: str, identity: str) -> None:
    """Card, temperature, consent on paper; the same card again is refused."""
    page = registrar.go("/clinic/registration/")
    page.keyboard.type(identity)
    page.keyboard.press("Enter")
    expect(page.locator(".station-person-name")).to_have_text(name)
    expect(page.locator(".verdict-go")).to_contain_text("第1剂")
    page.keyboard.type("36.5")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("知情同意")
    expect(page.locator(".clinic-text p").first).to_contain_text("新型冠状病毒")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-go")).to_contain_text(f"{name} 已签署同意书")
    page.keyboard.type(identity)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-stop")).to_contain_text(f"{name}今天已在本点登记")
    expect(page.locator("[name=temperature]")).to_have_count(0)


def is_screened(doctor: Visitor, name: str) -> None:
    """Every question by keyboard; nothing to say."""
    page = doctor.go("/clinic/screening/")
    row = page.locator("tbody tr", has_text=name)
    page.keyboard.type(re.sub(r"\D", "", row.locator("td").first.inner_text()))
    page.keyboard.press("Enter")
    expect(page.locator(".station-person-name")).to_have_text(name)
    page.keyboard.press("Space")
    expect(page.locator("[data-question] input:checked")).to_have_count(1)
    page.keyboard.press("Shift+Space")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-go")).to_contain_text(f"{name}: 可以接种")


def refused_vial_then_recorded_by_keyboard(vaccinator: Visitor, name: str, code: str) -> None:
    page = called(vaccinator, name)
    scans(page, ANOTHER_SITES_VIAL)
    expect(page.locator("#vial .verdict-stop")).to_contain_text(f"疫苗 {ANOTHER_SITES_VIAL} 不在本点库存中")
    scans(page, code)
    expect(page.locator("#vial .verdict-go")).to_contain_text("202610B4101")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-stop")).to_contain_text("尚未核对")

    here = page.url.partition("?")[0].removeprefix(vaccinator.address)
    english_station(vaccinator, f"{here}?code={code}")
    verifies_everything(page)
    shoot(vaccinator, "station")
    assert is_whole_on_a_phone(page)
    shoot(vaccinator, "station", phone=True)
    verified_and_given(page, name)


def records_by_keyboard(vaccinator: Visitor, name: str, code: str) -> None:
    page = called(vaccinator, name)
    scans(page, code)
    expect(page.locator("#vial .verdict-go")).to_be_visible()
    verifies_everything(page)
    verified_and_given(page, name)


def verified_and_given(page: Page, name: str) -> None:
    """Enter: verified, the needle may go in. Enter again: it was given."""
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-go")).to_contain_text("核对无误，请接种")
    expect(page.locator("[data-deliberate][data-ready]")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-go")).to_contain_text(name)


def leaves_early_only_with_a_reason(observer: Visitor, name: str) -> None:
    page = observer.go("/clinic/observation/")
    row = page.locator(".clinic-bench li", has_text=name)
    expect(row).to_contain_text(re.compile(r"至 \d\d:\d\d"))
    shoot(observer, "observation")
    seat = row.locator(".clinic-number").inner_text()
    page.keyboard.type(seat)
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-wait")).to_contain_text(name)
    page.click("form .btn-danger")
    expect(page.locator(".clinic-bench li", has_text=name)).to_have_count(1)
    page.fill("[name=early_reason]", "家中老人无人照看，本人坚持")
    page.click("form .btn-danger")
    expect(page.locator(".verdict-go")).to_contain_text(f"{seat}号 {name} 已离开")
    expect(page.locator(".clinic-bench li", has_text=name)).to_have_count(0)


def doses_on_the_day(town: Visitor) -> int:
    page = town.go("/reports/")
    return int(page.locator(".figure-value .num").first.inner_text().replace(",", ""))


def issues_the_bulletin(town: Visitor) -> str:
    """Issues today's bulletin; returns its first sentence."""
    page = town.go("/reports/")
    in_english(town, "bulletin")
    page.click("a[href$='/issue/']")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("a[href$='/issue/']")).to_have_count(0)
    expect(
        page.locator(".page-summary .tag-green, .page-summary .status-green, .page-summary .tag")
    ).to_be_visible()
    return squeezed(page.locator("main .card p").first.inner_text())


def figures_in_files(town: Visitor, folder: Path) -> dict[str, str]:
    """The bulletin's first sentence as each kind of file says it; "" where it does not."""
    page = town.go("/reports/")
    said = squeezed(page.locator("main .card p").first.inner_text())
    found = {}
    for kind, read in (("xlsx", xlsx_text), ("pdf", pdf_text), ("docx", docx_text)):
        with page.expect_download() as download:
            page.click(f"a[href$='bulletin.{kind}']")
        path = folder / f"bulletin.{kind}"
        download.value.save_as(path)
        found[kind] = said if said in squeezed(read(path)) else ""
    return found


def called(vaccinator: Visitor, name: str) -> Page:
    """Calls somebody out of the queue by their number."""
    page = vaccinator.go("/clinic/vaccination/")
    row = page.locator("#queue tbody tr", has_text=name)
    page.keyboard.type(row.locator("td").first.inner_text())
    page.keyboard.press("Enter")
    expect(page.locator(".station-person-name")).to_have_text(name)
    return page


def scans(page: Page, code: str) -> None:
    """As a scanner does it: keys, then Enter, wherever one is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_have_value("")


def verifies_everything(page: Page) -> None:
    for _ in range(page.locator("fieldset:has([name=checks])").count()):
        page.keyboard.press("Shift+Space")
    expect(page.locator("[name=checks]:checked")).to_have_count(11)


def english_station(vaccinator: Visitor, path: str) -> None:
    """The same station in English, then in Chinese again; nothing is ticked afterwards."""
    vaccinator.speak("en")
    page = vaccinator.go(path)
    verifies_everything(page)
    assert words_left_in_chinese(page) == []
    shoot(vaccinator, "station", english=True)
    vaccinator.speak("zh-hans")
    vaccinator.go(path)


def in_english(visitor: Visitor, name: str) -> None:
    """The page one is on, in English for a picture, then in Chinese again."""
    visitor.speak("en")
    visitor.page.reload()
    shoot(visitor, name, english=True)
    visitor.speak("zh-hans")
    visitor.page.reload()


def search(page: Page, text: str) -> None:
    page.fill("input[type=search]", text)
    page.press("input[type=search]", "Enter")
    expect(page.locator(".chip").first).to_contain_text(text)


def upload(town: Visitor, path: Path) -> Page:
    page = town.go("/people/imports/new/")
    page.set_input_files("[name=file]", path)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text(path.name)
    return page


def commit(page: Page) -> None:
    """In the background: the job's page shows progress, then leads to the result."""
    page.click("form[action$='/commit/'] button")
    expect(page.locator(".job")).to_be_visible()
    page.locator(".job a.btn-primary").click()


def fates(page: Page) -> dict[str, int]:
    """Lines per fate, as the review counts them."""
    counts = {}
    for link in page.locator(".grid-figures a[href*='fate=']").all():
        word = (link.get_attribute("href") or "").rpartition("=")[2]
        counts[word] = int(link.inner_text().replace(",", ""))
    return {word: count for word, count in counts.items() if count}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def xlsx_text(path: Path) -> str:
    return "".join(
        str(cell) for row in openpyxl.load_workbook(path).active.values for cell in row if cell is not None
    )


def docx_text(path: Path) -> str:
    return "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def pdf_text(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout


def number(first17: str) -> str:
    return first17 + check_digit(first17)


GOOD = number("99999919500101901")
SPACED = number("99999919880808904")


def ugly_roster(path: Path) -> Path:
    """Titles above the header, a number that Excel spoilt, a mistyped one, full-width digits, spaces, villages written short."""
    full_width = number("99999919620312902").translate(
        {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
    )
    wrong = number("99999919700101903")
    lines = [
        ("东高村", "王建国", "男", GOOD, "19900000001"),
        ("东高村", "李秀英", "女", full_width, "19900000002、19900000003"),
        ("东高村", "张 伟", "男", float(int(GOOD[:17] + "0")), ""),
        ("大旺务", "刘洋", "男", wrong[:-1] + ("1" if wrong[-1] != "1" else "2"), ""),
        ("大旺务村", "陈静", "女", f"{SPACED[:6]} {SPACED[6:14]} {SPACED[14:]}", ""),
        ("大旺务村委会", "赵云", "男", number("99999919850505905").lower(), ""),
        ("南宅", "买买提·艾力", "男", number("99999919770707907"), ""),
        ("不存在村", "周杰", "男", number("99999919790909909"), ""),
        ("南宅", "吴倩", "女", None, "19900000009"),
        ("东高村", "郑爽", "女", number("99999920010203906"), ""),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["东高村镇摸底花名册"])
    sheet.merge_cells("A1:G1")
    sheet.append(["填报单位：东高村镇人民政府", None, None, None, None, "2021.5.19"])
    sheet.append(["序号", "村（居）", "姓 名", "性别", "公民身份号码", "联系电话", "家庭住址"])
    for count, line in enumerate(lines, 1):
        sheet.append([count, *line, f"{line[0]}{count}号"])
    sheet.append(["合计", len(lines)])
    book.save(path)
    return path


def reasons_in(path: Path) -> dict[int, str]:
    """Serial number of each returned line → its reason, up to the first stop."""
    rows = list(openpyxl.load_workbook(path).active.values)
    header = next(index for index, row in enumerate(rows) if "姓 名" in row)
    serial = rows[header].index("序号")
    lines = [row for row in rows[header + 1 :] if isinstance(row[serial], int)]
    return {int(row[serial]): re.split("[，。；：]", str(row[-1]))[0] for row in lines}
