"""Carriers behind one interface: pure Python, no Django, no Celery, no database.

Other packages import only `base` and `voice` (types), `errors` (error families) and `registry` (adapters by name).
"""
