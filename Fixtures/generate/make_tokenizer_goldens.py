#!/usr/bin/env python3
"""Token numbers by the reference library for the texts below.

    python make_tokenizer_goldens.py VISION OUT.json

VISION is Fixtures/vision (its tokenizers are read), OUT.json the committed Fixtures/vision/_tokenizers/expected.json.
Beside OUT.json this writes a few tokenizers of kinds that no fixture has. Made with tokenizers 0.22 and transformers 5.23.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

vision, out = sys.argv[1:]
TEXTS = [
    "", " ", "a photo of a cat.", "This is a photo of a Rocket!", "what animal is this?", "  two   spaces\tand\na line ",
    "It's the cat's, isn't it? We'll see; they've 12 cups & 3.50 dollars.", "naïve café CAFE\u0301 Å ﬁ ½", "cup-of-coffee/tea_time",
    "日本語とEnglish 中文字", "emoji 🚀👩\u200d🚀 end", "ΑΣ ΟΔΟΣ İstanbul straße", "<|startoftext|>x<|endoftext|>", "[CLS] a [MASK] cat [SEP]",
    "<s>hello</s> <mask> world", "a" * 150, "the the the the", "Total 184.50 Date 2024-03-17", "\u00a0nbsp\u3000wide\u200bzero", "x\u0000y\ufffdz",
    "don't DON'T 'tis ''", "1234567 ٣٤٥ ⅷ", "!!!???...", "&amp; <b>bold</b>", "मानक हिन्दी", "a\r\n\r\nb   c",
]
PAIRS = [("what is this?", "a cup of coffee"), ("how many cups are there in this picture of a table?", "two")]
WITH_JSON = ["clip", "owlvit", "siglip", "vilt_vqa", "clipseg"]

folder = os.path.dirname(out)
os.makedirs(folder, exist_ok=True)
gold = {"versions": {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__}, "cases": []}


def add(name, tokenizer):
    for text in TEXTS:
        gold["cases"].append({"tokenizer": name, "text": text, "ids": tokenizer.encode(text).ids})
    for first, second in PAIRS:
        e = tokenizer.encode(first, second)
        gold["cases"].append({"tokenizer": name, "text": first, "pair": second, "ids": e.ids, "types": e.type_ids})
        tokenizer.enable_truncation(9)
        e = tokenizer.encode(first, second)
        gold["cases"].append({"tokenizer": name, "text": first, "pair": second, "maximum": 9, "ids": e.ids, "types": e.type_ids})
        e = tokenizer.encode(first)
        gold["cases"].append({"tokenizer": name, "text": first, "maximum": 9, "ids": e.ids, "types": e.type_ids})
        tokenizer.no_truncation()


for name in WITH_JSON:
    t = Tokenizer.from_file(os.path.join(vision, name, "tokenizer.json"))
    t.no_truncation()
    t.no_padding()
    add(name + "/tokenizer.json", t)


def own(name, tokenizer):
    path = os.path.join(folder, name + ".json")
    tokenizer.save(path)
    add("_tokenizers/" + name + ".json", Tokenizer.from_file(path))


source = json.load(open(os.path.join(vision, "clip", "tokenizer.json"), encoding="utf8"))
merges = [tuple(m) for m in source["model"]["merges"]]
plain = [m for m in merges if not any("</w>" in x for x in m)]
alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + alphabet
for m in plain:
    if "".join(m) not in tokens:
        tokens.append("".join(m))
usable = [m for m in plain if m[0] in tokens and m[1] in tokens]
vocab = {t: i for i, t in enumerate(tokens)}

# RoBERTa: byte-level, a space in front, an added token that swallows the space before it.
t = Tokenizer(models.BPE(vocab=vocab, merges=usable))
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=True)
t.add_special_tokens([tokenizers.AddedToken("<s>"), tokenizers.AddedToken("</s>"), tokenizers.AddedToken("<mask>", lstrip=True)])
t.add_tokens([tokenizers.AddedToken("coffee", single_word=True)])
own("roberta", t)

# A pattern of the newer families, and merges that whole words pass by.
t = Tokenizer(models.BPE(vocab=vocab, merges=usable, ignore_merges=True, unk_token="<unk>"))
t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "isolated"),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
own("newer_bpe", t)

# Unigram with byte fallback, normalisation as SigLIP does it, metaspace.
pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + [(f"<0x{b:02X}>", -20.0) for b in range(256)]
for i, w in enumerate(["▁", "a", "e", "o", "t", "c", "▁a", "▁c", "at", "▁cat", "▁the", "h", "ph", "oto", "▁photo", "▁of", "f", "s", "is", "▁is", "th", "▁th", "n", "i", "u", "p", "cup", "▁two"]):
    pieces.append((w, -2.0 - 0.37 * i))
t = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=True))
t.normalizer = normalizers.Sequence([
    normalizers.Lowercase(), normalizers.Replace(Regex(r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""), ""),
    normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
t.pre_tokenizer = pre_tokenizers.Metaspace()
t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
own("siglip_like", t)
t = Tokenizer(models.Unigram([p for p in pieces if not p[0].startswith("<0x")], unk_id=2))
t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.NFC()])
t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="first")])
own("unigram", t)

# WordPiece that keeps case and accents.
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##a", "the", "cat", "c", "##af", "##é", "caf", "naïve", "##s", "photo", "of", ".", ",", "'", "s", "t", "It", "C", "##A", "##F", "##E", "日", "本", "12", "##0", "!", "?", "This", "is"]
t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
t.normalizer = normalizers.BertNormalizer(lowercase=False)
t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
own("cased", t)

# The other ways to cut.
for name, pre in [("whitespace", pre_tokenizers.Whitespace()), ("punctuation", pre_tokenizers.Sequence([pre_tokenizers.Punctuation("merged_with_previous"), pre_tokenizers.Digits(True)])),
                  ("digits", pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(False)])), ("contiguous", pre_tokenizers.Split(Regex(r"[aeiou]"), "contiguous"))]:
    t = Tokenizer(models.BPE(vocab={**{c: i + 1 for i, c in enumerate(sorted(set("".join(TEXTS))))}, "<unk>": 0}, merges=[], unk_token="<unk>", fuse_unk=True))
    letters = {c: i + 1 for i, c in enumerate("abcdefghijklmnopqrstuvwxyz0123456789.,")}
    t = Tokenizer(models.BPE(vocab={"<unk>": 0, **letters, "ca": 40, "cat": 41, "th": 42, "the": 43, "50": 44, "t.": 45}, merges=[("c", "a"), ("ca", "t"), ("t", "h"), ("th", "e"), ("5", "0"), ("t", ".")], unk_token="<unk>", fuse_unk=True))
    t.pre_tokenizer = pre
    own(name, t)

json.dump(gold, open(out, "w", encoding="utf8"), ensure_ascii=False, indent=0)
print(len(gold["cases"]), "cases")
