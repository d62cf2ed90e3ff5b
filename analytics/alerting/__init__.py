"""Alerts: what can be watched, the rules, the worker that looks, and how people are told."""
