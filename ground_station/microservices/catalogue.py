"""Service name -> how it is answered. To add one: its function in a file of its own, one line here."""

from ground_station.control.parameters import NoParameters
from ground_station.microservices import signing_services, transfer_services
from ground_station.microservices.desk import VehicleService

SERVICES: dict[str, VehicleService] = {
    "signing_status": VehicleService(NoParameters, signing_services.signing_status, works_offline=True),
    "set_up_signing": VehicleService(signing_services.SetupParameters, signing_services.set_up_signing, changes_vehicle=True),
    "switch_off_signing": VehicleService(NoParameters, signing_services.switch_off_signing, changes_vehicle=True),
    "transfers": VehicleService(NoParameters, transfer_services.list_transfers, works_offline=True),
    "cancel_transfer": VehicleService(transfer_services.CancelParameters, transfer_services.cancel_transfer, works_offline=True),
}
