# One image for all processes; compose.yaml says which command each one runs.
FROM python:3.11-slim

# The image is the environment: manage.py must not build one of its own.
ENV VOICE_BOOTSTRAP=0 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MEDIA_ROOT=/data/media \
    SIGNING_KEYS_DIR=/data/signing-keys

RUN useradd --system --uid 10001 --home-dir /app voice \
    && mkdir -p /data/media /data/signing-keys /app/staticfiles \
    && chown -R voice /data

WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes -r requirements/runtime.txt

COPY . .
# Neither command talks to a server; the settings only insist on being told something.
RUN python -m contactcenter.local.translations \
    && SECRET_KEY=build CREDENTIAL_KEYS=build PUBLIC_BASE_URL=http://localhost \
       DATABASE_URL=postgresql://build@localhost/build REDIS_URL=redis://localhost \
       python manage.py collectstatic --noinput

USER voice
EXPOSE 8000
CMD ["gunicorn", "contactcenter.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--no-control-socket", "--config", "gunicorn.conf.py"]
