"""`python -m crawler` is `daihuo`."""

from crawler.cli import main

main()
