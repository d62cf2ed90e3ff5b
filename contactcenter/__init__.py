"""Voice by Kraliki: the project package (composition root and kernel).

Imports nothing: `manage.py` loads it before anything is installed. The Celery application is loaded with the apps.
"""
