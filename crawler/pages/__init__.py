"""Page objects: one file a platform or shop. `structured`, `embedded` and `visible` are the generic readers."""

from tldextract import TLDExtract, tldextract

# url-matcher asks tldextract for the registered domain, which by default downloads the public suffix list on first use:
# a request to a third party that nobody asked for. The list shipped inside the package is used instead.
tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())
