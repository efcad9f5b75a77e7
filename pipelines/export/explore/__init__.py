"""The explorer's database: what of a dataset may be published, in one SQLite file that asks to be questioned.

`build` makes it, `described` says what its tables and columns mean, `questions` are asked of it by name, `search` finds
words in reviews, `claim_page` and `product_page` gather what one page shows. Serving it is `crawler/explorer`'s.
"""
