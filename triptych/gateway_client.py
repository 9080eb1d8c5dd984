"""How the command line speaks to the gateway over HTTP: JSON there, JSON back, problems as errors."""

import json
import urllib.error
import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

from triptych.white_cell import Refusal

_ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024


class GatewayLost(ConnectionError):
    """The gateway cannot be reached, or cannot do its work now."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no answer from the gateway at {url}: {reason}")


class BadGatewayUrl(ValueError):
    """An address that is not ``http://host:port``."""

    def __init__(self, url: str) -> None:
        super().__init__(f"--gateway must be http://host[:port], got {url!r}")


def ask_gateway(
    url: str, path: str, body: dict[str, Any] | None = None, *, token: str | None = None, wait_s: float = 10.0
) -> dict[str, Any]:
    """GET a path, or POST a body to it, and return the answer's fields.

    Raises:
        BadGatewayUrl: the address cannot be used.
        Refusal: the gateway answers that the request is wrong (4xx), with what it says about it.
        GatewayLost: it cannot be reached, does not answer in time, or has no broker (5xx).
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise BadGatewayUrl(url)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url.rstrip("/") + path, None if body is None else json.dumps(body).encode(), headers
    )
    try:
        with urllib.request.urlopen(request, timeout=wait_s) as answer:  # noqa: S310
            return _fields(answer.read(_ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        detail = str(_fields(error.read(_ANSWER_BYTES_MAX)).get("detail", error.reason))
        if error.code >= 500:
            raise GatewayLost(url, detail) from error
        raise Refusal(detail) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise GatewayLost(url, str(getattr(error, "reason", error))) from error


def _fields(payload: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(payload)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
