"""A request with a token in, the account behind it out; or a refusal that says which."""

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from pipeline.moderation.desk.people import Person
from pipeline.web.access import App
from pipeline.web.api.limits import RateLimiter
from pipeline.web.api.problems import Problem
from pipeline.web.auth.tokens import find_token

CHALLENGE: Final = {"www-authenticate": "Bearer"}

scheme: Final = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="What `saring user token NAME` printed once; it may do what the account's role may.",
)


class Caller(NamedTuple):
    """Who is asking, and by which token."""

    person: Person
    token_id: int


def find_caller(
    app: App,
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)],
) -> Caller:
    """Return who is asking. Raises Problem 401 for a token that is none, has ended, or whose account is off."""
    if shown is None:
        raise Problem(401, "no token was sent; expected the header Authorization: Bearer TOKEN", CHALLENGE)
    with app.store.reading() as connection:
        bearer = find_token(connection, shown.credentials, app.clock())
    if bearer is None:
        raise Problem(401, "the token is unknown, revoked or too old; expected one that holds", CHALLENGE)
    return Caller(bearer.person, bearer.token_id)


def allow(*roles: str) -> Callable[..., Any]:
    """Return a dependency that lets in tokens of these roles, as often as they may."""

    def let_in(
        request: Request, response: Response, caller: Annotated[Caller, Depends(find_caller)]
    ) -> Caller:
        if caller.person.role not in roles:
            raise Problem(403, f"a token of role {caller.person.role}; expected {' or '.join(roles)}")
        spend(request, response, caller, 1)
        return caller

    return let_in


def spend(request: Request, response: Response, caller: Caller, units: int) -> None:
    """Count what a token asks. Raises Problem 429 when that is too much."""
    limiter: RateLimiter = request.app.state.limiter
    allowance = limiter.spend(caller.token_id, units)
    request.state.rate_headers = allowance.headers()
    response.headers.update(request.state.rate_headers)
    if not allowance.granted:
        raise Problem(429, f"more than {allowance.limit:,} a minute; expected fewer", allowance.headers())
