#!/usr/bin/env bash
# Starts the bot as a benchmark wants it: webhook mode, its own database, the port and Bot API that it is told.
# `benchmarks/project.sh secret` prints the webhook secret to send; `… count` how many forms are stored.
set -eu
cd "$(dirname "$0")/.."
export TELEGRAM_BOT_TOKEN=42:TEST SECRET_KEY=benchmark-benchmark-benchmark-benchmark
export DATABASE_URL=${BENCH_DATABASE_URL:-postgresql+asyncpg://postgres@127.0.0.1:5432/bench_project}
export TELEGRAM_API_URL=${BENCH_API:-http://127.0.0.1:18081} PORT=${BENCH_PORT:-18080} HOST=127.0.0.1
export WEBHOOK_URL=http://localhost:$PORT LOG_LEVEL=WARNING
case ${1:-run} in
  secret) exec .venv/bin/python -c 'from bot.config import load_settings; print(load_settings().webhook_secret)' ;;
  count) exec .venv/bin/python -m benchmarks.count ;;
  run) exec .venv/bin/python ${BENCH_PYTHON_OPTIONS:-} -m bot ;;
esac
