"""The Bot API's methods. Each takes the world and the call's parameters, returns a Reply or raises ApiError."""

from collections.abc import Awaitable, Callable

from sandbox.methods import chats, files, getting_updates, messages, profile
from sandbox.methods.reply import Reply
from sandbox.params import Params
from sandbox.state import World

type Method = Callable[[World, Params], Awaitable[Reply]]

METHODS: dict[str, Method] = {
    "getMe": profile.get_me,
    "logOut": profile.log_out,
    "close": profile.log_out,
    "getUpdates": getting_updates.get_updates,
    "setWebhook": getting_updates.set_webhook,
    "deleteWebhook": getting_updates.delete_webhook,
    "getWebhookInfo": getting_updates.get_webhook_info,
    "sendMessage": messages.send_message,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "answerCallbackQuery": messages.answer_callback_query,
    "sendDocument": files.send_document,
    "sendPhoto": files.send_photo,
    "getFile": files.get_file,
    "sendChatAction": chats.send_chat_action,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    "setMyName": profile.text_setter("name", 64),
    "getMyName": profile.text_getter("name"),
    "setMyDescription": profile.text_setter("description", 512),
    "getMyDescription": profile.text_getter("description"),
    "setMyShortDescription": profile.text_setter("short_description", 120),
    "getMyShortDescription": profile.text_getter("short_description"),
}

# Method names are case-insensitive ("Making requests").
BY_LOWER_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
