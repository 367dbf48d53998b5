"""What is counted, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, generate_latest

REGISTRY = CollectorRegistry()
UPDATES = Counter("bal_bot_updates", "Updates from Telegram, by what became of them", ["outcome"], registry=REGISTRY)
FORMS = Counter("bal_bot_forms", "Forms stored or answered again", ["source", "outcome"], registry=REGISTRY)
MESSAGES = Counter(
    "bal_bot_messages", "Messages of the outbox, by what became of them", ["kind", "outcome"], registry=REGISTRY
)
REQUESTS = Counter("bal_bot_http_requests", "HTTP requests, by status", ["method", "status"], registry=REGISTRY)


def exposition() -> bytes:
    """Everything counted, in the text format of Prometheus."""
    return generate_latest(REGISTRY)
