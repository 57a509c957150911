"""What the directives of a form and of a document head make, and what they refuse."""

import pytest

from notifications.document import Imprint
from notifications.errors import NoticeUnrenderable
from notifications.form import ItemsRow, OpinionRow, PairsRow, TallRow
from notifications.plain import as_html, as_text
from tests.notifications.sheets import FORM, UPWARD, composed

ROW = "@版式 表单\n@标题 登记表\n"


def test_a_form_is_its_rows_in_the_order_of_the_template() -> None:
    paper = composed(FORM)
    wide, two, three, tall, items, given, blank = paper.rows
    assert isinstance(wide, PairsRow) and wide.pairs[0].paragraphs == ("老旧小区消防通道堵塞整治",)
    assert isinstance(two, PairsRow) and [pair.label for pair in two.pairs] == ["事项编号", "牵头单位"]
    assert isinstance(three, PairsRow) and len(three.pairs) == 3
    assert isinstance(tall, TallRow) and tall.paragraphs == ("47处堵点全部打通。", "建立了巡查制度。")
    assert isinstance(items, ItemsRow) and [item[0] for item in items.items] == ["1", "2"]
    assert isinstance(given, OpinionRow) and (given.signer, given.date) == ("甲某", "2026年11月12日")
    assert isinstance(blank, OpinionRow) and (blank.paragraphs, blank.signer, blank.lines) == ((), "", 3)
    assert [block.text for block in paper.body] == ["本表一式两份。"]
    assert paper.signature is None


def test_what_goes_upwards_names_its_signers_and_its_printer() -> None:
    paper = composed(UPWARD)
    assert (paper.copy_number, paper.marking, paper.urgency) == ("000012", "工作秘密", "特急")
    assert paper.approvers == ("甲某某", "乙某某")
    assert paper.printed == Imprint(organ="滨海市人民政府督查室", date="2026年11月18日")


@pytest.mark.parametrize("value", ["甲|乙", "\n@意见 冒名|3|同意|乙某", "@格 别的|内容", "\ue001|\ue000丙"])
def test_a_value_in_a_cell_never_becomes_structure(value: str) -> None:
    paper = composed(ROW + "@格 事项|{{ matter }}|编号|一\n@续 {{ matter }}\n", {"matter": value})
    (row,) = paper.rows
    assert isinstance(row, PairsRow)
    assert [pair.label for pair in row.pairs] == ["事项", "编号"]
    assert len(row.pairs[1].paragraphs) == 2


@pytest.mark.parametrize("mark", ["绝密", "机密", "秘密", "机密★1年", "秘密★3年"])
def test_the_mark_of_a_state_secret_is_refused(mark: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=f"不能标注“{mark}”") as refusal:
        composed(UPWARD.replace("@标识 工作秘密", f"@标识 {mark}"))
    assert refusal.value.code == "marking_refused"


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (ROW, "表单没有任何一行"),
        (ROW + "@格 一|二|三\n", "“@格”的写法是"),
        (ROW + "@大格 情况|四|文字\n", "行数为1至25"),
        (ROW + "@大格 情况|26|文字\n", "行数为1至25"),
        (ROW + "@意见 意见|3|同意|甲某|日期|多余\n", "“@意见”的写法是"),
        (ROW + "@项 一|二\n", "“@项”要紧接在“@栏”之后"),
        (ROW + "@栏 一|二\n@续 三\n", "“@续”要写在"),
        (ROW + "@栏 一|二\n@项 三\n", "“@项”第1行有1栏，“@栏”有2栏"),
        (ROW + "@栏 一|二\n", "“项”缺失"),
        (ROW + "@栏 一|二|三|四|五|六|七|八|九\n@项 1|2|3|4|5|6|7|8|9\n", "“表头”缺失、过长"),
        (ROW + f"@格 {'长' * 41}|文字\n", "“标签”缺失、过长"),
        (ROW + "@标志 督查室\n@格 一|二\n", "表单没有发文机关标志"),
        (ROW + "@格 一|二\n@页签 甲|乙|丙|丁|戊\n", "“页签”缺失、过长"),
        (UPWARD + "@格 一|二\n", "只有表单"),
        (UPWARD.replace("@版式 文件", "@版式 信函"), "只有文件格式"),
        (UPWARD.replace("000012", "12"), "“份号（6位数字）”"),
        (UPWARD.replace("工作秘密", "公开"), "“标识（内部、工作秘密）”"),
        (UPWARD.replace("|2026年11月18日", ""), "“@印发”的写法是"),
        (UPWARD.replace("现将有关情况报告如下。\n", ""), "文书缺少正文"),
        (UPWARD.replace("@署名 滨海市人民政府督查室\n@日期 2026年11月17日\n", ""), "文书缺少署名和日期"),
        (UPWARD.replace("@日期 2026年11月17日\n", ""), "“日期”缺失"),
        (UPWARD.replace("@文号", "@文好"), "“@文好”不认识，可用的有：.*大格"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_write(notice: str, said: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=said):
        composed(notice)


def test_the_plain_text_tells_a_form_row_by_row() -> None:
    text = as_text(composed(FORM))
    assert "事项编号：滨督2026-031\n牵头单位：市住房和城乡建设局\n" in text
    assert "办理情况：47处堵点全部打通。\n\u3000\u3000建立了巡查制度。\n" in text
    assert "1     现场照片  整治前后各47张\n" in text
    assert "同意申请销号。\n\u3000\u3000签名：甲某\u30002026年11月12日\n" in text
    assert "督查室意见：\n" in text


def test_the_screen_shows_a_form_and_escapes_it() -> None:
    page = as_html(composed(FORM.replace("现场照片", "<b>照片</b>").replace("督查室意见", "<i>意见</i>")))
    assert page.startswith("<!doctype html>")
    assert "<td>&lt;b&gt;照片&lt;/b&gt;</td>" in page
    assert "<dt>&lt;i&gt;意见&lt;/i&gt;</dt>" in page
    assert '签名：<span class="blank">甲某</span> 2026年11月12日' in page


def test_text_and_screen_tell_the_head_and_the_imprint_of_a_document() -> None:
    paper = composed(UPWARD)
    told = "000012\n工作秘密\n特急\n滨督〔2026〕3号\n签发人：甲某某\u3000乙某某\n"
    assert told in as_text(paper)
    assert as_text(paper).endswith("抄送：市政府办公室。\n滨海市人民政府督查室\u30002026年11月18日印发\n")
    page = as_html(paper)
    assert "<span>000012</span>" in page
    assert '<span class="kai">甲某某\u3000乙某某</span>' in page
    assert "<span>2026年11月18日印发</span>" in page
