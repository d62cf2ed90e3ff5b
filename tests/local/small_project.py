"""A checkout as `up` expects it, with the real `contactcenter.local` and processes that only pretend.

What `up` promises about processes, ports, data and locks does not depend on what the processes do.
"""

import shutil
from pathlib import Path

SETTINGS = """
import os
from pathlib import Path
from urllib.parse import urlsplit

env = Path(__file__).resolve().parents[2] / ".local" / "env"
if env.is_file():
    for line in env.read_text().splitlines():
        os.environ.setdefault(*line.split("=", 1)) if "=" in line else None
url = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "HOST": url.hostname,
                         "PORT": url.port, "USER": url.username, "PASSWORD": url.password}}
SECRET_KEY = os.environ["SECRET_KEY"]
INSTALLED_APPS = ["contactcenter.core"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
MODELS = """
from django.db import models

class Organization(models.Model):
    name = models.TextField()
"""
MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [migrations.CreateModel("Organization", [
        ("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())])]
"""
COMMAND = """
import os, sys, time
from pathlib import Path
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host")
        parser.add_argument("--port", type=int)

    def handle(self, **options):
        with open(os.environ["PIDS"], "a") as pids:
            print(os.getpid(), file=pids)
        {body}
"""
SERVE = """import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")
            def log_message(self, *args):
                pass
        http.server.HTTPServer((options["host"], options["port"]), Handler).serve_forever()"""
WAIT = """if os.environ.get("BREAKS") == "worker" and "worker" in sys.argv:
            sys.exit("the worker's reason")
        time.sleep(120)"""
SEED = """
from django.core.management.base import BaseCommand
from contactcenter.core.models import Organization

class Command(BaseCommand):
    def handle(self, **options):
        Organization.objects.create(name="Demo")
"""
SIMULATOR = """
import os, time
print(os.getpid(), file=open(os.environ["PIDS"], "a"), flush=True)
print("delivers to", os.environ["SIMULATOR_DELIVER_TO"], flush=True)
time.sleep(120)
"""


def make(root: Path, *, source: Path) -> Path:
    """Write the checkout into `root`; `source` is the real one."""
    files = {
        "contactcenter/__init__.py": "",
        "contactcenter/settings/__init__.py": "",
        "contactcenter/settings/dev.py": SETTINGS,
        "contactcenter/core/__init__.py": "",
        "contactcenter/core/models.py": MODELS,
        "contactcenter/core/migrations/__init__.py": "",
        "contactcenter/core/migrations/0001_initial.py": MIGRATION,
        "contactcenter/core/management/__init__.py": "",
        "contactcenter/core/management/commands/__init__.py": "",
        "contactcenter/core/management/commands/web.py": COMMAND.replace("{body}", SERVE),
        "contactcenter/core/management/commands/worker.py": COMMAND.replace("{body}", WAIT),
        "contactcenter/core/management/commands/beat.py": COMMAND.replace("{body}", WAIT),
        "contactcenter/core/management/commands/seed_demo.py": SEED,
        "contactcenter/simulator/__init__.py": "",
        "contactcenter/simulator/__main__.py": SIMULATOR,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(source / "manage.py", root)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source / "contactcenter" / "local", root / "contactcenter" / "local", ignore=ignore)
    return root
