"""SOAP as ONVIF devices speak it: one request, one answer, signed in by WS-Security's password digest.

Sources: ONVIF Core Specification 23.12, sections 5 (web services) and 5.12 (security); OASIS WS-Security UsernameToken Profile 1.0.
"""

import base64
import hashlib
import secrets
from datetime import datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import defusedxml.ElementTree
import httpx
from defusedxml.common import DefusedXmlException

from geo.primitives import VisionError
from ground_station.video.address import without_password

DEADLINE_S = 8.0
LARGEST_ANSWER = 2_000_000  # bytes
ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
REFUSALS = ("NotAuthorized", "FailedAuthentication", "InvalidSecurity")


def envelope(body: str, header: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{ENVELOPE}">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )


def username_token(user: str, password: str, created: datetime) -> str:
    """`created` is in the device's own time: those whose clock is wrong refuse ours as too old or not yet valid."""
    nonce = secrets.token_bytes(16)
    instant = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = base64.b64encode(hashlib.sha1(nonce + instant.encode() + password.encode(), usedforsecurity=False).digest()).decode()
    return (
        f'<w:Security xmlns:w="{SECURITY}" s:mustUnderstand="true"><w:UsernameToken><w:Username>{escape(user)}</w:Username>'
        f'<w:Password Type="{DIGEST}">{digest}</w:Password>'
        f'<w:Nonce EncodingType="{BASE64}">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f'<u:Created xmlns:u="{UTILITY}">{instant}</u:Created></w:UsernameToken></w:Security>'
    )


def parsed(text: bytes, shown: str) -> Element:
    """Raises: `VisionError` for what is no XML or tries to harm the reader."""
    try:
        root: Element = defusedxml.ElementTree.fromstring(text)
    except (ValueError, SyntaxError, DefusedXmlException) as error:
        raise VisionError(
            f"'{shown}' does not answer as an ONVIF device.",
            code="vision.onvif_answer",
            hint="Check the address: usually http://HOST/onvif/device_service.",
        ) from error
    return root


async def call(
    client: httpx.AsyncClient, address: str, body: str, *, header: str = "", credentials: tuple[str, str] | None = None
) -> Element:
    """The answer's envelope. Raises: `VisionError` naming what stands in the way."""
    shown = without_password(address)
    content = envelope(body, header).encode()
    headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
    try:
        answer = await client.post(address, content=content, headers=headers, timeout=DEADLINE_S)
        if answer.status_code == httpx.codes.UNAUTHORIZED and credentials is not None:
            # Some makers want HTTP's digest besides or instead of the token.
            answer = await client.post(address, content=content, headers=headers, timeout=DEADLINE_S, auth=httpx.DigestAuth(*credentials))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise VisionError(
            f"The camera at '{shown}' cannot be reached ({str(error) or type(error).__name__}).",
            code="vision.onvif_unreachable",
            hint="Check the address, and that ONVIF is switched on in the camera.",
        ) from error
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise refused(shown)
    root = parsed(answer.content[:LARGEST_ANSWER], shown)
    fault = root.find(f".//{{{ENVELOPE}}}Fault")
    if fault is not None:
        words = " ".join(text.strip() for text in fault.itertext() if text.strip())
        if any(name in words for name in REFUSALS):
            raise refused(shown)
        raise VisionError(
            f"The camera at '{shown}' refuses: {words[:200]}", code="vision.onvif_fault", hint="Check the camera's ONVIF settings."
        )
    return root


def refused(shown: str) -> VisionError:
    return VisionError(
        f"The camera at '{shown}' does not accept the user name and password.",
        code="vision.source_unauthorized",
        hint="Many cameras keep ONVIF users apart from those of their web page; add one there.",
    )
