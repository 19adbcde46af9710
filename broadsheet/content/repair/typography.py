"""Quotes, dashes and ties as TeX's input has them."""

from __future__ import annotations

import re

from broadsheet.content.repair.marks import ATOMS, WALLS
from broadsheet.content.repair.rules import Rule

_DOUBLE = re.compile(rf"``(?!`)([^`{WALLS}]{{1,300}}?)(?:''|(?<=[\w.,!?)\]])\"(?!\w))")
_QUOTED = rf"[^'\"`{WALLS}]"
_UNOPENED = Rule(
    rf"(?<![\w'`])''(?=\w)({_QUOTED}{{1,160}}(?:'[a-z]{_QUOTED}{{0,80}})?)(?<=[\w.,!?)])''(?![\w'])", ("''", r"''\w")
)
_MIXED = Rule(rf"(?<![\w'`\"])\"(?=\w)({_QUOTED}{{1,120}})(?<=[\w.,!?)^*⋆])''(?![\w'])", ('"', r'"\w'))
_SINGLE = Rule(
    rf"(?<![\w`])`(?=\w)({_QUOTED}{{1,100}}?(?:'\w{_QUOTED}{{0,60}}?)?)(?<=[\w.,!?)])'(?![\w'`])", ("`", r"`\w")
)
_RANGE = Rule(r"(?<=\d)([%×xKMBk]?) ?(?<!-)--(?!-) ?(?=[+∼~$]?\d)", ("--", r"-- ?[+∼~$]?\d"))
_EM = Rule(r"(?<![-!<])---(?![->])", "---")
_SPACED = Rule(r" --(?<=[^\s-] --)(?= [^\s-])", " -- ")
_CLOSE = re.compile(
    rf"--(?<!\W[A-Za-z]--)(?<!^[A-Za-z]--)(?<=[\w%)\]}}”’.°\ufdd1\ufdd3\ufdd5{ATOMS}]--)(?<!<!--)(?![\w.-]*@)(?=[\w(\[\"“‘'$+∼~{{\\{ATOMS}\ufdd0]|[^\x00-\x7f]| )"
)
_PROSE_AFTER = re.compile(
    r"--(?:an?|the|this|that|these|those|it|its|their|they|we|our|such|as|and|or|but|not|like|including|"
    r"which|where|when|while|who|whose|with|without|from|for|in|on|to|by|of|at|is|are|was|were|has|have|can|"
    r"rather|even|especially|namely|than|both|each|only|often|if|though|without|using|into|one|all|across|under|"
    r"achiev(?:es|ing)|compris(?:es|ing)|ranging|involving|enabl(?:es|ing)|provid(?:es|ing)|mak(?:es|ing)|allow(?:s|ing)|two)\b"
)
_PAIR = 2
_SENTENCE = re.compile(r" (?<=[.!?] )(?=[A-Z])")
_TIED = (
    "Figures?|Figs?|Tables?|Tabs?|Sections?|Secs?|Equations?|Eqs?|Algorithms?|Theorems?|Lemmas?|Chapters?|Appendix|Alg|"
    "et|at|in|of|by|and|the|to|for|on|see|with|from|is|are|as|or|than|a|an|our|we|over|under|via|about|around"
)
_TIES = (
    Rule(rf"(?<=[A-Za-z.,:])~(?=[({ATOMS}\\])", ("~", rf"~[({ATOMS}\\]")),  # models~(LLMs), at~https://
    Rule(r"(?<=[a-z][.,:])~(?=[A-Za-z])", ("~", r"~(?<=[.,:]~)[A-Za-z]")),  # i.e.,~models
    Rule(rf"\b(?:{_TIED})~(?=[A-Za-z\d])", ("~", r"~(?<=[A-Za-z]~)[A-Za-z\d]")),  # Figure~2, et~al
    Rule(r"(?<=[A-Za-z)])(?<!\d[KMBGkx])~(?=\d{3})", ("~", r"~\d{3}")),  # AIME~2024
    Rule(r"(?<=[\d)])~(?=[A-Za-z(])", ("~", r"~[A-Za-z(]")),  # 31~FPS
    Rule(r"(?<=\d)~(?=\d~)", ("~", r"~\d~")),
)
_TRAILING_TIE = Rule(rf"(?<= )~(?=[{ATOMS}])", (" ~", rf" ~[{ATOMS}]"))


def quotes(text: str) -> str:
    """Write TeX's quotes as quotes; those that have no partner stay."""
    if "``" in text:
        text = _DOUBLE.sub(r"“\1”", text)
    if "''" in text:
        text = _MIXED.sub(r"“\1”", _UNOPENED.sub(r"“\1”", text))
    return _SINGLE.sub(r"‘\1’", text)


def dashes(text: str) -> str:
    """Write TeX's dashes: three hyphens are an em dash, two an en dash, or an em dash where a clause follows at once.

    TeX's two hyphens are an en dash, and between two words (`vision--language`) that is what they are. People also
    type them for the em dash (`seeds--a reduction`); a function word after them tells, and then both of a pair change.
    """
    if "--" not in text:
        return text
    text = _EM.sub("—", _RANGE.sub(r"\1–", text))
    text = _SPACED.sub(" –", text)
    if "--" not in text:
        return text
    return " ".join(_dashes_of_sentence(sentence) for sentence in _SENTENCE.split(text))


def _dashes_of_sentence(sentence: str) -> str:
    """Set the dashes of one sentence; a clause has one dash or two, so more than two are told one by one."""
    if "--" not in sentence:
        return sentence
    if len(_CLOSE.findall(sentence)) <= _PAIR and _PROSE_AFTER.search(sentence):
        return _CLOSE.sub("—", sentence)
    return _CLOSE.sub(lambda match: "—" if _PROSE_AFTER.match(sentence, match.start()) else "–", sentence)


def ties(text: str) -> str:
    """Write a tie as the space that it is; `~10%`, `1~4` and `1M~60M` are no ties."""
    if "~" not in text:
        return text
    for tie in _TIES:
        text = tie.sub(lambda match: match[0].replace("~", " "), text)
    return _TRAILING_TIE.sub("", text)
