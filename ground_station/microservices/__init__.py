"""What a vehicle can be asked beside commands: parameters, files, logs, fences, rates, modes. One file a service."""

from ground_station.microservices.desk import ServiceDesk, ServiceReply, ServiceRequest, ServiceTools, VehicleService
from ground_station.microservices.transfers import Transfer, Transfers

__all__ = ["ServiceDesk", "ServiceReply", "ServiceRequest", "ServiceTools", "Transfer", "Transfers", "VehicleService"]
