"""Every error leaves as RFC 9457 problem details with a stable `code` and a `hint`. One table maps classes to status.

SunqarError
├── NotFound                404
├── Conflict                409
├── StaleRevision           412
├── BadRequest              422
├── Unreachable             503   the database, the bus or the station does not answer
└── AccessError             403
    ├── Unauthenticated     401
    └── TooManyAttempts     429
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from geo.primitives import AccessError, GeoError, LinkError, MissionError, SettingsError, SunqarError, VehicleError, VisionError
from ground_station.docks.errors import DockError
from ground_station.flight_data.errors import FlightDataError
from ground_station.tokens import Unauthenticated

logger = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"


class NotFound(SunqarError):
    code = "not_found"
    hint = "Check the id; the list shows what exists."


class Conflict(SunqarError):
    code = "conflict"
    hint = "Read the newest state and try again."


class StaleRevision(SunqarError):
    code = "stale_revision"
    hint = "Somebody changed it meanwhile: read it again, then repeat your change with its ETag in If-Match."


class BadRequest(SunqarError):
    code = "bad_request"
    hint = "Correct the value named."


class Unreachable(SunqarError):
    code = "unreachable"
    hint = "Wait a moment and try again; /readyz says which process is missing."


class TooManyAttempts(AccessError):
    code = "too_many_attempts"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message, hint=f"Wait {retry_after_s} s and try again.")
        self.retry_after_s = retry_after_s


class RangeUnsatisfiable(SunqarError):
    code = "range_unsatisfiable"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            f"The file has {size_bytes} bytes; none of the range lies in it.", hint="Ask for what is missing, or for the whole."
        )
        self.size_bytes = size_bytes


STATUS_BY_CLASS: dict[type[SunqarError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    StaleRevision: HTTPStatus.PRECONDITION_FAILED,
    BadRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    RangeUnsatisfiable: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    Unreachable: HTTPStatus.SERVICE_UNAVAILABLE,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    AccessError: HTTPStatus.FORBIDDEN,
    GeoError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MissionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    VisionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    VehicleError: HTTPStatus.CONFLICT,
    LinkError: HTTPStatus.SERVICE_UNAVAILABLE,
    SettingsError: HTTPStatus.SERVICE_UNAVAILABLE,
    DockError: HTTPStatus.CONFLICT,
    FlightDataError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SunqarError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

# Where one class of a room below means several things to a client.
STATUS_BY_CODE: dict[str, HTTPStatus] = {
    "vehicle.unknown": HTTPStatus.NOT_FOUND,
    "parameter.unknown": HTTPStatus.NOT_FOUND,
    "parameter.value": HTTPStatus.UNPROCESSABLE_ENTITY,
    "parameter.file": HTTPStatus.UNPROCESSABLE_ENTITY,
    "log.unknown": HTTPStatus.NOT_FOUND,
    "transfer.unknown": HTTPStatus.NOT_FOUND,
    "link.url": HTTPStatus.UNPROCESSABLE_ENTITY,
    "link.exists": HTTPStatus.CONFLICT,
    "link.port_taken": HTTPStatus.CONFLICT,
    "link.unknown": HTTPStatus.NOT_FOUND,
    "command.parameters": HTTPStatus.UNPROCESSABLE_ENTITY,
    "service.timeout": HTTPStatus.GATEWAY_TIMEOUT,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "dock.unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    "dock.address": HTTPStatus.UNPROCESSABLE_ENTITY,
    "geo.not_found": HTTPStatus.NOT_FOUND,
    "geo.exists": HTTPStatus.CONFLICT,
    "geo.constraint": HTTPStatus.CONFLICT,
    "geo.order_revoked": HTTPStatus.CONFLICT,
    "geo.order_in_use": HTTPStatus.CONFLICT,
    "geo.content_hash": HTTPStatus.CONFLICT,
    "geo.mission_state": HTTPStatus.CONFLICT,
    "geo.revision": HTTPStatus.PRECONDITION_FAILED,
    "geo.database": HTTPStatus.INTERNAL_SERVER_ERROR,
    "geo.schema": HTTPStatus.SERVICE_UNAVAILABLE,
    "geo.database_lost": HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: SunqarError) -> HTTPStatus:
    """By its code where that is in the table, else by its nearest ancestor."""
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    return next(STATUS_BY_CLASS[kind] for kind in type(error).__mro__ if kind in STATUS_BY_CLASS)


def problem(status: HTTPStatus, detail: str, *, code: str, hint: str, **extra: Any) -> JSONResponse:
    """One problem document. Its `type` is a URN: the code is the stable name, there is no page behind it."""
    body = {
        "type": f"urn:sunqar:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "hint": hint,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse(body | extra, status.value, media_type=PROBLEM_TYPE, headers=headers)


def problem_of(error: SunqarError) -> JSONResponse:
    response = problem(status_of(error), error.message, code=error.code, hint=error.hint)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, RangeUnsatisfiable):
        response.headers["Content-Range"] = f"bytes */{error.size_bytes}"
    return response


HINT_BY_STATUS = {
    HTTPStatus.NOT_FOUND: ("not_found", "Check the path; /docs lists what exists."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Use one of the methods named in the Allow header."),
}


def install_error_handlers(app: FastAPI) -> None:
    """Give the application one answer for each kind of failure."""

    async def on_sunqar_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, SunqarError)
        return problem_of(error)

    async def on_validation_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return validation_problem(error)

    async def on_http_exception(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        code, hint = HINT_BY_STATUS.get(status, (status.name.lower(), "Correct the request and try again."))
        response = problem(status, str(error.detail), code=code, hint=hint)
        response.headers.update(error.headers or {})
        return response

    async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed on this request.", code="internal", hint="The log of `api` says why."
        )

    app.add_exception_handler(SunqarError, on_sunqar_error)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_unexpected)


def validation_problem(error: RequestValidationError) -> JSONResponse:
    """What was wrong with the request: the first fault in the sentence, all of them in `errors`."""
    faults = [{"field": field_path(fault["loc"]), "message": fault["msg"]} for fault in error.errors()]
    first = faults[0]
    if error.errors()[0]["type"] == "json_invalid":
        return problem(
            HTTPStatus.BAD_REQUEST,
            f"The body is not JSON: {error.errors()[0].get('ctx', {}).get('error', first['message'])}.",
            code="invalid_json",
            hint="Send one JSON object with Content-Type: application/json.",
        )
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{first['field'] or 'The request'} is not usable: {first['message']}.",
        code="invalid_request",
        hint="Correct the fields named in 'errors'; /docs describes each of them.",
        errors=faults,
    )


def field_path(location: tuple[int | str, ...] | list[int | str]) -> str:
    """('body', 'survey', 'polygon', 0) -> 'survey.polygon.0'; the leading word says where (body, query) and is dropped."""
    return ".".join(str(part) for part in location[1:])
