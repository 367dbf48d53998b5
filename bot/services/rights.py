"""What every service asks first: may this actor?"""

from bot.actor import Actor
from bot.errors import Forbidden, FormNotFound
from db.records import FormRecord


def require_admin(actor: Actor) -> None:
    """Raise Forbidden for anybody but an admin."""
    if not actor.is_admin:
        raise Forbidden("admins only")


def require_owner(actor: Actor, user_id: int) -> None:
    """Raise FormNotFound for anybody but the owner and an admin: somebody else's form and no form look the same."""
    if not (actor.is_admin or actor.owns(user_id)):
        raise FormNotFound


def own(actor: Actor, form: FormRecord | None) -> FormRecord:
    """The form, if it is the actor's own: the chat of an admin is no place for somebody else's; raises FormNotFound."""
    if form is None or not actor.owns(form.user_id):
        raise FormNotFound
    return form


def visible(actor: Actor, form: FormRecord | None) -> FormRecord:
    """The form, if there is one and the actor may see it; raises FormNotFound."""
    if form is None:
        raise FormNotFound
    require_owner(actor, form.user_id)
    return form
