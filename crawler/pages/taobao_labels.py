"""The words that Taobao and Tmall put beside a price, and what kind of price they make it."""

from __future__ import annotations

import re

from pipelines.items import PriceKind

# In order: the price before a coupon is open to anybody although its label has the coupon's word in it.
_KINDS: tuple[tuple[str, PriceKind | None], ...] = (
    (r"[券优惠]前|未用券", None),
    (r"[划原]线?价|专柜价|吊牌价|建议零售|市场价|指导价|日常价", "list"),
    (r"券|到手|红包|补贴后|优惠后|凑单|满减", "coupon"),
    (r"会员|VIP|淘金币|PLUS|专享|新人|首单|首购|粉丝|学生|省钱卡|积分", "member"),
    (r"定金|订金|预付", "deposit"),
    (r"尾款", "balance"),
    (r"分期|每期|期/", "instalment"),
    (r"直播", "live"),
    (r"促销|活动|特价|秒杀|聚划算|限时|折扣|淘宝价|抢购|大促|狂欢|特卖|百亿补贴", "sale"),
)


def kind_of(label: str) -> PriceKind | None:
    """The kind that a price label states; None for none ("价格") or an unknown one."""
    return next((kind for pattern, kind in _KINDS if re.search(pattern, label, re.IGNORECASE)), None)
