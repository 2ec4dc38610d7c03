"""ZIP archives of plans: a bounded look into ones from anywhere, and ones of our own that are the same byte for byte each time."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from missions.formats.plan_format import unreadable

# A wayline of 65,535 points with actions is below this.
MAX_MEMBER_BYTES = 64 * 1024 * 1024
MAX_MEMBERS = 4096
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def archive_members(data: bytes, source: str) -> dict[str, str]:
    """Names in lower case -> names as they are. Raises `MissionError` for what is no archive or too large a one."""
    with _opened(data, source) as archive:
        names = archive.namelist()
    if len(names) > MAX_MEMBERS:
        raise unreadable(source, "", f"an archive of {len(names)} files", f"{MAX_MEMBERS} at most")
    return {name.replace("\\", "/").lower(): name for name in names}


def read_member(data: bytes, name: str, source: str) -> bytes:
    """One file of an archive. What it unpacks to is counted, not believed."""
    with _opened(data, source) as archive:
        try:
            with archive.open(name) as member:
                content = member.read(MAX_MEMBER_BYTES + 1)
        except (RuntimeError, NotImplementedError) as error:
            raise unreadable(source, name, f"not readable ({error})", "an archive without a password, packed by deflate") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
            raise unreadable(source, name, f"damaged ({error})", "a whole archive") from error
    if len(content) > MAX_MEMBER_BYTES:
        raise unreadable(source, name, f"more than {MAX_MEMBER_BYTES >> 20} MiB unpacked", "a plan")
    return content


def _opened(data: bytes, source: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError, IndexError, OverflowError) as error:
        raise unreadable(source, "", f"not an archive ({error})", "a ZIP archive with wpmz/waylines.wpml or a .kml in it") from error


def write_archive(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
