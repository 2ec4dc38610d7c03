"""Evidence packages: one ZIP a violation, signed, which anybody can check without us. Pure over files; no database in here."""
