"""What is known of each vehicle's operator control, arm authorisation and remote identification."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from geo.primitives import SettingsError, utc_now
from ground_station.mavlink import Address
from ground_station.new_file import new_file
from ground_station.operators.messages import ArmAuthorisationState, ControlState, OperatorState, RemoteIdState, RemoteOperator

logger = logging.getLogger(__name__)

TAKEOVER_ALLOWED = 2  # GCS_CONTROL_STATUS_FLAGS
TOLD_WITHIN_S = 5.0  # CONTROL_STATUS and ARM_STATUS come about once a second
FILE = "remote-id.json"


@dataclass(slots=True)
class OperatorBoard:
    """One vehicle. `…_s` are instants of the monotonic clock."""

    answers_arming: bool = True
    asked_for_status: bool = False  # it was asked for CONTROL_STATUS and had time to tell
    status_s: float | None = None
    controller: int | None = None
    takeover_allowed: bool = False
    asked_by: int | None = None
    asked_until_s: float | None = None
    arming: ArmAuthorisationState = field(default_factory=lambda: ArmAuthorisationState(enabled=True))
    remote_id_s: float | None = None
    remote_id_ready: bool | None = None
    remote_id_reason: str = ""
    operator: RemoteOperator | None = None
    sending: bool = False

    def on_control_status(self, controller: int, flags: int, now_s: float) -> None:
        self.status_s = now_s
        self.controller = controller or None
        self.takeover_allowed = bool(flags & TAKEOVER_ALLOWED)
        if self.controller is not None and self.controller == self.asked_by:
            self.asked_by = self.asked_until_s = None  # it has what it asked for

    def on_arm_status(self, status: int, reason: str, now_s: float) -> None:
        self.remote_id_s, self.remote_id_ready, self.remote_id_reason = now_s, status == 0, reason

    @property
    def supported(self) -> bool | None:
        """Whether the vehicle speaks operator control; None before that is known."""
        return True if self.status_s is not None else False if self.asked_for_status else None

    def carries_remote_id(self, now_s: float) -> bool:
        return self.remote_id_s is not None and now_s - self.remote_id_s <= TOLD_WITHIN_S

    def asker(self, now_s: float) -> int | None:
        """The station that asks us, until its patience is over."""
        if self.asked_until_s is not None and now_s >= self.asked_until_s:
            self.asked_by = self.asked_until_s = None
        return self.asked_by

    def state(self, vehicle_id: str, own: Address, now_s: float) -> OperatorState:
        carried, asker = self.carries_remote_id(now_s), self.asker(now_s)
        left_s = None if self.asked_until_s is None else self.asked_until_s - now_s
        return OperatorState(
            vehicle_id=vehicle_id,
            at=utc_now(),
            control=ControlState(
                supported=self.supported,
                station_system_id=own.system_id,
                controller=self.controller,
                ours=self.controller == own.system_id,
                takeover_allowed=self.takeover_allowed,
                asked_by=asker,
                asked_until=None if left_s is None else utc_now() + timedelta(seconds=left_s),
            ),
            arm_authorisation=self.arming.model_copy(update={"enabled": self.answers_arming}),
            remote_id=RemoteIdState(
                carried=carried,
                ready=self.remote_id_ready if carried else None,
                reason=self.remote_id_reason if carried else "",
                operator=self.operator,
                sending=carried and self.sending,
            ),
        )


@dataclass(frozen=True, slots=True)
class OperatorDefaults:
    """What the settings say. `place`: where the operator stands until a person says otherwise, (lon, lat) in degrees."""

    answers_arming: bool = True
    operator_id: str = ""
    purpose: str = ""
    place: tuple[float, float] | None = None


class Operators:
    """The boards of all vehicles. Operators' places given by people are kept in `<data_dir>/remote-id.json` over restarts."""

    def __init__(self, data_dir: Path | None = None, defaults: OperatorDefaults | None = None) -> None:
        self.defaults = defaults or OperatorDefaults()
        self._file = None if data_dir is None else data_dir / FILE
        self._kept = self._read()
        self._boards: dict[str, OperatorBoard] = {}

    def board(self, vehicle_id: str) -> OperatorBoard:
        board = self._boards.get(vehicle_id)
        if board is None:
            operator = self._kept.get(vehicle_id) or self._by_default()
            board = self._boards[vehicle_id] = OperatorBoard(answers_arming=self.defaults.answers_arming, operator=operator)
        return board

    def set_operator(self, vehicle_id: str, operator: RemoteOperator | None) -> None:
        """From now on this is told. None: back to what the settings say.

        Raises: `SettingsError` when it cannot be kept; it counts until the station ends all the same.
        """
        kept = dict(self._kept)
        if operator is None:
            kept.pop(vehicle_id, None)
        else:
            kept[vehicle_id] = operator
        self._kept = kept
        self.board(vehicle_id).operator = operator or self._by_default()
        self._write(kept)

    def _by_default(self) -> RemoteOperator | None:
        if self.defaults.place is None:
            return None
        lon_deg, lat_deg = self.defaults.place
        return RemoteOperator(lon_deg=lon_deg, lat_deg=lat_deg, operator_id=self.defaults.operator_id, purpose=self.defaults.purpose)

    def _read(self) -> dict[str, RemoteOperator]:
        if self._file is None:
            return {}
        try:
            rows = json.loads(self._file.read_text())
            return {vehicle_id: RemoteOperator.model_validate(row) for vehicle_id, row in rows.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, ValidationError) as error:
            logger.warning("%s cannot be read and is begun anew: %s", self._file, error)
            return {}

    def _write(self, kept: Mapping[str, RemoteOperator]) -> None:
        if self._file is None:
            return
        try:
            with new_file(self._file) as partial:
                partial.write_text(json.dumps({vehicle_id: operator.model_dump() for vehicle_id, operator in kept.items()}))
        except OSError as error:
            raise SettingsError(
                f"The operator's place cannot be kept in '{self._file}': {error.strerror}.",
                code="settings.output",
                hint="Make room or mend the folder; the place counts until the station is stopped.",
            ) from error
