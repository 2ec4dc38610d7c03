"""The checks, one file a microservice."""
