"""Sign-in at the company's own provider: OpenID Connect, by authorization code with PKCE."""

import logging
import re
import secrets
import time
import warnings
from base64 import b64encode
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from authlib.oidc.core import CodeIDToken
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from installation import installation, now
from people import security_log
from people.access import Role
from people.directory import Person
from people.sign_in import single_sign_on, throttle
from people.sign_in.single_sign_on import Begun, RefusedSignInError
from people.sign_in.throttle import TooOftenError
from settings import LOOPBACK, SingleSignOn
from web.cookies import UNDER_WAY
from web.own_path import own_path
from web.pages import page
from web.sign_in import form
from web.visitor import words
from words import sentence

with warnings.catch_warnings():
    # Authlib is about to prefer a successor of httpx that does the same; nobody who runs Kodex has to know.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

CODE = re.compile("[A-Za-z_-]{1,40}")
"""Error codes of libraries and of the provider."""

log = logging.getLogger("kodex.sign_in")

EDWARDS = ["EdDSA", "Ed25519", "Ed448"]
"""One signature under two names: RFC 9864 calls by its curve what RFC 8037 called EdDSA."""
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", *EDWARDS]
"""Algorithms by which only the provider can sign: neither `none`, nor any that uses the client's secret."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""
PATIENCE = 10
"""Seconds that the provider may take to answer."""
METADATA_SECONDS = 300
"""Seconds for which the provider's addresses are cached, so that not each sign-in that anybody begins reaches the
provider."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_provider: dict[str, tuple[float, dict[str, Any]]] = {}

NO_ANSWER = sentence("Your company's sign-in does not answer. Try again in a few minutes.")
NOT_UNDERSTOOD = sentence(
    "Your company's sign-in gave an answer that cannot be trusted. Tell one of the contacts below; "
    "whoever runs Kodex can look into it."
)
WRONG_ISSUER = sentence(
    "The answer does not come from your company's sign-in. Tell one of the contacts below, and do not try again."
)
CLOCKS_APART = sentence(
    "The clocks of your company's sign-in and of Kodex are too far apart. Tell one of the contacts below; "
    "whoever runs Kodex can set them."
)
OUT_OF_DATE = sentence("The proof that you have signed in is out of date. Sign in again.")
CANCELLED = sentence("You have cancelled the sign-in, or your company's sign-in does not let you into Kodex.")
NOT_NOW = sentence("Your company's sign-in cannot sign you in at the moment. Try again in a few minutes.")
NOT_FINISHED = sentence("You have not finished signing in at your company. Begin again, and answer what it asks.")
NOT_SET_UP = sentence(
    "Your company's sign-in refuses Kodex as it is set up. Tell one of the contacts below; "
    "whoever runs Kodex finds the reason in its log."
)
REASONS = {
    "access_denied": CANCELLED,
    "temporarily_unavailable": NOT_NOW,
    "server_error": NOT_NOW,
    "slow_down": NOT_NOW,
    "invalid_grant": NOT_NOW,
    "login_required": NOT_FINISHED,
    "interaction_required": NOT_FINISHED,
    "account_selection_required": NOT_FINISHED,
    "consent_required": NOT_FINISHED,
}
"""Sentences for a provider's errors; any other error is about how Kodex is set up there."""


async def start(request: Request) -> Response:
    """Send the browser to the provider."""
    provider = _settings()
    target = own_path(request.query_params.get("next"))
    browser = _browser(request) or secrets.token_urlsafe(32)
    installed = installation()
    try:
        begun = await run_in_threadpool(
            single_sign_on.begin, installed.gate, browser, target, form.client(request).address, now()
        )
        async with _client(request, provider) as client:
            metadata = await _metadata(client, provider)
    except TooOftenError as error:
        return _not_signed_in(request, form.too_often(request, error), target, 429)
    except RefusedSignInError as error:
        return _refusal(request, error, target)
    address, _ = client.create_authorization_url(
        metadata["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
    )
    response = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    UNDER_WAY.keep(response, request, browser, single_sign_on.SIGN_IN_LASTS)
    return response


async def callback(request: Request) -> Response:
    """Receive the browser back from the provider."""
    provider = _settings()
    query = request.query_params
    installed = installation()
    target = "/"
    try:
        # Some forget the state when somebody cancels; nobody is signed in by it, and so nothing has to be proved.
        if query.get("error") == "access_denied" and "state" not in query:
            raise _refused_by_provider("access_denied")
        begun = await run_in_threadpool(
            single_sign_on.finish,
            installed.database,
            _browser(request),
            query.get("state", ""),
            installed.settings.secret,
            now(),
        )
        target = begun.target
        claims = await _claims(request, provider, begun)
        person = await run_in_threadpool(_person, claims, provider)
    except RefusedSignInError as error:
        return _refusal(request, error, target)
    return await run_in_threadpool(_come_back, request, person, target)


def _come_back(request: Request, person: Person, target: str) -> Response:
    installed, at = installation(), now()
    address = form.client(request).address
    installed.database.write(lambda connection: throttle.finished(connection, address, installed.settings.secret))
    throttle.forget_old(installed.database, at)
    return form.open_session(request, person, target, single_sign_on.BY)


def _person(claims: dict[str, Any], provider: SingleSignOn) -> Person:
    """Return the person of the claims, with the roles of their groups."""
    installed = installation()
    with installed.database.reading() as connection:
        person = single_sign_on.find(connection, claims, provider.claim, provider.matches, installed.today(now()))
    roles = [(group, Role(role)) for group, role in provider.roles_of_groups]
    single_sign_on.bring_in_line(installed.database, person.key, single_sign_on.groups_of(claims), roles, now())
    return person


async def _claims(request: Request, provider: SingleSignOn, begun: Begun) -> dict[str, Any]:
    """Return the provider's claims about the person, once everything that vouches for them is checked."""
    query = request.query_params
    # A provider that names itself in its answer can be told from another one.
    if query.get("iss", provider.issuer) != provider.issuer:
        raise RefusedSignInError(WRONG_ISSUER)
    if "error" in query:
        raise _refused_by_provider(query["error"])
    if not query.get("code"):
        raise RefusedSignInError(NOT_UNDERSTOOD)
    async with _client(request, provider) as client:
        token = await _token(client, provider, query["code"], begun)
        metadata = await _metadata(client, provider)
        keys = _keys(await _json(client, metadata["jwks_uri"]))
        claims = _checked(str(token.get("id_token", "")), keys, provider, begun.nonce)
        wanted = {"email", "email_verified"} if provider.claim == "email" else {provider.claim}
        if not wanted <= claims.keys() and "userinfo_endpoint" in metadata:
            more = await _userinfo(client, metadata["userinfo_endpoint"], token, keys, provider)
            if more.get("sub") != claims["sub"]:
                raise RefusedSignInError(NOT_UNDERSTOOD)
            # `email_verified` is about the address next to it.
            claims = {**more, **claims, **{name: more[name] for name in wanted & more.keys()}}
    return claims


async def _token(client: AsyncOAuth2Client, provider: SingleSignOn, code: str, begun: Begun) -> dict[str, Any]:
    """Exchange the code for tokens.

    If the provider refuses Kodex, it may have changed how Kodex has to authenticate: its metadata is read again,
    once.
    """
    metadata = await _metadata(client, provider)
    proof = _proof_of_client(metadata)
    try:
        return await _exchanged(client, metadata, proof, code, begun)
    except OAuthError as error:
        if error.error != "invalid_client":
            raise _refused_by_provider(error.error) from error
        _provider.pop(provider.issuer, None)
        metadata = await _metadata(client, provider)
        if _proof_of_client(metadata) == proof:
            raise _refused_by_provider(error.error) from error
    try:
        return await _exchanged(client, metadata, _proof_of_client(metadata), code, begun)
    except OAuthError as error:
        raise _refused_by_provider(error.error) from error


async def _exchanged(
    client: AsyncOAuth2Client, metadata: dict[str, Any], proof: str, code: str, begun: Begun
) -> dict[str, Any]:
    client.token_endpoint_auth_method = proof
    try:
        token: dict[str, Any] = await client.fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=begun.verifier, grant_type="authorization_code"
        )
    except httpx.HTTPError as error:
        raise RefusedSignInError(NO_ANSWER) from error
    except ValueError as error:
        raise RefusedSignInError(NOT_UNDERSTOOD) from error
    return token


async def _userinfo(
    client: AsyncOAuth2Client, address: str, token: dict[str, Any], keys: KeySet, provider: SingleSignOn
) -> dict[str, Any]:
    """Return the claims of the userinfo endpoint: plain, or signed (OpenID Connect Core 1.0, 5.3.2)."""
    answer = await _got(client, address, headers={"Authorization": f"Bearer {token.get('access_token', '')}"})
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/jwt":
        return _object(answer)
    try:
        claims = jwt.decode(answer.text.strip(), keys, SIGNATURES).claims
        audience = claims.get("aud")
        if claims.get("iss") != provider.issuer:
            raise RefusedSignInError(WRONG_ISSUER)
        if provider.client_id not in (audience if isinstance(audience, list) else [audience]):
            raise RefusedSignInError(NOT_UNDERSTOOD)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise RefusedSignInError(NOT_UNDERSTOOD) from error
    return dict(claims)


def _keys(published: dict[str, Any]) -> KeySet:
    """Return the provider's keys, without those of kinds that cannot be used here."""
    keys = []
    for each in published["keys"] if isinstance(published.get("keys"), list) else ():
        try:
            # Named by the curve or by the family, it is the same key.
            data = {name: value for name, value in each.items() if name != "alg" or value not in EDWARDS}
            key = JWKRegistry.import_key(data)
            key.get_op_key("verify")
            key.ensure_kid()
        except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            continue
        keys.append(key)
    return KeySet(keys)


def _checked(id_token: str, keys: KeySet, provider: SingleSignOn, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token that the provider has just signed, for us and for this sign-in."""
    try:
        decoded = jwt.decode(id_token, keys, SIGNATURES)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id},
        )
        claims.validate(int(now().timestamp()), LEEWAY)
    except ExpiredTokenError as error:
        raise RefusedSignInError(OUT_OF_DATE) from error
    except InvalidClaimError as error:
        by_claim = {"iss": WRONG_ISSUER, "iat": CLOCKS_APART, "nbf": CLOCKS_APART}
        raise RefusedSignInError(by_claim.get(error.claim, NOT_UNDERSTOOD)) from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise RefusedSignInError(NOT_UNDERSTOOD) from error
    return dict(claims)


async def _metadata(client: AsyncOAuth2Client, provider: SingleSignOn) -> dict[str, Any]:
    """The provider's addresses, by discovery."""
    cached = _provider.get(provider.issuer)
    if cached and time.monotonic() - cached[0] < METADATA_SECONDS:
        return cached[1]
    found = await _json(client, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise RefusedSignInError(WRONG_ISSUER)
    named = [found.get(name) for name in NEEDED] + [found[name] for name in ("userinfo_endpoint",) if name in found]
    if not all(isinstance(each, str) and _is_encrypted(each) for each in named):
        raise RefusedSignInError(NOT_UNDERSTOOD)
    _provider[provider.issuer] = time.monotonic(), found
    return found


def _is_encrypted(address: str) -> bool:
    """True if nobody on the way can read the client's secret or replace the keys. Plain HTTP is only for a provider
    on this machine, like its issuer."""
    try:
        url = urlsplit(address)
        return url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    except ValueError:
        return False


async def _json(client: AsyncOAuth2Client, address: str) -> dict[str, Any]:
    return _object(await _got(client, address))


async def _got(client: AsyncOAuth2Client, address: str, **options: Any) -> httpx.Response:
    try:
        answer: httpx.Response = await client.request("GET", address, withhold_token=True, **options)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RefusedSignInError(NO_ANSWER) from error
    return answer


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise RefusedSignInError(NOT_UNDERSTOOD) from error
    if not isinstance(found, dict):
        raise RefusedSignInError(NOT_UNDERSTOOD)
    return found


def _client(request: Request, provider: SingleSignOn) -> AsyncOAuth2Client:
    base = installation().settings.public_url or str(request.base_url).rstrip("/")
    client = AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        scope="openid email profile",
        redirect_uri=f"{base}/sign-in/callback",
        code_challenge_method="S256",
        timeout=PATIENCE,
    )
    client.register_client_auth_method(("client_secret_basic", _in_header))
    return client


def _in_header(
    client: Any, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Prove who Kodex is in a header, with the id and the secret encoded like a form (RFC 6749, 2.3.1)."""
    said = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return uri, {**headers, "Authorization": f"Basic {b64encode(said.encode()).decode()}"}, body


def _proof_of_client(metadata: dict[str, Any]) -> str:
    """Return the way to authenticate: in the body if possible, because providers disagree on how to quote a secret in
    a header."""
    possible = metadata.get("token_endpoint_auth_methods_supported", [])
    is_possible = isinstance(possible, list) and "client_secret_post" in possible
    return "client_secret_post" if is_possible else "client_secret_basic"


def _browser(request: Request) -> str | None:
    """Return the secret of a browser in which a sign-in has begun."""
    return UNDER_WAY.of(request)


def _refused_by_provider(error: object) -> RefusedSignInError:
    """Return a refusal that says what the provider's error code means."""
    code = str(error)
    return RefusedSignInError(REASONS.get(code, NOT_SET_UP), code)


def _refusal(request: Request, error: RefusedSignInError, target: str) -> Response:
    # The reason alone: no address, no name, no token.
    cause = error.__cause__
    said = error.code or (str(getattr(cause, "error", None) or type(cause).__name__) if cause else "-")
    code = said if CODE.fullmatch(said) else "?"
    log.warning("single sign-on: %s (%s)", error.reason.text, code)
    security_log.note("sign-in", result="refused", by=single_sign_on.BY, reason=code)
    return _not_signed_in(request, words(request).say(error.reason), target, 403)


def _not_signed_in(request: Request, reason: str, target: str, status: int) -> Response:
    again = f"/sign-in/start?next={quote(target, safe='')}"
    return page(request, "not-signed-in.html", status, reason=reason, again=again)


def _settings() -> SingleSignOn:
    provider = installation().settings.single_sign_on
    if provider is None:
        raise HTTPException(404)
    return provider


ROUTES = [Route("/sign-in/start", start), Route("/sign-in/callback", callback)]
