"""Texts that speak to the machine that reads them."""

import re

__all__ = ["gives_orders"]

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}"
    r"\b(?:instruction|prompt|rule|guideline|direction|context|command|conversation|message)s?\b"
    r"|\b(?:system|developer|hidden)\s+(?:prompt|message|instruction)s?\b"
    r"|\b(?:jail\s?break|prompt injection|language model|chat\s?bot|chatgpt|llm)\b"
    r"|\b(?:you are|act as|behave as|pretend to be|role-?play as)\s+(?:now\s+)?(?:an?\s+|the\s+|my\s+)?(?:\w+\s+)?(?:ai|assistant|model|bot|gpt)\b"
    r"|\b(?:instruction|note|message|command|order)s?\s+(?:to|for)\s+(?:the\s+|an?\s+|any\s+)?(?:ai|assistant|model|bot|summari[sz]er|reader)\b"
    r"|\b(?:respond|reply|answer|output|print)\s+(?:only|exactly|nothing but|with\s+(?:only|exactly|the (?:word|phrase|following|text)|json))\b"
    r"|\b(?:tell|inform|assure|convince)\s+(?:the\s+|your\s+|every\s+)?(?:user|reader|asker)\b"
    r"|</?\|?(?:system|assistant|user|im_start|im_end|instructions?)\|?>|\[/?INST\]"
    r"|^\s*#{0,3}\s*(?:system|assistant|developer)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model, as no customer speaks to a company: what it says is kept from models."""
    return _ORDERS.search(text) is not None
