"""The demo organizations: invented people and texts, the same on every machine."""
