"""SCIM 2.0: the company's identity system keeps the directory in step. It authenticates by a token of its own, not by
a session."""

import hmac
import logging
from collections.abc import Callable

import orjson
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    Meta,
    ResourceType,
    ResponseParameters,
    Schema,
    SCIMException,
    ServiceProviderConfig,
)
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from database import NOT_ANSWERED, UnknownOutcomeError
from installation import installation, now
from people import security_log
from people.sign_in import identity_system, provisioning
from people.sign_in.identity_system import Account, UnknownAccountError
from people.sign_in.provisioning import TakenError, UnsoundAccountError
from web.pages import RETRY_AFTER
from web.scim import patching, searching, users
from web.scim.model import Document, EnterpriseUser, Person, User

log = logging.getLogger("kodex.scim")

MEDIA_TYPE = "application/scim+json"
LARGEST_REQUEST = 1_000_000
"""Bytes of a request."""
MOST_LISTED = 200
"""Accounts in one answer."""
UNAVAILABLE = 503
LAST_INDEX = 2**31
"""Beyond every account, and within what a database counts."""


class ScimError(Exception):
    """An answer with an error in the protocol's words: `kind` is its scimType."""

    def __init__(self, status: int, detail: str, kind: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind


async def answer(request: Request) -> Response:
    token = installation().settings.scim_token
    if token is None:
        return PlainTextResponse("Not found", 404)
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), token.encode()):
        security_log.note("scim", result="refused")
        refused = _error(ScimError(401, "The bearer token is missing or wrong."))
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    try:
        body = await _body(request)
        return await run_in_threadpool(_answer, request, body)
    except ScimError as error:
        return _error(error)
    except SCIMException as error:
        return _error(ScimError(error.status, error.detail, error.scim_type or None))
    except UnknownAccountError:
        return _error(ScimError(404, "There is no such resource."))
    except TakenError as error:
        return _error(ScimError(409, str(error), "uniqueness"))
    except UnsoundAccountError as error:
        return _error(ScimError(400, str(error), "invalidValue"))
    except NOT_ANSWERED as error:
        log.error("SCIM: the database does not answer (%s)", type(error).__name__)
        return _error(ScimError(UNAVAILABLE, "The database does not answer; nothing was changed. Ask again later."))
    except UnknownOutcomeError:
        log.error("SCIM: the database was lost during a change, which may have been made")
        detail = "The database was lost during the change, which may have been made. Read the user, and ask again."
        return _error(ScimError(UNAVAILABLE, detail))


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_REQUEST:
            raise ScimError(413, "The request is too large.")
    return body


def _answer(request: Request, body: bytes) -> Response:
    kind, _, name = request.path_params["path"].partition("/")
    base = f"{installation().settings.public_url or str(request.base_url).rstrip('/')}/scim/v2"
    described: dict[str, Callable[[str], list[Document]]] = {"ResourceTypes": _resource_types, "Schemas": _schemas}
    if kind == ".search" or name == ".search":
        raise ScimError(501, "Searching is done by GET.")
    if kind == "Users":
        return _users(request, name, body, base)
    if kind not in {*described, "ServiceProviderConfig"} or (kind == "ServiceProviderConfig" and name):
        raise ScimError(404, "There is no such resource.")
    if request.method != "GET":
        raise ScimError(405, "This can be read and not changed.")
    if kind == "ServiceProviderConfig":
        return _json(_service(base))
    if request.query_params.get("filter"):
        raise ScimError(403, "What the service is cannot be filtered.")
    documents = described[kind](base)
    if not name:
        return _json(_list(documents, len(documents), 1))
    for document in documents:
        if document["id"] == name:
            return _json(document)
    raise ScimError(404, "There is no such resource.")


# Users


def _users(request: Request, key: str, body: bytes, base: str) -> Response:
    installed = installation()
    at = now()
    today = installed.today(at)
    match request.method, bool(key):
        case "GET", False:
            return _listed(request, base)
        case "GET", True:
            with installed.database.reading() as connection:
                account = identity_system.find(connection, key)
        case "POST", False:
            user = users.read(_document(body))
            account = provisioning.create(installed.database, users.account_of(user, None), today, at)
            security_log.note("scim", person=account.key, what="added")
            location = {"Location": f"{base}/Users/{account.key}"}
            return _json(_shown(request, account, base), 201, location)
        case "PUT", True:
            user = users.read(_document(body))
            account = provisioning.change(
                installed.database, key, lambda before: users.account_of(user, before), today, at
            )
        case "PATCH", True:
            changes = patching.operations(_document(body))

            def patched(before: Account) -> Account:
                user = users.user_of(before, base)
                patching.patch(user, changes)
                return users.account_of(user, before)

            account = provisioning.change(installed.database, key, patched, today, at)
        case "DELETE", True:
            provisioning.remove(installed.database, key, at)
            security_log.note("scim", person=key, what="removed")
            return Response(status_code=204)
        case _:
            raise ScimError(405, "This cannot be done here.")
    if request.method != "GET":
        security_log.note("scim", person=account.key, what="changed")
    return _json(_shown(request, account, base))


def _listed(request: Request, base: str) -> Response:
    query = request.query_params
    wanted = searching.condition(query.get("filter"))
    start = min(max(_number(query.get("startIndex"), 1), 1), LAST_INDEX)
    count = min(max(_number(query.get("count"), MOST_LISTED), 0), MOST_LISTED)
    with installation().database.snapshot() as connection:
        total, found = identity_system.listed(connection, wanted, start, count)
    return _json(_list([_shown(request, account, base) for account in found], total, start))


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError as error:
        raise ScimError(400, "startIndex and count: have to be whole numbers.", "invalidValue") from error


def _shown(request: Request, account: Account, base: str) -> Document:
    """Return the account with the attributes that are asked for."""
    asked = {
        name: request.query_params[name]
        for name in ("attributes", "excludedAttributes")
        if request.query_params.get(name)
    }
    try:
        chosen = ResponseParameters[Person].model_validate(asked)
    except ValidationError as error:
        detail = "attributes and excludedAttributes: one of them may be given, with names of attributes."
        raise ScimError(400, detail, "invalidValue") from error
    user = users.shown(account, base)
    document: Document = user.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=chosen)
    return document


# What goes over the wire


def _document(body: bytes) -> Document:
    try:
        # It takes no lone surrogate, no NaN and no byte that is not UTF-8, and nests to a limit.
        document = orjson.loads(body)
    except ValueError as error:
        raise ScimError(400, "The request is not JSON in UTF-8.", "invalidSyntax") from error
    if not isinstance(document, dict):
        raise ScimError(400, "The request is not a JSON object.", "invalidSyntax")
    return document


def _list(documents: list[Document], total: int, start: int) -> Document:
    head = ListResponse[Person](total_results=total, start_index=start, items_per_page=len(documents))
    return {**head.model_dump(), "Resources": documents}


def _json(document: Document, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def _error(error: ScimError) -> Response:
    said = Error(status=error.status, scim_type=error.kind, detail=error.detail)
    later = {"Retry-After": RETRY_AFTER} if error.status == UNAVAILABLE else None
    return _json(said.model_dump(), error.status, later)


# What the service is


def _service(base: str) -> Document:
    no = {"supported": False}
    service = ServiceProviderConfig(
        patch={"supported": True},
        bulk={**no, "maxOperations": 0, "maxPayloadSize": 0},
        filter={"supported": True, "maxResults": MOST_LISTED},
        change_password=no,
        sort=no,
        etag=no,
        authentication_schemes=[
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The token that Kodex was set up with, KODEX_SCIM_TOKEN.",
                "primary": True,
            }
        ],
        meta=Meta(resource_type="ServiceProviderConfig", location=f"{base}/ServiceProviderConfig"),
    )
    return service.model_dump()


def _resource_types(base: str) -> list[Document]:
    described = ResourceType.from_resource(Person)
    described.description = "A person in the directory"
    described.meta = Meta(resource_type="ResourceType", location=f"{base}/ResourceTypes/User")
    return [described.model_dump()]


def _schemas(base: str) -> list[Document]:
    found: list[Document] = []
    for model in (User, EnterpriseUser):
        schema: Schema = model.to_schema()
        schema.meta = Meta(resource_type="Schema", location=f"{base}/Schemas/{schema.id}")
        found.append(schema.model_dump())
    return found


ROUTES = [Route("/scim/v2/{path:path}", answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
