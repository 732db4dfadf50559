#!/usr/bin/python3
"""Honest files, spoiled: whether each result that lost words says so.

    mutations.py spoil SEED N FOLDER FILE...   N of them, as FOLDER/0001-flip-FILE
    mutations.py judge HONEST SPOILED FOLDER   what came of them

Which byte is spoiled follows from SEED and the number alone. HONEST and SPOILED
are the page records of the files, and of what was made of them. A result is
marked that has an error, a doubt, damaged or rows_missing on a page of it. One
that is not, and has lost words, is listed: kept, the share of the words that
are there, and what a tool that reads it says. Where that complains it is a
fault, and the exit status 1.
"""
import collections
import json
import os
import random
import re
import subprocess
import sys


def place(rng, data, most):
    size = rng.randint(1, min(most, len(data)))
    at = rng.randrange(len(data) - size + 1)
    return at, at + size


def flip(rng, data):
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        out[rng.randrange(len(out))] ^= rng.randint(1, 255)
    return bytes(out)


def cut(rng, data):
    return data[: rng.randrange(1, len(data))]


def zero(rng, data):
    a, b = place(rng, data, 2048)
    return data[:a] + bytes(b - a) + data[b:]


def noise(rng, data):
    a, b = place(rng, data, 256)
    return data[:a] + rng.randbytes(b - a) + data[b:]


def drop(rng, data):
    a, b = place(rng, data, 512)
    return data[:a] + data[b:]


def twice(rng, data):
    a, b = place(rng, data, 512)
    return data[:b] + data[a:]


def png_parts(data):
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield at, min(end, len(data))
        at = end


def jpeg_parts(data):
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield at, min(end, len(data))
        at = end


def tiff_parts(data):
    order = "little" if data[:2] == b"II" else "big"
    at = int.from_bytes(data[4:8], order)
    while 0 < at < len(data) - 2:
        n = int.from_bytes(data[at : at + 2], order)
        for i in range(n):
            yield at + 2 + 12 * i, at + 14 + 12 * i
        end = at + 2 + 12 * n
        at = int.from_bytes(data[end : end + 4], order)


def pdf_parts(data):
    for m in re.finditer(rb"(?<!\d)\d+ \d+ obj\b.*?\bendobj\b", data, re.S):
        yield m.span()


def parts(data):
    for head, of in ((b"%PDF", pdf_parts), (b"\x89PNG", png_parts), (b"\xff\xd8", jpeg_parts)):
        if data.startswith(head):
            return list(of(data))
    return list(tiff_parts(data))


def part(rng, data):
    """One object, chunk, segment or tag is taken out, or made nothing."""
    found = parts(data)
    if not found:
        return cut(rng, data)
    a, b = rng.choice(found)
    if data[:2] in (b"II", b"MM") or rng.random() < 0.5:
        filler = b" " if data.startswith(b"%PDF") else b"\0"
        return data[:a] + filler * (b - a) + data[b:]
    return data[:a] + data[b:]


KINDS = [flip, flip, flip, cut, cut, zero, zero, noise, drop, twice, part, part]


def spoil(seed, n, folder, files):
    for i in range(1, n + 1):
        rng = random.Random(f"{seed} {i}")
        name = files[i % len(files)]
        kind = rng.choice(KINDS)
        with open(name, "rb") as f:
            data = f.read()
        with open(f"{folder}/{i:04}-{kind.__name__}-{os.path.basename(name)}", "wb") as f:
            f.write(kind(rng, data))


def results(path):
    """By rel: the words of all pages, and the marks."""
    words, marks = collections.defaultdict(collections.Counter), collections.defaultdict(set)
    with open(path, encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            rel = r["rel"]
            words[rel].update(re.findall(r"\w+", r.get("markdown", "")))
            marks[rel].update(k for k in ("error", "doubt", "damaged", "rows_missing") if k in r)
    return words, marks


def complaint(path):
    """The first words of a tool that reads the file and is none of ours."""
    tools = [["mutool", "draw", "-q", "-r", "30", "-F", "pgm", "-o", "/dev/null", path]]
    if path.endswith(".pdf"):
        tools = [["pdftotext", path, "-"], ["pdftoppm", "-r", "30", path, "/dev/null/x"]]
    elif path.endswith(".jpg"):
        tools = [["djpeg", "-outfile", "/dev/null", path]]
    for tool in tools:
        try:
            done = subprocess.run(tool, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            continue
        said = done.stderr.decode("utf-8", "replace").split("\n")
        said = [s for s in said if s and "/dev/null" not in s and "ICC support" not in s]
        if said:
            return f"{tool[0]}: {said[0]}"
    return ""


def judge(honest, spoiled, folder):
    want, _ = results(honest)
    got, marks = results(spoiled)
    faults, lost, marked, same = 0, 0, 0, 0
    for name in sorted(os.listdir(folder)):
        words = want[name.split("-", 2)[2]]
        kept = sum((words & got[name]).values()) / sum(words.values())
        if marks[name]:
            marked += 1
        elif name not in got:
            faults += 1
            print(f"{name}\t-\tno result")
        elif kept == 1:
            same += 1
        else:
            said = complaint(f"{folder}/{name}")
            lost += 1
            faults += said != ""
            print(f"{name}\t{kept:.3f}\t{said}")
    print(f"{marked} marked, {same} with all words, {lost} that lost some unmarked, {faults} faults")
    return faults > 0


def main(argv):
    if argv[1] == "spoil":
        spoil(argv[2], int(argv[3]), argv[4], argv[5:])
        return 0
    return judge(*argv[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv))
