"""What a computer on board must know to join a station: one file, made on the ground and carried to it by hand."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import SettingsError


class Invitation(BaseModel):
    """Holds a password: whoever has the file may speak for this source, and do nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    station: str = Field(pattern=r"^\S+:\d+$", description="HOST:PORT of the station's door for companion computers")
    source_id: str
    vehicle_id: str
    password: str = Field(pattern=r"^[0-9a-f]{48}$")
    authority_pem: str


def read_invitation(file: Path | None) -> Invitation:
    """Raises: `SettingsError` with what is missing."""
    hint = "Make one on the station with `sunqar companion invite VEHICLE --out FILE`, bring it here, and set SUNQAR_ONBOARD__INVITATION."
    if file is None:
        raise SettingsError("There is no invitation to a station.", code="settings.invitation", hint=hint)
    try:
        return Invitation.model_validate_json(file.read_bytes())
    except OSError as error:
        raise SettingsError(f"The invitation {file} cannot be read: {error.strerror}.", code="settings.invitation", hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        what = ".".join(map(str, first["loc"])) or "the file"
        raise SettingsError(f"{file} is no invitation: {what}: {first['msg']}.", code="settings.invitation", hint=hint) from error
