"""One question to a service that keeps time: a POST to the address that the user named, nothing else."""

from __future__ import annotations

import urllib.error
import urllib.request
from http import HTTPStatus

from crawler import VERSION
from pipelines.errors import InputMissing, ServiceFailed

SECONDS = 30.0
LARGEST = 1024 * 1024


def post(url: str, body: bytes, content_type: str) -> bytes:
    """The body of the answer. Raises ServiceFailed when there is none, InputMissing for no http or https address."""
    if not url.startswith(("http://", "https://")):
        raise InputMissing(f"expected the http or https address of a service, found {url!r}")
    opener = urllib.request.OpenerDirector()
    # Only these: no redirects, no files, no other schemes.
    opener.add_handler(urllib.request.HTTPHandler())
    opener.add_handler(urllib.request.HTTPSHandler())
    headers = {"Content-Type": content_type, "User-Agent": f"daihuo/{VERSION}", "Accept": "*/*"}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 — http or https, see above
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            status, said = answer.status, answer.read(LARGEST + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise ServiceFailed(
            f"{url} did not answer: {getattr(error, 'reason', None) or error}; try again later"
        ) from error
    if status != HTTPStatus.OK or len(said) > LARGEST:
        raise ServiceFailed(f"{url}: expected an answer with status 200 and at most 1 MiB, found status {status}")
    return bytes(said)
