"""The proof: texts through the front door while everything that can break breaks (docs/reliability.md)."""
