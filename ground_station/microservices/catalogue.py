"""Service name -> how it is answered. To add one: its function in a file of its own, one line here."""

from ground_station.control.parameters import NoParameters
from ground_station.microservices import preflight_facts, transfer_services
from ground_station.microservices.desk import VehicleService

SERVICES: dict[str, VehicleService] = {
    "preflight_facts": VehicleService(preflight_facts.PreflightParameters, preflight_facts.preflight_facts),
    "transfers": VehicleService(NoParameters, transfer_services.list_transfers, works_offline=True),
    "cancel_transfer": VehicleService(transfer_services.CancelParameters, transfer_services.cancel_transfer, works_offline=True),
}
