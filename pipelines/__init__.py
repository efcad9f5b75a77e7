"""Wing 2, understanding: what a page said becomes facts, findings and verdicts. No web in here."""

import sys

# sqlite-utils imports pandas wherever it is installed, for frames that nobody gives it here: 90 MB in every process.
if "pandas" not in sys.modules and "sqlite_utils" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils  # noqa: F401
    finally:
        del sys.modules["pandas"]
