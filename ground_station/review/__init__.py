"""Officers' review: who has to look, what their decisions make of a case, and what leaves for an outside system."""
