"""Live sources turned into observations: poses for frames, one loop a source, what is told and when."""
