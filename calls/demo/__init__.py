"""The calls of the demo organizations: invented, the same on every machine at the same moment."""
