"""The files a vehicle shows by MAVLink FTP: stored ones on its card, and generated ones such as `@PARAM/param.pck`.

Paths are absolute; a leading slash may be missing. `@MAV_LOG` is another name for the log folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from geo.primitives import VehicleError

MOST_BYTES = 32 * 1024 * 1024
Generator = Callable[[int], bytes]
"""Contents of a generated file for a reader of so many bytes at a time."""


class FileFault(IntEnum):
    """Error codes of MAVLink FTP."""

    FAIL = 1
    FAIL_ERRNO = 2
    INVALID_DATA_SIZE = 3
    INVALID_SESSION = 4
    NO_SESSIONS = 5
    END_OF_FILE = 6
    UNKNOWN_COMMAND = 7
    EXISTS = 8
    PROTECTED = 9
    NOT_FOUND = 10


class FileError(VehicleError):
    """A file operation that cannot be done; `fault` goes on the wire."""

    code = "sim.file"
    hint = "List the folder to see what the vehicle has."

    def __init__(self, fault: FileFault) -> None:
        super().__init__(f"The vehicle's file system answers {fault.name}.")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing; `size` is None for a folder."""

    name: str
    size: int | None


class Files:
    """A small file system in memory. Generated files can be read, and written where they take uploads."""

    def __init__(self, log_folder: str) -> None:
        self._stored: dict[str, bytearray] = {}
        self._generated: dict[str, Generator] = {}
        self._sinks: dict[str, Callable[[bytes], bool]] = {}
        self._folders = {"/"}
        self._log_folder = log_folder
        self._make_way(log_folder)

    # What services offer ------------------------------------------------------------------------------------------------------

    def offer(self, path: str, contents: Generator, *, sink: Callable[[bytes], bool] | None = None) -> None:
        """A file that is made when it is read; `sink` takes what a station writes there and says whether it could be used."""
        self._make_way(path.rpartition("/")[0])
        self._generated[path] = contents
        if sink is not None:
            self._sinks[path] = sink

    def store(self, path: str, contents: bytearray) -> None:
        """A file whose owner may go on writing into `contents`."""
        self._make_way(path.rpartition("/")[0])
        self._stored[path] = contents

    def forget(self, path: str) -> None:
        self._stored.pop(path, None)

    # What stations do ---------------------------------------------------------------------------------------------------------

    def entries(self, path: str) -> list[Entry]:
        """A folder's contents in a fixed order: folders, then files."""
        folder = self._path(path)
        if folder not in self._folders:
            raise FileError(FileFault.NOT_FOUND)
        inside = folder.rstrip("/") + "/"
        folders = {name[len(inside) :] for name in self._folders if name.startswith(inside) and name != folder}
        files = {name[len(inside) :]: len(data) for name, data in self._stored.items() if name.startswith(inside)}
        files |= {name[len(inside) :]: len(make(239)) for name, make in self._generated.items() if name.startswith(inside)}
        return [
            *(Entry(name, None) for name in sorted(folders) if name and "/" not in name),
            *(Entry(name, size) for name, size in sorted(files.items()) if "/" not in name),
        ]

    def read(self, path: str) -> Generator:
        """What to call for the contents, as they are at this moment."""
        name, _, query = self._path(path).partition("?")
        whole = f"{name}?{query}" if query else name
        if whole in self._generated:
            return self._generated[whole]
        if name not in self._stored:
            raise FileError(FileFault.NOT_FOUND)
        snapshot = bytes(self._stored[name])
        return lambda _: snapshot

    def create(self, path: str) -> str:
        """An empty file for writing, in place of an old one; gives its full path."""
        name = self._writable(path)
        if name.rpartition("/")[0] not in self._folders and name.count("/") > 1:
            raise FileError(FileFault.NOT_FOUND)
        if name not in self._sinks:
            self._stored[name] = bytearray()
        return name

    def open_for_writing(self, path: str) -> str:
        name = self._writable(path)
        if name not in self._stored and name not in self._sinks:
            raise FileError(FileFault.NOT_FOUND)
        return name

    def write(self, name: str, offset: int, data: bytes) -> None:
        contents = self._stored.setdefault(name, bytearray())
        if sum(map(len, self._stored.values())) + len(data) > MOST_BYTES or offset > MOST_BYTES:
            raise FileError(FileFault.FAIL)
        if offset > len(contents):
            contents.extend(bytes(offset - len(contents)))
        contents[offset : offset + len(data)] = data

    def written(self, name: str) -> None:
        """The writer closed the file: an upload is handed to whoever takes it."""
        sink = self._sinks.get(name)
        if sink is not None and not sink(bytes(self._stored.pop(name, b""))):
            raise FileError(FileFault.FAIL)

    def truncate(self, path: str, size: int) -> None:
        name = self._existing(path)
        contents = self._stored[name]
        if size > MOST_BYTES:
            raise FileError(FileFault.FAIL)
        contents[:] = contents[:size].ljust(size, b"\0")

    def remove(self, path: str) -> None:
        del self._stored[self._existing(path)]

    def rename(self, path: str, new: str) -> None:
        source, target = self._path(path), self._writable(new)
        if source in self._folders and source != "/":
            if target in self._folders or target in self._stored:
                raise FileError(FileFault.EXISTS)
            self._folders = {_moved(name, source, target) for name in self._folders}
            self._stored = {_moved(name, source, target): data for name, data in self._stored.items()}
            return
        contents = self._stored[self._existing(path)]
        if target in self._stored or target in self._folders:
            raise FileError(FileFault.EXISTS)
        del self._stored[source]
        self._stored[target] = contents

    def make_folder(self, path: str) -> None:
        name = self._writable(path)
        if name in self._folders or name in self._stored:
            raise FileError(FileFault.EXISTS)
        if name.rpartition("/")[0] not in self._folders and name.count("/") > 1:
            raise FileError(FileFault.NOT_FOUND)
        self._folders.add(name)

    def remove_folder(self, path: str) -> None:
        name = self._path(path)
        if name not in self._folders:
            raise FileError(FileFault.NOT_FOUND)
        if name == "/" or self.entries(name):
            raise FileError(FileFault.FAIL)
        self._folders.remove(name)

    def _path(self, path: str) -> str:
        if path.startswith("@MAV_LOG"):
            path = self._log_folder + path[len("@MAV_LOG") :]
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise FileError(FileFault.PROTECTED)
        return "/" + "/".join(parts)

    def _writable(self, path: str) -> str:
        name = self._path(path)
        if name in self._generated and name not in self._sinks:
            raise FileError(FileFault.PROTECTED)
        if name in self._folders:
            raise FileError(FileFault.EXISTS)
        return name

    def _existing(self, path: str) -> str:
        name = self._path(path)
        if name in self._generated:
            raise FileError(FileFault.PROTECTED)
        if name not in self._stored:
            raise FileError(FileFault.NOT_FOUND)
        return name

    def _make_way(self, folder: str) -> None:
        parts = folder.strip("/").split("/")
        for count in range(1, len(parts) + 1):
            self._folders.add("/" + "/".join(parts[:count]))
        self._folders.discard("")


def _moved(name: str, source: str, target: str) -> str:
    return target + name[len(source) :] if name == source or name.startswith(source + "/") else name
