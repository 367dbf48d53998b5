"""What the page's script has to know: each field's rules, and every sentence it may say, in the guest's language."""

from collections.abc import Mapping
from typing import Any

import orjson
from fluent_compiler.errors import FluentReferenceError
from markupsafe import Markup

from bot.locales import Texts
from bot.questionnaire import CODES, Field, Questionnaire

# What the script says; it puts its own numbers where the braces stand.
SENTENCES: dict[str, tuple[str, ...]] = {
    "page-submit": (),
    "page-save": (),
    "page-close": (),
    "page-draft-found": (),
    "page-start-over": (),
    "page-cleared": (),
    "page-undo": (),
    "page-mistakes": (),
    "page-retry": (),
    "page-reload": (),
    "page-offline": (),
    "page-unavailable": (),
    "page-busy": ("seconds",),
    "page-expired": (),
    "page-closed-meanwhile": (),
    "page-not-editable": (),
    "page-changed-elsewhere": (),
    "page-refused": (),
    "page-too-long": ("count",),
    "page-browser": (),
    "page-no-script": (),
    "page-still-here": (),
    "page-sent-when": ("when",),
    "page-no-contact": (),
    "page-number": ("number",),
    "page-status": ("status",),
    "page-again": (),
    "page-gone": (),
    "page-organisers": ("words",),
    **{f"page-save-{status}": () for status in ("approved", "needs-changes", "rejected")},
    **{
        f"page-{kind}-{status}": ()
        for kind in ("title", "status", "next")
        for status in ("submitted", "approved", "needs-changes", "rejected", "cancelled")
    },
}


def script_data(questionnaire: Questionnaire, texts: Texts) -> Markup:
    """JSON for a `<script type="application/json">`."""
    data = {
        "key": questionnaire.key,
        "version": questionnaire.version,
        "languages": questionnaire.languages,
        "fields": [_rules(field) for field in questionnaire.fields],
        "reasons": {key: text[texts.language] for key, text in questionnaire.reasons.items()},
        "errors": _errors(questionnaire, texts),
        "texts": {name.removeprefix("page-"): _said(texts, name, tokens) for name, tokens in SENTENCES.items()},
    }
    # Inside a script element "<" alone could end it or open a comment.
    return Markup(orjson.dumps(data).decode().replace("<", "\\u003c"))  # noqa: S704 - escaped right here


def _rules(field: Field) -> dict[str, Any]:
    show_if = field.show_if.describe() if field.show_if else None
    return {
        "path": field.path,
        "required": field.required,
        "missing": field.missing,
        "show_if": show_if,
        **field.limits(),
    }


def _said(texts: Texts, name: str, tokens: tuple[str, ...]) -> str:
    return texts.plain(name, **{token: f"{{{token}}}" for token in tokens})


def _errors(questionnaire: Questionnaire, texts: Texts) -> dict[str, dict[str, str]]:
    """Path → code → sentence; under "" stand those that mention nothing of their field."""
    common = _sentences(texts, {})
    own = {field.path: _sentences(texts, questionnaire.error_params(field.path)) for field in questionnaire.fields}
    return {"": common} | {path: _without(found, common) for path, found in own.items()}


def _sentences(texts: Texts, params: Mapping[str, int | str]) -> dict[str, str]:
    """Every error that can be told with these params: a limit that a field does not have is no error of its."""
    found = {}
    for code in CODES:
        try:
            found[code] = texts.plain("error-" + code.replace("_", "-"), **params)
        except FluentReferenceError:
            continue
    return found


def _without(found: dict[str, str], common: dict[str, str]) -> dict[str, str]:
    return {code: sentence for code, sentence in found.items() if code not in common}
