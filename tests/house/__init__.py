"""Guards the rules of the house."""
