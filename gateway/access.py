"""Who may see what: decided here, on the server, from the token that a request brings.

Without configured tokens the exercise is open: every scope may be asked by whoever reaches the
gateway, which by default listens on loopback only. With tokens, each sees its own scopes and
nothing of the others: pictures, counts, health and lag are all asked by scope.
"""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from contracts.labels import SCOPES, Scope

WHITE_CELL: Final[Scope] = "ALL"
"""The scope that may also see injects and steer the clock."""

_SCOPE_OF_WORD: Final[dict[str, Scope]] = {str(scope): scope for scope in SCOPES}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class NotKnown(PermissionError):
    """No token came, or one that nobody has: HTTP 401."""

    def __init__(self, *, came: bool) -> None:
        self.came = came
        super().__init__(
            "wanted a bearer token that this exercise knows, got " + ("another one" if came else "none")
        )


class NotAllowed(PermissionError):
    """The token may not see the scope: HTTP 403."""

    def __init__(self, scope: Scope, allowed: tuple[Scope, ...]) -> None:
        self.scope = scope
        self.allowed = allowed
        super().__init__(f"wanted a scope among {', '.join(allowed)}, got {scope}")


class Access:
    """The tokens of one exercise."""

    def __init__(self, tokens: Mapping[str, frozenset[Scope]]) -> None:
        """Take the tokens; none means an open exercise."""
        self._tokens = dict(tokens)

    @property
    def open(self) -> bool:
        """Whether everybody may ask for everything."""
        return not self._tokens

    def scopes(self, token: str | None) -> tuple[Scope, ...]:
        """Return what a token may see, in the order of ``SCOPES``.

        Raises:
            NotKnown: tokens are needed, and this is none.
        """
        if self.open:
            return SCOPES
        allowed: frozenset[Scope] = frozenset()
        for known, scopes in self._tokens.items():
            # All are compared, in constant time each, so that time does not tell how near a guess came.
            if token is not None and hmac.compare_digest(known.encode(), token.encode()):
                allowed = scopes
        if not allowed:
            raise NotKnown(came=token is not None)
        return tuple(scope for scope in SCOPES if scope in allowed)

    def scope(self, token: str | None, wanted: Scope | None) -> Scope:
        """Return the scope that a request gets: the wanted one, or the first that its token may see.

        Raises:
            NotKnown: tokens are needed, and this is none.
            NotAllowed: the token may not see the wanted scope.
        """
        allowed = self.scopes(token)
        if wanted is None:
            return allowed[0]
        if wanted not in allowed:
            raise NotAllowed(wanted, allowed)
        return wanted


def scope_named(word: str | None) -> Scope | None:
    """Return the scope of this name, if there is one."""
    return _SCOPE_OF_WORD.get(word or "")


def bearer(authorization: str | None) -> str | None:
    """Return the token of an ``Authorization`` header."""
    if authorization is None:
        return None
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def is_loopback(host: str) -> bool:
    """Return whether a host name means this machine alone."""
    return host in _LOOPBACK


def host_allowed(host: str | None, listening_on: str, origins: tuple[str, ...]) -> bool:
    """Return whether a request's ``Host`` is one of ours.

    A page from elsewhere can make a browser ask for its own name at our address (DNS rebinding);
    on loopback we therefore answer to loopback's names only, and to those of configured origins.
    """
    if not is_loopback(listening_on):
        return True
    name = urlsplit(f"//{host or ''}").hostname or ""
    return is_loopback(name) or name in {urlsplit(origin).hostname for origin in origins}


def origin_allowed(origin: str | None, host: str | None, origins: tuple[str, ...]) -> bool:
    """Return whether a page of this origin may open the stream or change something here.

    No origin means no browser. Pages of another port of this machine may, as a page in development does.
    """
    if origin is None or origin in origins:
        return True
    theirs, ours = urlsplit(origin), urlsplit(f"//{host or ''}")
    if theirs.netloc == ours.netloc:
        return True
    return is_loopback(theirs.hostname or "") and is_loopback(ours.hostname or "")
