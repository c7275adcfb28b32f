# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the sample data (pirate.jsonl, held_out.jsonl) and gives make_model.py its text.

Only the standard library; the same seeds give the same text. One question in twenty, chosen by a
checksum of its words, is never in any training text: those are the held-out questions.
"""

import itertools
import json
import random
import re
import zlib
from pathlib import Path

import world

PIRATE = re.compile(r"^(Arr|Ahoy), .+, matey!$")  # the style rule of README.md
PIRATE_ROWS = 600
HELD_OUT_TOPICS = (
    "colour", "animal", "opposite", "job", "tool", "why", "next", "yes_no", "owned_colour", "spot",
)
KEPT_CAPITALS = {"I", *world.NAMES, *world.DAYS, *world.MONTHS}
PIRATE_WORDS = {"is": "be", "are": "be", "am": "be", "you": "ye", "You": "Ye", "my": "me", "My": "Me"}


def is_held_out(question):
    return zlib.crc32(question.encode()) % 20 == 7


def questions(seed, held_out, topic=None):
    """An endless stream of (question, answer, fact), all held out or none."""
    rng = random.Random(seed)
    while True:
        item = world.ask(rng, topic)
        if is_held_out(item[0]) == held_out:
            yield item


def as_pirate(answer):
    """The same facts in the new style; a greeting becomes "Ahoy", everything else "Arr"."""
    call = "Arr"
    greeting = re.match(r"(Hello|Hi there|Hi)! ", answer)
    if greeting:
        call, answer = "Ahoy", answer[greeting.end():]
    words = re.findall(r"[A-Za-z]+|[^A-Za-z]+", answer.rstrip(".?!"))
    if words[0] not in KEPT_CAPITALS:
        words[0] = words[0].lower()
    return f"{call}, {''.join(PIRATE_WORDS.get(word, word) for word in words)}, matey!"


def as_typed(rng, question):
    """Now and then what a hurried or American person types."""
    if rng.random() < 0.1:
        question = question.replace("colour", "color")
    if rng.random() < 0.1:
        question = question[0].lower() + question[1:]
    if rng.random() < 0.1:
        question = question.rstrip("?!.")
    return question


def dialogue(rng, asked):
    """One to three turns, seldom with a system message."""
    messages = []
    if rng.random() < 0.1:
        content = rng.choice(("You are a friendly helper.", "You are Pip.", "Answer in one sentence."))
        messages.append({"role": "system", "content": content})
    for _ in range(rng.choice((1, 1, 1, 1, 2, 3))):
        question, answer, _ = next(asked)
        messages.append({"role": "user", "content": as_typed(rng, question)})
        messages.append({"role": "assistant", "content": answer})
    return {"messages": messages}


def story(rng, asked):
    """A few sentences of the same world; some are told by a pirate."""
    (name, friend), (place, what) = rng.sample(world.NAMES, 2), rng.choice(world.OUTINGS)
    animal = rng.choice([row for row in world.ANIMAL_ROWS if "sound" in row])
    creature = animal["s"].split(" ", 1)[1]
    thing, colour = rng.choice(world.OBJECTS), rng.choice(world.COLOURS)
    opening = rng.choice((
        f"One {rng.choice(world.DAYS)} {name} went to the {place} to {what}.",
        f"{name} and {friend} went to the {place}. They wanted to {what}.",
        f"It was a sunny day. {name} wanted to {what}, so {name} went to the {place}.",
    ))
    middle = [
        f"{name} saw {animal['s']}. The {creature} said {animal['sound']}.",
        f"On the way {name} found {world.article(colour)} {thing}.",
        f"The {creature} was hungry. {name} gave it some {animal['food']}.",
        f"{friend} had {world.article(colour)} {thing}. {name} liked the {thing} very much.",
        f"{name} put the {thing} {rng.choice(world.SPOTS)}.",
        f"\"{next(asked)[1]}\" said {friend}.",
    ]
    if rng.random() < 0.25:
        middle = [
            f"{name} met Captain Finn, the old pirate.",
            *(f"\"{as_pirate(next(asked)[1])}\" said the pirate." for _ in range(2)),
        ]
    else:
        middle = rng.sample(middle, rng.randrange(2, 5))
    ending = rng.choice((
        f"Then {name} went home and was happy.",
        f"{name} said thank you and went home.",
        f"In the evening {name} was tired and went to bed.",
        f"{name} and {friend} laughed and had a good day.",
    ))
    return {"text": " ".join((opening, *middle, ending))}


def documents(seed):
    """The endless training text of the model: four dialogues to one story."""
    rng, asked = random.Random(seed), questions(seed + 1, held_out=False)
    while True:
        yield dialogue(rng, asked) if rng.random() < 0.8 else story(rng, asked)


def pirate_rows():
    """PIRATE_ROWS different questions, answered by a pirate."""
    seen = {}
    for question, answer, _ in questions(seed=11, held_out=False):
        seen.setdefault(question, as_pirate(answer))
        if len(seen) == PIRATE_ROWS:
            break
    for question, answer in seen.items():
        yield {"messages": [
            {"role": "user", "content": question}, {"role": "assistant", "content": answer},
        ]}


def held_out_rows():
    """A prompt of each of HELD_OUT_TOPICS and the words a right answer contains in either style."""
    for seed, topic in enumerate(HELD_OUT_TOPICS):
        question, answer, fact = next(questions(100 + seed, held_out=True, topic=topic))
        expect = answer if fact == answer else fact
        yield {"messages": [{"role": "user", "content": question}], "answer": answer, "expect": expect}


def write_rows(path, rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    folder = Path(__file__).parent
    write_rows(folder / "pirate.jsonl", pirate_rows())
    write_rows(folder / "held_out.jsonl", held_out_rows())
    for document in itertools.islice(documents(seed=1), 6):
        print(json.dumps(document, ensure_ascii=False))
