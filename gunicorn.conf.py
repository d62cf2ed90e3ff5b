"""What gunicorn goes by when it is started in this folder, however that is done."""

logger_class = "contactcenter.gunicorn_logs.Logger"
