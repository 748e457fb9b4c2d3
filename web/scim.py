"""SCIM 2.0: the company's identity system keeps the directory in step. It shows its own token, and no session."""

import hmac
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from installation import installation, now
from people import provisioning
from people.provisioning import Account, TakenError, UnknownAccountError, UnsoundAccountError
from words import chosen

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
CORE = "urn:ietf:params:scim:schemas:core:2.0"
MEDIA_TYPE = "application/scim+json"
LARGEST = 1_000_000
"""Bytes of a request."""
MOST = 200
"""Accounts in one answer."""
LAST = 2**31
"""Beyond every account, and within what a database counts."""

Document = dict[str, Any]


class ScimError(Exception):
    """What is answered instead, in the protocol's words: `kind` is its scimType."""

    def __init__(self, status: int, detail: str, kind: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind


async def answer(request: Request) -> Response:
    token = installation().settings.scim_token
    if token is None:
        return PlainTextResponse("Not found", 404)
    shown = request.headers.get("authorization", "")
    if not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        refused = _error(ScimError(401, "The bearer token is missing or wrong."))
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    try:
        body = await _body(request)
        return await run_in_threadpool(_answer, request, body)
    except ScimError as error:
        return _error(error)
    except UnknownAccountError:
        return _error(ScimError(404, "There is no such resource."))
    except TakenError as error:
        return _error(ScimError(409, f"Somebody else has this {error}.", "uniqueness"))
    except UnsoundAccountError as error:
        return _error(ScimError(400, str(error), "invalidValue"))


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
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
    house = installation()
    at = now()
    today = house.today(at)
    match request.method, bool(key):
        case "GET", False:
            return _listed(request, base)
        case "GET", True:
            with house.database.reading() as connection:
                account = provisioning.find(connection, key)
        case "POST", False:
            account = provisioning.create(house.database, _account(_document(body), None), today, at)
            document = _resource(account, base)
            return _json(_chosen(request, document), 201, {"Location": document["meta"]["location"]})
        case "PUT", True:
            document = _document(body)
            account = provisioning.change(house.database, key, lambda before: _account(document, before), today, at)
        case "PATCH", True:
            operations = _operations(_document(body))
            account = provisioning.change(
                house.database,
                key,
                lambda before: _account(_patched(_resource(before, base), operations), before),
                today,
                at,
            )
        case "DELETE", True:
            provisioning.remove(house.database, key, at)
            return Response(status_code=204)
        case _:
            raise ScimError(405, "This cannot be done here.")
    return _json(_chosen(request, _resource(account, base)))


FILTERED = {
    "id": "id",
    "username": "user name",
    "externalid": "external id",
    "employeenumber": "employee number",
}
_FILTER = re.compile(r'\s*([\w:.]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*', re.IGNORECASE)


def _listed(request: Request, base: str) -> Response:
    query = request.query_params
    by, value = _filter(query.get("filter"))
    start = min(max(_number(query.get("startIndex"), 1), 1), LAST)
    count = min(max(_number(query.get("count"), MOST), 0), MOST)
    with installation().database.snapshot() as connection:
        total, found = provisioning.listed(connection, by, value, start, count)
    return _json(_list([_chosen(request, _resource(account, base)) for account in found], total, start))


def _filter(text: str | None) -> tuple[str | None, str]:
    if not text:
        return None, ""
    matched = _FILTER.fullmatch(text)
    by = FILTERED.get(re.sub(r"^urn:.*:", "", matched[1]).lower()) if matched else None
    if matched is None or by is None:
        raise ScimError(400, "Filters are: userName, externalId, employeeNumber or id eq a text.", "invalidFilter")
    try:
        return by, json.loads(matched[2])
    except ValueError as error:
        raise ScimError(400, "The filter's text cannot be read.", "invalidFilter") from error


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError as error:
        raise ScimError(400, "startIndex and count are whole numbers.", "invalidValue") from error


def _resource(account: Account, base: str) -> Document:
    """A person, as SCIM writes one."""
    extension: Document = {"employeeNumber": account.employee_id}
    if account.unit:
        extension["department"] = account.unit
    if account.manager_key:
        extension["manager"] = {"value": account.manager_key, "$ref": f"{base}/Users/{account.manager_key}"}
    names = {"givenName": account.given_name, "familyName": account.family_name}
    document: Document = {
        "schemas": [USER, ENTERPRISE],
        "id": account.key,
        "userName": account.user_name,
        "displayName": account.name,
        "active": account.active,
        ENTERPRISE: extension,
        "meta": {"resourceType": "User", "location": f"{base}/Users/{account.key}"},
    }
    if account.external_id:
        document["externalId"] = account.external_id
    if any(names.values()):
        document["name"] = {part: name for part, name in names.items() if name}
    if account.email:
        said = {"value": account.email, "type": account.email_type or None, "primary": account.email_is_primary}
        document["emails"] = [{name: value for name, value in said.items() if value is not None}]
    return document


def _account(document: Document, before: Account | None) -> Account:
    """What a resource says of a person. What it leaves out is empty, save what nobody can be without."""
    names, extension = _part(document, "name"), _part(document, ENTERPRISE)
    given, family = _text(names, "givenName"), _text(names, "familyName")
    user_name = _text(document, "userName")
    whole = " ".join(part for part in (given, family) if part)
    name = _text(document, "displayName") or _text(names, "formatted") or whole or user_name
    if before and name == before.name == " ".join(part for part in (before.given_name, before.family_name) if part):
        # Where the whole name is only its parts, it changes with them.
        name = whole or name
    address = _address(document, user_name)
    language = _text(document, "preferredLanguage")
    return Account(
        user_name=user_name,
        name=name,
        given_name=given,
        family_name=family,
        email=_text(address, "value"),
        email_type=_text(address, "type"),
        email_is_primary=_truth(address["primary"]) if address.get("primary") is not None else None,
        employee_id=_text(extension, "employeeNumber") or (before.employee_id if before else ""),
        unit=_text(extension, "department"),
        manager_key=_manager(extension),
        active=_truth(document.get("active", before.active if before else True)),
        external_id=_text(document, "externalId") or None,
        language=chosen(language) if language or before is None else before.language,
    )


def _part(document: Document, name: str) -> Document:
    part = document.get(name) or {}
    if not isinstance(part, dict):
        raise ScimError(400, f"{name} has to be an object.", "invalidValue")
    return _canonical(part)


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ScimError(400, f"{name} has to be a text.", "invalidValue")
    return unicodedata.normalize("NFC", value.strip())


def _address(document: Document, user_name: str) -> Document:
    """The primary address, or the first. A user name that is one stands in where there is none."""
    given = document.get("emails") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ScimError(400, "emails has to be a list of objects.", "invalidValue")
    addresses = sorted(map(_canonical, given), key=lambda each: each.get("primary") is not True)
    if not addresses:
        return {"value": user_name} if "@" in user_name else {}
    return addresses[0]


def _manager(extension: Document) -> str | None:
    given = extension.get("manager")
    # Some send the bare id.
    named = _canonical(given) if isinstance(given, dict) else {"value": given}
    return _text(named, "value") or _text(named, "$ref").rpartition("/")[2] or None


def _truth(value: object) -> bool:
    # Some send the word.
    said = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise ScimError(400, "active has to be true or false.", "invalidValue")
    return said


# Changes to a part of a user

NAMES = {
    name.lower(): name
    for name in (
        *("schemas", "id", "meta", "userName", "externalId", "displayName", "name", "givenName", "familyName"),
        *("formatted", "active", "emails", "value", "type", "primary", "preferredLanguage", ENTERPRISE),
        *("employeeNumber", "department", "manager", "$ref"),
    )
}
"""Attributes are known however their letters are written."""
PARTS = {
    "name": {"givenName", "familyName", "formatted"},
    "emails": {"value", "type", "primary"},
    ENTERPRISE: {"employeeNumber", "department", "manager"},
}
WHOLE = {"userName", "externalId", "displayName", "active", "preferredLanguage"}
FIXED = {"id", "schemas", "meta"}
KEPT = {"userName", "displayName", "active", "employeeNumber", ENTERPRISE}
"""What nobody can be without. Who has no `active` is neither let in nor kept out by that."""


def _canonical(document: Document) -> Document:
    return {NAMES.get(name.lower(), name): value for name, value in document.items()}


def _operations(document: Document) -> list[Document]:
    given = {name.lower(): value for name, value in document.items()}.get("operations")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise ScimError(400, "Operations is a list of at least one object.", "invalidSyntax")
    operations = [{name.lower(): value for name, value in each.items()} for each in given]
    for operation in operations:
        if str(operation.get("op")).lower() not in {"add", "replace", "remove"}:
            raise ScimError(400, "op is add, replace or remove.", "invalidSyntax")
    return operations


def _patched(document: Document, operations: list[Document]) -> Document:
    for operation in operations:
        is_removal = operation["op"].lower() == "remove"
        path, value = operation.get("path"), None if is_removal else operation.get("value")
        if path is not None:
            keys = _keys(path)
            if is_removal and keys[-1] in KEPT:
                raise ScimError(400, f"{keys[-1]} cannot be removed.", "mutability")
            _put(document, keys, value)
        elif is_removal:
            raise ScimError(400, "remove needs a path.", "noTarget")
        elif not isinstance(value, dict):
            raise ScimError(400, "Without a path the value is an object.", "invalidValue")
        else:
            for name, part in value.items():
                if NAMES.get(name.lower()) not in FIXED:
                    _put(document, _keys(name), part)
    return document


def _keys(path: object) -> list[str]:
    """Where a path leads: the attribute, and its part. A condition in it is left out: there is one of each."""
    text = re.sub(r"\[[^\]]*\]", "", path) if isinstance(path, str) else ""
    for schema, prefix in ((ENTERPRISE, [ENTERPRISE]), (USER, [])):
        if text.lower().startswith(schema.lower()):
            names = [*prefix, *text[len(schema) :].lstrip(":.").split(".")]
            break
    else:
        names = text.split(".")
    keys = [NAMES.get(name.lower(), name) for name in names if name]
    if keys and keys[0] in FIXED:
        raise ScimError(400, f"{keys[0]} cannot be changed.", "mutability")
    whole = len(keys) == 1 and (keys[0] in WHOLE or keys[0] in PARTS)
    if not whole and not (len(keys) > 1 and keys[1] in PARTS.get(keys[0], ())):
        raise ScimError(400, f"There is nothing at “{path}”.", "invalidPath")
    return keys


def _put(document: Document, keys: list[str], value: Any) -> None:
    """Puts the value where the keys lead, and takes out what is there when it is none."""
    match keys:
        case ["emails", "value"]:
            known = (document.get("emails") or [{"type": "work", "primary": True}])[0]
            document["emails"] = [{**known, "value": value}] if value else []
        case ["emails", part]:
            document["emails"] = [{**each, part: value} for each in document.get("emails", [])]
        case ["emails"]:
            document["emails"] = [value] if isinstance(value, dict) else value
        case [name]:
            if isinstance(value, dict) and isinstance(document.get(name), dict):
                document[name] = {**document[name], **_canonical(value)}
            elif value is None:
                document.pop(name, None)
            else:
                document[name] = value
        case [name, part, *_]:
            document[name] = {**document.get(name, {}), part: value}


# What goes over the wire


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ScimError(400, "The request is not JSON.", "invalidSyntax") from error
    if not isinstance(document, dict):
        raise ScimError(400, "The request is not a JSON object.", "invalidSyntax")
    return _canonical(document)


def _chosen(request: Request, document: Document) -> Document:
    """The attributes that are asked for, and without those that are not wanted."""
    query = request.query_params
    wanted, unwanted = (
        {_keys_of_name(name) for name in query.get(each, "").split(",") if name.strip()}
        for each in ("attributes", "excludedAttributes")
    )
    always = {"schemas", "id"}
    if wanted:
        document = {name: value for name, value in document.items() if name in wanted | always}
    return {name: value for name, value in document.items() if name not in unwanted - always}


def _keys_of_name(name: str) -> str:
    """The attribute that a name means; of one that has parts, it is given whole."""
    text = name.strip()
    if text.lower().startswith(ENTERPRISE.lower()):
        return ENTERPRISE
    text = text[len(USER) + 1 :] if text.lower().startswith(USER.lower()) else text
    return NAMES.get(text.partition(".")[0].lower(), text)


def _list(documents: list[Document], total: int, start: int) -> Document:
    return {
        "schemas": [f"{MESSAGES}:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(documents),
        "Resources": documents,
    }


def _json(document: Document, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(document, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def _error(error: ScimError) -> Response:
    document = {"schemas": [f"{MESSAGES}:Error"], "status": str(error.status), "detail": error.detail}
    return _json({**document, **({"scimType": error.kind} if error.kind else {})}, error.status)


# What the service is


def _service(base: str) -> Document:
    no = {"supported": False}
    return {
        "schemas": [f"{CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The token that Kodex was set up with, KODEX_SCIM_TOKEN.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def _resource_types(base: str) -> list[Document]:
    return [
        {
            "schemas": [f"{CORE}:ResourceType"],
            "id": "User",
            "name": "User",
            "endpoint": "/Users",
            "description": "A person in the directory",
            "schema": USER,
            "schemaExtensions": [{"schema": ENTERPRISE, "required": True}],
            "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
        }
    ]


def _schemas(base: str) -> list[Document]:
    user = [
        _attribute("userName", "What the identity system calls the person", required=True, uniqueness="server"),
        _attribute("displayName", "The whole name, as it stands on certificates", required=True),
        _attribute("name", "The parts of the name", _attribute("givenName"), _attribute("familyName")),
        _attribute("active", "Whether the person has access", type="boolean", required=True),
        _attribute(
            "emails",
            "The one e-mail address",
            _attribute("value", uniqueness="server"),
            _attribute("type"),
            _attribute("primary", type="boolean"),
            multiValued=True,
        ),
    ]
    enterprise = [
        _attribute("employeeNumber", "By which HR's system knows the person", required=True, uniqueness="server"),
        _attribute("department", "The unit"),
        _attribute(
            "manager",
            "Whom the person reports to",
            _attribute("value", "The id of the manager"),
            _attribute("$ref", type="reference", referenceTypes=["User"]),
        ),
    ]
    described = ((USER, "User", user), (ENTERPRISE, "EnterpriseUser", enterprise))
    return [
        {
            "schemas": [f"{CORE}:Schema"],
            "id": schema,
            "name": name,
            "description": name,
            "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{schema}"},
        }
        for schema, name, attributes in described
    ]


def _attribute(name: str, description: str = "", *parts: Document, **differs: Any) -> Document:
    attribute = {
        "name": name,
        "type": "complex" if parts else "string",
        "multiValued": False,
        "description": description or name,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **differs,
    }
    return {**attribute, "subAttributes": list(parts)} if parts else attribute


ROUTES = [Route("/scim/v2/{path:path}", answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
