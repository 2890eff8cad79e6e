"""The tokenizer of the default model, rebuilt from its SentencePiece table."""

import io
from collections.abc import Iterator

from search.weights import Pieces

_CHARSMAP_FIELDS = (3, 2)  # ModelProto.normalizer_spec, NormalizerSpec.precompiled_charsmap
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def build(pieces: Pieces, length: int) -> str:
    """Return the `tokenizer.json` of XLM-RoBERTa's scheme over these pieces, cutting texts at `length` tokens.

    Unigram over the pieces; SentencePiece's own `nmt_nfkc` normalisation, runs of spaces to one; `▁` before each word;
    `<s> … </s>` around the text.
    """
    from tokenizers import (  # noqa: PLC0415 - only the unpacking needs these
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(pieces.table, unk_id=pieces.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(" {2,}"), " ")],
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos, pad, unk = (pieces.table[number][0] for number in (pieces.bos, pieces.eos, pieces.pad, pieces.unk))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, pieces.bos), (eos, pieces.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in (bos, pad, eos, unk)])
    tokenizer.add_special_tokens([AddedToken("<mask>", normalized=False, special=True, lstrip=True)])
    tokenizer.enable_truncation(length)
    tokenizer.enable_padding(pad_id=pieces.pad, pad_token=pad)
    return str(tokenizer.to_str())


def charsmap() -> bytes:
    """Return SentencePiece's compiled table of the `nmt_nfkc` rule (240,007 bytes in 0.2).

    The library gives it away only inside a model, so a throw-away one of ten words is trained, which takes milliseconds.
    """
    import sentencepiece  # noqa: PLC0415 - only the unpacking needs it

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["one two three four five six seven eight nine ten"]),
        model_writer=model,
        vocab_size=30,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    table = model.getvalue()
    for number in _CHARSMAP_FIELDS:
        table = next(content for field, content in _fields(table) if field == number)
    return table


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of a protocol buffer message's length-delimited fields; the others are passed over."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            _, at = _varint(message, at)
        elif kind == _BYTES:
            length, at = _varint(message, at)
            yield key >> 3, message[at : at + length]
            at += length
        else:
            at += {_FIXED64: 8, _FIXED32: 4}[kind]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the high bit says that another byte follows
            return value, at
