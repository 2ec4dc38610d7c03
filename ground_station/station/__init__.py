"""What the `station` process does between the vehicles and the bus, one file a direction."""
