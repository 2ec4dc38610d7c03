"""Finds the machine's PostgreSQL with PostGIS. Debian keeps the server's programs outside PATH, one folder a version."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from geo.primitives import SettingsError

DEBIAN_ROOT = Path("/usr/lib/postgresql")
APT_PACKAGES = "postgresql postgresql-contrib postgis postgresql-postgis"


@dataclass(frozen=True, slots=True)
class PostgresInstall:
    """One installed version. `bin_dir` holds postgres, initdb, pg_dump and pg_restore."""

    bin_dir: Path
    version: int

    def program(self, name: str) -> Path:
        """Path of one program. Raises `SettingsError` when the installation lacks it."""
        path = self.bin_dir / name
        if not path.is_file():
            raise SettingsError(
                f"PostgreSQL program '{name}' is not in {self.bin_dir}.",
                code="settings.postgres_missing",
                hint=f"Install it: apt-get install {APT_PACKAGES}",
            )
        return path


def find_postgres(version: int | None = None, *, debian_root: Path = DEBIAN_ROOT, search_path: str | None = None) -> PostgresInstall:
    """The newest installed PostgreSQL that has PostGIS, or exactly major `version` when given.

    `search_path` replaces PATH for servers installed elsewhere. Raises `SettingsError` naming what to install.
    """
    found = [install for install in _installs(debian_root, search_path) if version in (None, install.version)]
    if not found:
        what = "PostgreSQL server" if version is None else f"PostgreSQL {version} server, which made the existing data,"
        raise SettingsError(
            f"No {what} was found in {debian_root}/*/bin or on PATH.".replace(",.", "."),
            code="settings.postgres_missing",
            hint="Install it: apt-get install "
            + (APT_PACKAGES if version is None else f"postgresql-{version} postgresql-{version}-postgis-3"),
        )
    with_postgis = [install for install in found if _has_postgis(install)]
    if not with_postgis:
        raise SettingsError(
            f"PostgreSQL {found[0].version} in {found[0].bin_dir} has no PostGIS.",
            code="settings.postgis_missing",
            hint=f"Install it: apt-get install postgresql-{found[0].version}-postgis-3",
        )
    return with_postgis[0]


def _installs(debian_root: Path, search_path: str | None) -> list[PostgresInstall]:
    """All installations, newest first."""
    installs = [
        PostgresInstall(folder / "bin", int(folder.name))
        for folder in debian_root.glob("*")
        if folder.name.isdigit() and (folder / "bin/postgres").is_file() and (folder / "bin/initdb").is_file()
    ]
    on_path = shutil.which("postgres", path=search_path)
    if on_path is not None:
        bin_dir = Path(on_path).resolve().parent
        version = _version_beside(bin_dir)
        if version is not None and all(install.bin_dir != bin_dir for install in installs):
            installs.append(PostgresInstall(bin_dir, version))
    return sorted(installs, key=lambda install: install.version, reverse=True)


def _version_beside(bin_dir: Path) -> int | None:
    """Major version from the shared folder's catalogue header, without running anything."""
    for share in _share_dirs(bin_dir):
        marker = share / "postgres.bki"
        if marker.is_file():
            with marker.open(encoding="utf-8") as file:
                words = file.readline().split()  # first line: "# PostgreSQL 15"
            if words and words[-1].isdigit():
                return int(words[-1])
    return None


def _has_postgis(install: PostgresInstall) -> bool:
    return any((share / "extension/postgis.control").is_file() for share in _share_dirs(install.bin_dir))


def _share_dirs(bin_dir: Path) -> list[Path]:
    root = bin_dir.parent
    return [
        root / "share/postgresql",
        root / "share",
        *([Path("/usr/share/postgresql") / root.name] if root.name.isdigit() else []),
    ]
