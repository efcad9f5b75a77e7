"""200 product pages in the charsets of the shops, declared rightly, wrongly and not at all: no character lost."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import pytest

from crawler.pages.charsets import likeness
from crawler.pages.decode import decode
from crawler.pages.read import read_page
from pipelines.understand import understand

SIMPLIFIED = (
    "云雀官方旗舰店 正品保证 现货速发 七天无理由退换 运费险 满二百减三十",
    "哑光雾面口红 显白不挑皮 持久不脱色 滋润不拔干 小样两支随单赠送",
    "直播间专享价 主播推荐 全网最低 限时抢购 先到先得 每人限购两件",
    "这款面霜质地轻薄，吸收很快，用了两周皮肤细腻了不少，会回购的。",
)
RARE = ("镕炜珺玥喆堃㐂䶮", "𠀀𠮷𡃁", "㵘㙓䴉鿍")
TRADITIONAL = (
    "雲雀官方旗艦店 正品保證 現貨供應 七天鑑賞期 滿千免運 刷卡分期零利率",
    "霧面唇膏 顯白不挑膚色 持久不脫妝 滋潤不乾澀 隨單贈送試用包兩入",
    "直播間限定優惠 主持人推薦 全網最低價 限時搶購 送完為止 每人限購兩件",
    "這款面霜質地輕盈，吸收很快，用了兩週皮膚細緻不少，會再回購。",
)
HONG_KONG = ("嘅 喺 咗 嚟 啲 冇 嗰 呢 咁 哋", "銹 邨 峯 匯 裏 着")
JAPANESE = (
    "ひばり公式ストア 正規品保証 在庫あり 七日間返品できます 送料無料",
    "マットリップ 落ちにくい うるおい長持ち サンプル二本プレゼント中です",
    "ライブ配信限定価格 おすすめ商品 数量限定 お一人様二点まで",
    "このクリームは軽くてすぐになじみます。二週間で肌がなめらかになりました。",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A page as it was meant, and as it is sent; `plain` is that its bytes have one likely reading."""

    codec: str
    text: str
    body: bytes
    headers: dict[str, str]
    declared: str


def made(codec: str, sentences: tuple[str, ...], price: str, label: str, declared: str, seed: int) -> Sample:
    picked = random.Random(seed)
    name = f"{sentences[seed % len(sentences)].split(' ')[0]} {seed} 3g"
    said = " ".join(picked.sample(sentences, k=min(len(sentences), 2 + seed % 3)))
    meta = f'<meta charset="{label}">' if declared in ("meta", "both", "wrong") else ""
    text = (
        f"<!doctype html><html><head>{meta}<title>{name}</title></head><body><div class='product'><h1>{name}</h1>"
        f'<p class="price">{price}</p><button>OK</button></div><p>{said}</p></body></html>'
    )
    header = f"text/html; charset={label}" if declared in ("header", "both", "wrong") else "text/html"
    return Sample(codec, text, text.encode(codec), {"Content-Type": header}, declared)


KINDS = (
    ("gbk", "gbk", SIMPLIFIED, "￥199.00"),
    ("gb18030", "gb18030", (*SIMPLIFIED, *RARE), "¥199.00"),
    ("gb18030", "gb2312", (*SIMPLIFIED, *RARE), "￥199.00"),
    ("big5", "big5", TRADITIONAL, "NT$199.00"),
    ("big5hkscs", "big5-hkscs", (*TRADITIONAL, *HONG_KONG), "HK$199.00"),
    ("cp932", "shift_jis", JAPANESE, "199.00円"),
    ("euc_jp", "euc-jp", JAPANESE, "199.00円"),
    ("utf-8", "utf-8", SIMPLIFIED, "¥199.00"),
    ("utf-16-le", "utf-16", TRADITIONAL, "NT$199.00"),
    ("utf-16-be", "utf-16be", JAPANESE, "199.00円"),
)
WRONG = {"gb18030": "utf-8", "gbk": "utf-8", "utf-8": "gb2312", "big5": "utf-8", "big5hkscs": "gb2312"}
WRONG |= {"cp932": "utf-8", "euc_jp": "shift_jis", "utf-16-le": "utf-8", "utf-16-be": "iso-8859-1"}


def samples() -> list[Sample]:
    """Ten kinds, four ways of declaring them, five texts of each."""
    found = []
    for (codec, label, sentences, price), declared, seed in itertools.product(
        KINDS, ("both", "meta", "none", "wrong"), range(5)
    ):
        found.append(
            made(codec, sentences, price, WRONG[codec] if declared == "wrong" else label, declared, seed + len(found))
        )
    return found


ALL = samples()


def test_there_are_200_of_them_and_all_differ() -> None:
    assert len(ALL) == 200 and len({(each.body, tuple(each.headers.items())) for each in ALL}) == 200


@pytest.mark.parametrize("each", ALL, ids=lambda each: f"{each.codec}-{each.declared}")
def test_every_page_reads_as_it_was_meant(each: Sample) -> None:
    found = decode(each.body, each.headers)
    assert found is not None
    assert "\ufffd" not in found.text
    assert found.text == each.text
    facts = understand(read_page("https://shop.example/item/1", each.body, headers=each.headers))
    assert facts.offer is not None and str(facts.offer.price) == "199.00"
    if each.declared == "wrong":
        assert "charset_mismatch" in facts.faults
    if each.declared in ("both", "meta"):
        assert facts.faults == ()


def test_what_is_guessed_wrongly_is_said() -> None:
    # Two to twelve characters without any declaration: sometimes nobody can know.
    wrong_in_silence = []
    for codec, sentences in (("gbk", SIMPLIFIED), ("big5", TRADITIONAL), ("cp932", JAPANESE), ("euc_jp", JAPANESE)):
        for sentence, size, start in itertools.product(sentences, range(2, 13), range(0, 12, 3)):
            text = f"<p>{sentence[start : start + size]}</p>"
            found = decode(text.encode(codec), {})
            if found is None or (found.text != text and "charset_unknown" not in found.faults):
                wrong_in_silence.append((codec, text, found and found.text))
    assert wrong_in_silence == []


@pytest.mark.parametrize(
    ("body", "headers", "fault"),
    [
        ("<p>价格便宜</p>".encode("gbk"), {}, "charset_unknown"),
        ("<meta charset=utf-8><p>直播间价格便宜质量很好</p>".encode("gbk"), {}, "charset_mismatch"),
        ("<p>直播间\ufffd价格</p>".encode(), {}, "replacement_characters"),
        (b"<p>a\x00b</p>", {}, "nul_characters"),
        ("<p>直播间价格便宜，质量很好，物流很快，下次还会来买的".encode()[:-1], {}, "cut_html"),
    ],
)
def test_what_is_wrong_has_a_code(body: bytes, headers: dict[str, str], fault: str) -> None:
    assert fault in read_page("https://shop.example/", body, headers=headers).faults


def test_a_broken_byte_costs_one_character() -> None:
    text = "<meta charset=gbk>" + "".join(f"<p>{sentence}</p>" for sentence in SIMPLIFIED)
    body = bytearray(text.encode("gbk"))
    body[-10] = 0xFF
    found = decode(bytes(body), {})
    assert found is not None and found.charset == "gb18030" and "replacement_characters" in found.faults
    assert sum(one != other for one, other in zip(found.text, text, strict=False)) <= 12


def test_the_euro_sign_of_windows_and_the_circled_digits_of_japan() -> None:
    gbk = decode("<meta charset=gbk><p>进口面霜价格便宜质量很好 ".encode("gbk") + b"\x80 19.90</p>", {})
    assert gbk is not None and "€ 19.90" in gbk.text and gbk.faults == ()
    euc = decode("<meta charset=euc-jp><p>ひばり公式ストアのおすすめ①</p>".encode("euc_jis_2004"), {})
    assert euc is not None and "おすすめ①" in euc.text and euc.faults == ()


def test_labels_that_are_no_charsets() -> None:
    for label in ("hex", "rot13", "unicode_escape", "zlib", "idna", "x" * 30, "utf-7", "punycode", "\x00"):
        found = decode("<p>直播间价格便宜质量很好</p>".encode(), {"Content-Type": f"text/html; charset={label}"})
        assert found is not None and found.text == "<p>直播间价格便宜质量很好</p>", label


def test_likeness_tells_the_right_charset_from_those_that_also_fit() -> None:
    body = " ".join(SIMPLIFIED).encode("gbk")
    assert likeness(body.decode("gb18030"), "gb18030") > 0.95
    assert likeness(body.decode("big5hkscs", "replace"), "big5hkscs") < 0.7
    assert likeness(body.decode("cp949", "replace"), "cp949") < 0.7
    assert likeness("plain", "gb18030") == 1.0
