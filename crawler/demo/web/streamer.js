// The page is an empty frame: the product and its reviews come by XHR and become DOM here.
"use strict";
const app = document.getElementById("app");

function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

async function load(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  return response.json();
}

function productBox(item) {
  const box = node("section", "product");
  box.dataset.productId = item.id;
  const image = node("img", "product-image");
  image.src = item.image;
  image.alt = item.title;
  const prices = node("p", "prices");
  prices.append(node("span", "price", "¥" + item.price), " ");
  if (item.originalPrice) prices.append(node("del", "list-price", "¥" + item.originalPrice), " ");
  box.append(image, node("h1", "product-title", item.title), prices);
  if (item.couponPrice) {
    const coupon = node("p", "coupon");
    coupon.append(node("span", "coupon-price", "券后价 ¥" + item.couponPrice), " ", node("span", "coupon-rule", item.couponRule));
    box.append(coupon);
  }
  box.append(node("p", "spec", "规格：" + item.spec));
  const notes = node("ul", "notes");
  for (const text of item.notes) notes.append(node("li", "", text));
  const buy = node("button", "buy", item.stock === 0 ? "已售罄" : "立即购买");
  buy.disabled = item.stock === 0;
  box.append(notes, node("p", "stock", item.stock === 0 ? "已售罄" : "有货"), buy);
  return box;
}

function reviewBox(review) {
  const box = node("article", "review");
  box.id = "review-" + review.id;
  const rating = node("span", "rating", "★".repeat(review.star) + "☆".repeat(5 - review.star));
  rating.title = review.star + "/5";
  const date = node("time", "date", review.createTime);
  date.dateTime = review.createTime.replace(" ", "T") + "+08:00";
  box.append(node("span", "author", review.nickname), rating, " ", date, " ", node("span", "sku", review.sku));
  box.append(node("p", "review-text", review.content));
  if (review.append) {
    const more = node("div", "append");
    more.append(node("span", "append-date", "追评 " + review.append.createTime), node("p", "append-text", review.append.content));
    box.append(more);
  }
  if (review.reply) box.append(node("div", "reply", "商家回复：" + review.reply));
  return box;
}

async function showReviews(id, page) {
  const { data } = await load(`/api/reviews?id=${encodeURIComponent(id)}&page=${page}`);
  const box = node("section", "reviews");
  box.append(node("h2", "", `用户评价（${data.total}）`));
  for (const review of data.list) box.append(reviewBox(review));
  const pages = node("nav", "pages", `第 ${data.page} 页，共 ${data.pages} 页 `);
  if (data.page < data.pages) {
    const next = node("a", "next", "下一页");
    next.rel = "next";
    next.href = `/item/${id}?review_page=${data.page + 1}`;
    pages.append(next);
  }
  box.append(pages);
  app.append(box);
}

async function showItem(id) {
  const answer = await load("/api/item?id=" + encodeURIComponent(id));
  if (answer.code !== 0) {
    const box = node("div", "error-box");
    box.append(node("h2", "", answer.message), node("p", "", "很抱歉，您查看的商品不存在或已下架，去看看别的吧。"));
    app.replaceChildren(box);
    return;
  }
  document.title = answer.data.title + " - " + answer.data.shop.name;
  app.replaceChildren(productBox(answer.data));
  const page = Number(new URLSearchParams(location.search).get("review_page")) || 1;
  if (answer.data.reviewCount > 0) await showReviews(id, page);
}

async function showShop() {
  const { data } = await load("/api/items");
  const list = node("ul", "goods");
  for (const item of data.list) {
    const row = node("li", "goods-item");
    const link = node("a", "goods-title", item.title);
    link.href = "/item/" + item.id;
    row.append(link, " ", node("span", "price", "¥" + item.price));
    list.append(row);
  }
  app.replaceChildren(node("h1", "", "今晚好物"), list);
}

const found = /^\/item\/(\w+)$/.exec(location.pathname);
if (found) showItem(found[1]);
else showShop();
