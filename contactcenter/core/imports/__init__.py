"""Contacts from CSV files: reading, guessing what the columns mean, taking rows over, batch by batch."""
