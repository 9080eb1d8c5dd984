"""Who may see what, and whose page may ask."""

import pytest

from contracts.labels import SCOPES
from gateway.access import Access, NotAllowed, NotKnown, bearer, host_allowed, origin_allowed, scope_named

WHITE = "white-cell-token"
TOKYO = "tokyo-token-1"
ACCESS = Access({WHITE: frozenset(SCOPES), TOKYO: frozenset({"JPN"})})


def test_without_tokens_everybody_may_ask_for_everything() -> None:
    assert Access({}).open
    assert Access({}).scopes(None) == SCOPES
    assert Access({}).scope(None, None) == "ALL"


def test_with_tokens_nobody_is_let_in_without_one() -> None:
    with pytest.raises(NotKnown, match="got none"):
        ACCESS.scope(None, "JPN")


def test_an_unknown_token_is_not_let_in() -> None:
    with pytest.raises(NotKnown, match="got another one"):
        ACCESS.scope("guessed", "JPN")


def test_a_token_sees_its_scopes() -> None:
    assert ACCESS.scope(TOKYO, "JPN") == "JPN"
    assert ACCESS.scopes(TOKYO) == ("JPN",)


def test_a_token_does_not_see_other_scopes() -> None:
    with pytest.raises(NotAllowed, match="wanted a scope among JPN, got ALL"):
        ACCESS.scope(TOKYO, "ALL")


def test_who_names_no_scope_gets_the_first_that_the_token_sees() -> None:
    assert (ACCESS.scope(TOKYO, None), ACCESS.scope(WHITE, None)) == ("JPN", "ALL")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        ("Bearer  ", None),
        (None, None),
    ],
)
def test_the_token_is_the_bearers(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


@pytest.mark.parametrize("host", ["localhost:8700", "127.0.0.1:8700", "[::1]:8700", "localhost"])
def test_on_loopback_a_loopback_name_is_ours(host: str) -> None:
    assert host_allowed(host, "127.0.0.1", ())


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8700", "127.0.0.1.evil.example", "", None])
def test_on_loopback_another_name_is_not_ours(host: str | None) -> None:
    assert not host_allowed(host, "127.0.0.1", ())


def test_on_an_open_address_any_name_is_ours() -> None:
    assert host_allowed("cop.example", "0.0.0.0", ())  # noqa: S104


def test_a_configured_origins_name_is_ours() -> None:
    assert host_allowed("cop.example", "127.0.0.1", ("https://cop.example",))


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8700", True),
        ("http://localhost:5173", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://friend.example", True),
    ],
)
def test_a_page_may_ask_if_it_is_ours_or_configured_or_of_this_machine(
    origin: str | None, *, allowed: bool
) -> None:
    assert origin_allowed(origin, "127.0.0.1:8700", ("https://friend.example",)) is allowed


def test_on_an_open_address_a_page_of_another_port_is_a_stranger() -> None:
    assert not origin_allowed("http://cop.example:81", "cop.example:80", ())


def test_scopes_are_named_exactly() -> None:
    assert [scope_named(word) for word in ("JPN", "jpn", "", None)] == ["JPN", None, None, None]
