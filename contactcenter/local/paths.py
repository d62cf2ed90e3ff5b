"""Where things are, on this machine. Standard library only: read before anything is installed."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = ROOT / "manage.py"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"

# Data, secrets and locks of this checkout; git-ignored, kept between runs.
LOCAL = ROOT / ".local"


def ensure_local() -> Path:
    """Create the folder of local data. The database server's account may pass through it, not list it."""
    LOCAL.mkdir(mode=0o711, exist_ok=True)
    return LOCAL
