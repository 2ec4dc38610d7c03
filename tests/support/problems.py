"""Checks of problem details (RFC 9457)."""

import httpx


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    """The answer is a problem with this status and code, a sentence and a way out."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["detail"]
    assert body["hint"]
