"""Number plates: grammars, decoding under them, the vote over pictures, and the gate that would rather say nothing."""
