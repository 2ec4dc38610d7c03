"""Service name -> how it is answered. To add one: its function in a file of its own, one line here."""

from ground_station.control.parameters import NoParameters
from ground_station.microservices import (
    cameras,
    files,
    gimbals,
    logs,
    messages_asked,
    operator_services,
    parameters,
    plans,
    preflight_facts,
    signing_services,
    terrain,
    transfer_services,
)
from ground_station.microservices.desk import VehicleService

SERVICES: dict[str, VehicleService] = {
    "preflight_facts": VehicleService(preflight_facts.PreflightParameters, preflight_facts.preflight_facts),
    "signing_status": VehicleService(NoParameters, signing_services.signing_status, works_offline=True),
    "set_up_signing": VehicleService(signing_services.SetupParameters, signing_services.set_up_signing, changes_vehicle=True),
    "switch_off_signing": VehicleService(NoParameters, signing_services.switch_off_signing, changes_vehicle=True),
    "transfers": VehicleService(NoParameters, transfer_services.list_transfers, works_offline=True),
    "parameters": VehicleService(parameters.ListParameters, parameters.list_parameters),
    "parameter": VehicleService(parameters.NameParameters, parameters.get_parameter),
    "set_parameter": VehicleService(parameters.SetParameters, parameters.set_parameter, changes_vehicle=True),
    "load_parameters": VehicleService(parameters.LoadParameters, parameters.load_parameters, changes_vehicle=True),
    "compare_parameters": VehicleService(parameters.CompareParameters, parameters.compare_parameters),
    "parameter_file": VehicleService(parameters.FileParameters, parameters.parameter_file),
    "files": VehicleService(files.FolderParameters, files.list_files),
    "logs": VehicleService(NoParameters, logs.list_logs, works_offline=True),
    "fetch_log": VehicleService(logs.FetchParameters, logs.fetch_log),
    "log_piece": VehicleService(logs.PieceParameters, logs.log_piece, works_offline=True),
    "fence": VehicleService(plans.ReadParameters, plans.read_fence),
    "upload_fence": VehicleService(plans.FenceParameters, plans.upload_fence, changes_vehicle=True),
    "clear_fence": VehicleService(NoParameters, plans.clear_fence, changes_vehicle=True),
    "rally": VehicleService(plans.ReadParameters, plans.read_rally),
    "upload_rally": VehicleService(plans.RallyParameters, plans.upload_rally, changes_vehicle=True),
    "clear_rally": VehicleService(NoParameters, plans.clear_rally, changes_vehicle=True),
    "clear_mission": VehicleService(NoParameters, plans.clear_mission, changes_vehicle=True),
    "modes": VehicleService(NoParameters, messages_asked.list_modes),
    "message": VehicleService(messages_asked.MessageParameters, messages_asked.ask_message),
    "message_rate": VehicleService(messages_asked.MessageParameters, messages_asked.get_rate),
    "set_message_rate": VehicleService(messages_asked.RateParameters, messages_asked.set_rate, changes_vehicle=True),
    "check_terrain": VehicleService(terrain.PlaceParameters, terrain.check_terrain),
    "cancel_command": VehicleService(
        transfer_services.CancelCommandParameters, transfer_services.cancel_command, changes_vehicle=True, works_offline=True
    ),
    "operator": VehicleService(NoParameters, operator_services.tell_operator, works_offline=True),
    "take_operator_control": VehicleService(
        operator_services.TakeControlParameters, operator_services.take_operator_control, changes_vehicle=True
    ),
    "release_operator_control": VehicleService(NoParameters, operator_services.release_operator_control, changes_vehicle=True),
    "answer_operator_request": VehicleService(
        operator_services.AnswerControlParameters, operator_services.answer_operator_request, changes_vehicle=True
    ),
    "set_remote_operator": VehicleService(
        operator_services.RemoteOperatorParameters, operator_services.set_remote_operator, changes_vehicle=True, works_offline=True
    ),
    "clear_remote_operator": VehicleService(
        NoParameters, operator_services.clear_remote_operator, changes_vehicle=True, works_offline=True
    ),
    "payload": VehicleService(NoParameters, cameras.tell_payload, works_offline=True),
    "take_photo": VehicleService(cameras.CameraParameters, cameras.take_photo, changes_vehicle=True),
    "start_photos": VehicleService(cameras.SeriesParameters, cameras.start_photos, changes_vehicle=True),
    "stop_photos": VehicleService(cameras.CameraParameters, cameras.stop_photos, changes_vehicle=True),
    "start_video": VehicleService(cameras.CameraParameters, cameras.start_video, changes_vehicle=True),
    "stop_video": VehicleService(cameras.CameraParameters, cameras.stop_video, changes_vehicle=True),
    "set_camera_mode": VehicleService(cameras.ModeParameters, cameras.set_camera_mode, changes_vehicle=True),
    "set_camera_zoom": VehicleService(cameras.ZoomParameters, cameras.set_camera_zoom, changes_vehicle=True),
    "take_gimbal": VehicleService(gimbals.GimbalParameters, gimbals.take_gimbal, changes_vehicle=True),
    "release_gimbal": VehicleService(gimbals.GimbalParameters, gimbals.release_gimbal, changes_vehicle=True),
    "point_gimbal": VehicleService(gimbals.PointParameters, gimbals.point_gimbal, changes_vehicle=True),
    "look_at": VehicleService(gimbals.PlaceParameters, gimbals.look_at, changes_vehicle=True),
    "look_nowhere": VehicleService(gimbals.GimbalParameters, gimbals.look_nowhere, changes_vehicle=True),
    "cancel_transfer": VehicleService(transfer_services.CancelParameters, transfer_services.cancel_transfer, works_offline=True),
}
