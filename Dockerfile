# Builds with hashes checked, runs without root. `make deploy` starts it beside PostgreSQL and Redis.
FROM python:3.13-slim AS builder

WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --require-hashes --no-cache-dir --disable-pip-version-check -r requirements.txt

WORKDIR /app
COPY alembic.ini questionnaire*.toml ./
COPY db db
COPY migrations migrations
COPY bot bot
RUN /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash bot db migrations


FROM python:3.13-slim

RUN useradd --uid 10001 --no-create-home bal && install --directory --owner bal /data
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app

# Without a DATABASE_URL the bot keeps its SQLite file in /data, the only folder that it may write to.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/bal_bot.db
WORKDIR /app
USER bal
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('PORT') or 8000), timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]

# The exec form: Python is process 1 and gets the SIGTERM of `docker stop`, then finishes what is in flight.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot"]
