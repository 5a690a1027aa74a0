"""Japanese and Chinese invoices: labels and values without a blank, addressees, taxes and forms in their manner."""

from datetime import date
from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.east_asian_words import is_east_asian, part_word
from bursar.extraction.invoices.extractor import extract_invoice


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


def stack(x, y, *lines):
    return [(line, x, y + 14 * number) for number, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("請求書番号：M-77", ["請求書番号：", "M-77"]),
        ("备注：开户银行：长江银行", ["备注：", "开户银行：", "长江银行"]),
        ("增值税（13%）：￥78.00", ["增值税", "（13%）：", "¥78.00"]),
        ("（小写）¥904.00", ["（小写）", "¥904.00"]),
        ("¥5,500（税込）", ["¥5,500", "（税込）"]),
        ("小計１，２００円", ["小計", "1,200円"]),
        ("発行日令和6年4月3日", ["発行日", "令和6年4月3日"]),
        ("▲3,000円", ["-3,000円"]),
        ("¥8,800-", ["¥8,800"]),
        ("白樺商店御中", ["白樺商店", "御中"]),
        ("木村様", ["木村", "様"]),
    ],
)
def test_words_are_parted_where_another_language_has_a_blank(text, parts):
    assert part_word(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "製品仕様",
        "お客様",
        "カ）シラカバ",
        "午前10：30",
        "令和6年4月3日",
        "深圳蓝海（集团）有限公司",
        "第3工場",
        "山田3丁目",
        "https：//例え",
    ],
)
def test_what_is_one_word_stays_one(text):
    assert part_word(text) == [text]


def test_words_of_other_scripts_are_none_of_these():
    assert not any(map(is_east_asian, ("Größe", "Total:", "€5", "¥", "№7")))
    assert is_east_asian("¥5")


def test_values_stand_right_behind_a_colon_of_full_width():
    invoice = read(
        ("发票", 40, 40, 18),
        *stack(40, 70, "卖方：桂林青峰电子有限公司", "买方：柳州白云贸易有限公司"),
        *stack(340, 70, "发票号码：GL-0417", "发票日期：2024年4月3日", "到期日：2024年5月3日"),
        ("总计：￥1,060.00", 340, 300),
    )
    info = invoice.invoice_info
    assert (info.invoice_number, info.invoice_date, info.due_date) == ("GL-0417", date(2024, 4, 3), date(2024, 5, 3))
    assert (invoice.vendor.name, invoice.customer.name) == ("桂林青峰电子有限公司", "柳州白云贸易有限公司")
    assert invoice.summary.total == Decimal("1060.00")


SELLER = stack(
    340,
    100,
    "株式会社白樺工房",
    "〒060-0001 北海道札幌市中央区北1条西2-3",
    "TEL：011-555-0101",
    "登録番号：T1112223334445",
)
TOTAL = ("合計 ¥5,500", 340, 400)


@pytest.mark.parametrize("name", ["株式会社深山商会 御中", "株式会社深山商会御中", "深山 太郎 様"])
def test_the_word_behind_a_name_marks_the_buyer_and_is_no_part_of_the_name(name):
    invoice = read(
        ("請求書", 240, 40, 18), *stack(40, 100, "〒390-0001", "長野県松本市丸の内4-1", name), *SELLER, TOTAL
    )
    assert invoice.customer.name == name.removesuffix("御中").removesuffix("様").strip()
    assert invoice.customer.address.postal_code == "390-0001"
    assert invoice.vendor.name == "株式会社白樺工房"
    assert invoice.vendor.address.text == "〒060-0001 北海道札幌市中央区北1条西2-3"


def test_below_a_firm_a_person_is_not_the_buyer():
    invoice = read(("請求書", 240, 40, 18), *stack(40, 100, "株式会社深山商会", "総務部 木村 様"), *SELLER, TOTAL)
    assert invoice.customer.name == "株式会社深山商会"


def test_a_word_of_respect_in_a_sentence_or_by_itself_marks_nobody():
    invoice = read(
        ("請求書", 240, 40, 18), ("様 式 第 3 号 に よ る 請 求 で す 。", 40, 80), *SELLER, TOTAL, ("様", 40, 500)
    )
    assert invoice.customer.name is None


def test_two_rates_of_yen_are_two_taxes():
    invoice = read(
        ("請求書", 240, 40, 18),
        *SELLER,
        *[("品名", 40, 180), ("数量", 240, 180), ("単価", 340, 180), ("金額", 480, 180)],
        *[("棚の製作", 40, 194), ("2", 240, 194), ("10,000", 340, 194), ("20,000", 480, 194)],
        *[("菓子折", 40, 208), ("4", 240, 208), ("2,000", 340, 208), ("8,000", 480, 208)],
        *[("小計", 340, 240), ("28,000", 480, 240)],
        *[("10%対象 20,000 消費税", 340, 254), ("2,000", 480, 254)],
        *[("8%対象 8,000 消費税", 340, 268), ("640", 480, 268)],
        *[("合", 340, 282), ("計", 366, 282), ("30,640円", 480, 282)],
    )
    sums = invoice.summary
    assert [(tax.rate, tax.base, tax.amount) for tax in invoice.taxes] == [(10, 20000, 2000), (8, 8000, 640)]
    assert (sums.subtotal, sums.tax_total, sums.total) == (28000, 2640, 30640)


def test_the_form_of_the_tax_office_names_both_parties_and_splits_its_sum():
    invoice = read(
        ("电子发票（增值税专用发票）", 180, 40, 14),
        *stack(340, 70, "发票号码：24312000000987654321", "开票日期：2024年4月3日"),
        *[("购买方", 40, 110), ("名称：柳州白云贸易有限公司", 90, 110), ("销售方", 300, 110), ("名称：桂林青峰电子有限公司", 350, 110)],
        *[("信息", 40, 124), ("税号：91450200MA5EXAMP1L", 90, 124), ("信息", 300, 124), ("税号：91450300MA5EXAMP2K", 350, 124)],
        *[("项目名称", 40, 160), ("数量", 240, 160), ("单价", 300, 160), ("金额", 380, 160), ("税率", 450, 160), ("税额", 510, 160)],
        *[("开关", 40, 174), ("10", 240, 174), ("80.00", 300, 174), ("800.00", 380, 174), ("13%", 450, 174), ("104.00", 510, 174)],
        *[("合", 40, 188), ("计", 70, 188), ("￥800.00", 380, 188), ("￥104.00", 510, 188)],
        *[("价税合计（大写）", 40, 202), ("玖佰零肆圆整", 160, 202), ("（小写）￥904.00", 380, 202)],
    )  # fmt: skip
    assert (invoice.customer.name, invoice.customer.tax_id) == ("柳州白云贸易有限公司", "91450200MA5EXAMP1L")
    assert (invoice.vendor.name, invoice.vendor.tax_id) == ("桂林青峰电子有限公司", "91450300MA5EXAMP2K")
    sums = invoice.summary
    assert (sums.subtotal, sums.tax_total, sums.total) == (Decimal("800.00"), Decimal("104.00"), Decimal("904.00"))


def test_two_amounts_beside_a_sum_that_no_total_adds_up_are_no_tax():
    invoice = read(
        ("发票", 40, 40, 18),
        *[("合计", 40, 188), ("￥800.00", 380, 188), ("￥104.00", 510, 188)],
        *[("总计", 40, 202), ("￥950.00", 380, 202)],
    )
    assert invoice.summary.tax_total is None
