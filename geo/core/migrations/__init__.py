"""Schema migrations, run by `geo.core.migrate`. One numbered file each; a migration that has shipped is never edited."""
