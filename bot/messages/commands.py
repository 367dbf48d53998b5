"""The commands in Telegram's menu: everybody's, and those that only an admin sees."""

from collections.abc import Iterator

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BotCommandScopeUnion,
)

from bot.locales import LANGUAGES, texts_of

GUESTS = ("start", "my", "fill", "language", "forget", "help", "cancel")
ADMINS = ("forms", "form", "stats", "export")


async def show_to_guests(bot: Bot, default_language: str) -> None:
    """Bot API, setMyCommands, for every private chat."""
    await _show(bot, BotCommandScopeAllPrivateChats(), GUESTS, default_language)


async def show_to_admin(bot: Bot, admin_id: int, admin_chat_id: int | None, default_language: str) -> None:
    """In the admin's private chat, and to this admin alone in the admins' group."""
    await _show(bot, BotCommandScopeChat(chat_id=admin_id), (*ADMINS, *GUESTS), default_language)
    if admin_chat_id is not None:
        in_group = BotCommandScopeChatMember(chat_id=admin_chat_id, user_id=admin_id)
        await _show(bot, in_group, ADMINS, default_language)


async def hide_from(bot: Bot, user_id: int, admin_chat_id: int | None) -> None:
    """One who is no admin any more sees everybody's commands again."""
    scopes: list[BotCommandScopeUnion] = [BotCommandScopeChat(chat_id=user_id)]
    if admin_chat_id is not None:
        scopes.append(BotCommandScopeChatMember(chat_id=admin_chat_id, user_id=user_id))
    for scope in scopes:
        for language in (None, *LANGUAGES):
            await bot.delete_my_commands(scope, language)


async def _show(bot: Bot, scope: BotCommandScopeUnion, names: tuple[str, ...], default_language: str) -> None:
    for language in (None, *LANGUAGES):
        await bot.set_my_commands(list(_commands(names, language or default_language)), scope, language)


def _commands(names: tuple[str, ...], language: str) -> Iterator[BotCommand]:
    for name in names:
        yield BotCommand(command=name, description=texts_of(language).plain(f"command-{name}"))
