# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""The small closed world of the sample model: what is true in it and how people ask about it.

A topic of fixed facts is a table of rows, the fact an answer must name, and pairs of a question
and its answer with {fields} of the row. Topics that depend on what the question says are
functions of a random generator. Both give (question, answer, fact).
"""

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()
NAMES = "Tom Mia Ben Anna Sam Lily Max Emma Leo Ella Jack Nora".split()
COLOURS = "red blue green yellow white black brown pink purple orange grey".split()
OBJECTS = "ball kite hat cup book doll car boat drum coat bike scarf pencil spoon".split()
THINGS = "apples pears plums lemons cakes eggs nuts shells".split()
SPOTS = (
    "in the box,on the table,under the bed,behind the door,on the shelf,in the bag,"
    "under the chair,in the drawer,near the window,behind the tree"
).split(",")
OUTINGS = (
    "park:fly a kite,lake:see the ducks,farm:feed the hens,library:read a book,"
    "market:buy some bread,beach:look for shells,forest:pick berries,zoo:see the lions,"
    "garden:plant flowers,school:learn a song,hill:watch the stars,pool:swim"
).split(",")
OUTINGS = [tuple(outing.split(":")) for outing in OUTINGS]


def table(fields, text):
    """Rows "x:y:z, …" as dictionaries; a field left empty in a row is missing there."""
    rows = (row.strip().split(":") for row in text.replace("\n", " ").split(","))
    return [dict((f, v) for f, v in zip(fields.split(), row, strict=True) if v) for row in rows]


COLOUR_ROWS = table("s colour", """the sky:blue,the sea:blue,grass:green,a leaf:green,a frog:green,
a cucumber:green,a pea:green,snow:white,milk:white,a swan:white,a cloud:white,salt:white,coal:black,
a crow:black,the night:black,the sun:yellow,a banana:yellow,a lemon:yellow,butter:yellow,
a duckling:yellow,a strawberry:red,a tomato:red,a cherry:red,a rose:red,a fire engine:red,
a carrot:orange,a pumpkin:orange,a fox:orange,chocolate:brown,mud:brown,a bear:brown,
a chestnut:brown,a pig:pink,a flamingo:pink,a plum:purple,a grape:purple,a violet:purple,
an elephant:grey,a mouse:grey,a stone:grey""")

ANIMAL_ROWS = table("s sound home young food legs", """a cow:moo:a barn:a calf:grass:four,
a dog:woof:a kennel:a puppy:bones:four,a cat:meow:a house:a kitten:fish:four,
a duck:quack:a pond:a duckling:seeds:two,a hen:cluck:a coop:a chick:corn:two,
a pig:oink:a sty:a piglet:turnips:four,a sheep:baa:a field:a lamb:grass:four,
a horse:neigh:a stable:a foal:hay:four,a frog:ribbit:a pond:a tadpole:flies:four,
a bee:buzz:a hive::nectar:six,an owl:hoot:a hollow tree:an owlet:mice:two,
a lion:roar:the grassland:a cub:meat:four,a mouse:squeak:a hole:a pup:cheese:four,
a robin:tweet:a nest::worms:two,a snake:hiss:the desert::eggs:no,a wolf:howl:a den:a pup:meat:four,
a bear:growl:a cave:a cub:honey:four,a goat:maa:a hill:a kid:leaves:four,a crow:caw:a tall tree::nuts:two,
a rabbit::a burrow:a bunny:carrots:four,a fish::the sea::water plants:no,a spider::a web::flies:eight,
an ant::an anthill::crumbs:six,a camel::the desert:a calf:thorny plants:four,a monkey::the jungle::bananas:two,
a penguin::the ice:a chick:fish:two,a squirrel::a tree:a kit:nuts:four,a whale::the sea:a calf:tiny shrimps:no""")

OPPOSITE_ROWS = table("x y", """hot:cold,big:small,tall:short,fast:slow,up:down,day:night,happy:sad,
old:young,wet:dry,light:dark,open:closed,full:empty,hard:soft,loud:quiet,clean:dirty,early:late,near:far,
left:right,good:bad,rich:poor,strong:weak,thick:thin,first:last,in:out,high:low,sweet:sour,start:end,
push:pull,win:lose,asleep:awake,inside:outside,above:below,black:white,front:back,summer:winter,
same:different,easy:difficult,deep:shallow,wide:narrow,smooth:rough,brave:afraid,true:false""")
OPPOSITE_ROWS += [{"x": row["y"], "y": row["x"]} for row in OPPOSITE_ROWS]

JOB_ROWS = table("s do does", """a baker:bake bread:bakes bread,a farmer:grow food:grows food,
a teacher:teach children:teaches children,a doctor:help sick people:helps sick people,
a vet:help sick animals:helps sick animals,a firefighter:put out fires:puts out fires,
a pilot:fly planes:flies planes,a sailor:sail ships:sails ships,a painter:paint pictures:paints pictures,
a singer:sing songs:sings songs,a cook:cook meals:cooks meals,a gardener:plant flowers:plants flowers,
a postman:bring letters:brings letters,a tailor:sew clothes:sews clothes,a dentist:look after teeth:looks after teeth,
a fisherman:catch fish:catches fish,a bus driver:drive a bus:drives a bus,a builder:build houses:builds houses,
a writer:write books:writes books,a dancer:dance on a stage:dances on a stage,
a shepherd:look after sheep:looks after sheep,a miner:dig for coal:digs for coal,
a barber:cut hair:cuts hair,a clown:make people laugh:makes people laugh,a judge:lead a court:leads a court""")

TOOL_ROWS = table("s use", """a spoon:eat soup,a key:open a door,a broom:sweep the floor,an umbrella:stay dry,
a pen:write a letter,a cup:drink tea,a hammer:hit nails,a bed:sleep,a lamp:see in the dark,a clock:tell the time,
soap:wash our hands,a towel:dry our hands,a knife:cut bread,a bag:carry things,a ladder:climb up high,
a needle:sew a button,a phone:call a friend,a ruler:draw a line,a map:find the way,a camera:take photos,
an oven:bake a cake,a kettle:boil water,a fridge:keep food cold,a rope:tie a boat,a shovel:dig a hole,
a brush:paint a wall,a saw:cut wood,a mirror:see our face,a comb:tidy our hair,a net:catch fish""")

PLACE_ROWS = table("do place", """sleep:in the bedroom,cook dinner:in the kitchen,take a bath:in the bathroom,
swim:in the pool,read books:in the library,buy food:in the shop,learn to write:at school,play outside:in the park,
watch a film:in the cinema,catch a train:at the station,catch a plane:at the airport,see a doctor:in the hospital,
grow roses:in the garden,keep the car:in the garage,build a sandcastle:on the beach,see wild animals:in the zoo,
pick apples:in the orchard,send a letter:at the post office,borrow money:at the bank,ski:on the mountain""")

WHY_ROWS = table("do why", """we drink water:we are thirsty,we eat lunch:we are hungry,we go to bed:we are tired,
we wear a coat:it is cold outside,we use an umbrella:it is raining,we wash our hands:they get dirty,
we wear shoes:they protect our feet,we brush our teeth:we want to keep them clean,
we go to school:we want to learn,we laugh:something is funny,we cry:we are sad,we run:we are in a hurry,
we turn on the lamp:it is dark,we wear a hat:the sun is bright,we say thank you:we are polite,
we whisper:the baby is asleep,we open the window:we want fresh air,we water plants:they need water to grow,
we read books:they tell good stories,we lock the door:we want to be safe,birds build nests:they need a home for their eggs,
bees visit flowers:they look for nectar,cats chase mice:they like to hunt,squirrels hide nuts:they need food in winter,
leaves fall down:autumn has come,ice melts:it gets warm,dogs wag their tails:they are happy,
people plant trees:trees give shade,ships have sails:the wind pushes them,bears sleep in winter:there is little food""")

NEXT_ROWS = [
    {"x": names[i], "y": names[(i + 1) % len(names)], "kind": kind}
    for kind, names in (("day", DAYS), ("month", MONTHS))
    for i in range(len(names))
] + [{"x": NUMBERS[i], "y": NUMBERS[i + 1], "kind": "number"} for i in range(10)]

GREETING_ROWS = table("q answer key", """Hello!:Hello! How can I help you?:Hello,Hi!:Hi! It is nice to see you.:Hi,
Hi there!:Hi there! What would you like to know?:Hi,Hello Pip!:Hello! It is good to hear from you.:Hello,
Good morning!:Good morning! I hope you slept well.:morning,Good evening!:Good evening! I hope you had a nice day.:evening,
Good night!:Good night! Sleep well.:night,Goodbye!:Goodbye! See you soon.:Goodbye,Bye!:Bye! See you soon.:Bye,
How are you?:I am fine and happy to help you.:fine,How are you today?:I am fine today and happy to help you.:fine,
How do you do?:I am very well and happy to meet you.:well,What is your name?:My name is Pip.:Pip,
Who are you?:I am Pip and I answer small questions.:Pip,Tell me your name.:My name is Pip.:Pip,
Thank you!:You are welcome.:welcome,Thanks!:You are welcome.:welcome,Thank you very much!:You are very welcome.:welcome,
Can you help me?:Yes. I can help you with small questions.:Yes,What can you do?:I can answer small questions about my little world.:questions,
Nice to meet you!:It is nice to meet you too.:nice,Are you happy?:Yes. I am happy to talk with you.:Yes,
Where do you live?:I live in a little world of words.:world,Do you like questions?:Yes. I like small questions very much.:Yes""")

# name: (weight, rows, fact, ((question, answer), …)); a form is used with rows that have its fields
FACTS = {
    "colour": (10, COLOUR_ROWS, "{colour}", (
        ("What colour is {s}?", "{s} is {colour}."),
        ("Which colour does {s} have?", "{s} has the colour {colour}."),
        ("Can you tell me what colour {s} is?", "{s} is {colour}."),
        ("Do you know the colour of {s}?", "Yes, {s} is {colour}."),
        ("What is the colour of {s}?", "the colour of {s} is {colour}."),
    )),
    "animal": (18, ANIMAL_ROWS, "", (
        ("What does {s} say?", "{s} says {sound}."),
        ("What sound does {s} make?", "{s} makes the sound {sound}."),
        ("Which animal says {sound}?", "{s} says {sound}."),
        ("Where does {s} live?", "{s} lives in {home}."),
        ("What do we call the young of {s}?", "the young of {s} is {young}."),
        ("What does {s} eat?", "{s} eats {food}."),
        ("What is the food of {s}?", "{s} eats {food}."),
        ("How many legs does {s} have?", "{s} has {legs} legs."),
    )),
    "opposite": (10, OPPOSITE_ROWS, "{y}", (
        ("What is the opposite of {x}?", "the opposite of {x} is {y}."),
        ("Which word is the opposite of {x}?", "the opposite of {x} is {y}."),
        ("Tell me the opposite of {x}.", "the opposite of {x} is {y}."),
        ("If it is not {x}, what is it?", "if it is not {x}, it is {y}."),
    )),
    "job": (8, JOB_ROWS, "", (
        ("What does {s} do?", "{s} {does}."),
        ("What is the work of {s}?", "the work of {s} is to {do}."),
        ("Who {does}?", "{s} {does}."),
        ("Whose job is it to {do}?", "it is the job of {s} to {do}."),
    )),
    "tool": (8, TOOL_ROWS, "", (
        ("What do we use {s} for?", "we use {s} to {use}."),
        ("Why do we need {s}?", "we need {s} to {use}."),
        ("What do we need to {use}?", "we need {s} to {use}."),
        ("What can I do with {s}?", "you can {use} with {s}."),
    )),
    "place": (6, PLACE_ROWS, "{place}", (
        ("Where do we {do}?", "we {do} {place}."),
        ("Where can I {do}?", "you can {do} {place}."),
        ("Where do people {do}?", "people {do} {place}."),
        ("I want to {do}. Where should I be?", "you should be {place} to {do}."),
    )),
    "why": (7, WHY_ROWS, "{why}", (
        ("Why do {do}?", "{do} because {why}."),
        ("Can you tell me why {do}?", "{do} because {why}."),
        ("Do you know why {do}?", "yes, {do} because {why}."),
        ("What is the reason that {do}?", "the reason is that {why}."),
    )),
    "next": (8, NEXT_ROWS, "", (
        ("Which {kind} comes after {x}?", "{y} comes after {x}."),
        ("What {kind} follows {x}?", "{y} follows {x}."),
        ("Which {kind} comes before {y}?", "{x} comes before {y}."),
        ("What {kind} is just before {y}?", "{x} is just before {y}."),
    )),
    "greeting": (3, GREETING_ROWS, "{key}", (("{q}", "{answer}"),)),
}


def capital(text):
    return text[0].upper() + text[1:]


def fact(rng, name):
    """A random question of a topic in FACTS; without a fact to look for, the whole answer is it."""
    _, rows, key, forms = FACTS[name]
    while True:
        row, (question, answer) = rng.choice(rows), rng.choice(forms)
        try:
            question, answer = capital(question.format(**row)), capital(answer.format(**row))
        except KeyError:  # this row lacks a field of this form
            continue
        return question, answer, key.format(**row) or answer


def arithmetic(rng):
    a, b = rng.randrange(6), rng.randrange(6)
    if rng.random() < 0.5:
        sign, word, total = "+", "plus", a + b
    else:
        a, b = max(a, b), min(a, b)
        sign, word, total = "-", "minus", a - b
    if rng.random() < 0.4:
        return f"What is {a} {sign} {b}?", f"{a} {sign} {b} is {total}.", f"is {total}"
    form = rng.choice(("What is {}?", "How much is {}?", "Can you tell me what {} is?"))
    term = f"{NUMBERS[a]} {word} {NUMBERS[b]}"
    return form.format(term), capital(f"{term} is {NUMBERS[total]}."), f"is {NUMBERS[total]}"


def yes_no(rng):
    row, guess = rng.choice(COLOUR_ROWS), rng.choice(COLOURS)
    if rng.random() < 0.5:
        guess = row["colour"]
    answer = "Yes, " if guess == row["colour"] else "No, "
    answer += f"{row['s']} is {row['colour']}."
    return f"Is {row['s']} {guess}?", answer, answer


def owned_colour(rng):
    name, (x, y), (c, d) = rng.choice(NAMES), rng.sample(OBJECTS, 2), rng.sample(COLOURS, 2)
    if rng.random() < 0.5:
        told = f"{name} has {article(c)} {x}."
    else:
        told = f"{name} has {article(c)} {x} and {article(d)} {y}."
        x, c = rng.choice(((x, c), (y, d)))
    form = rng.choice((f"What colour is the {x}?", f"Which colour does the {x} have?"))
    return f"{told} {form}", f"The {x} is {c}.", c


def spot(rng):
    (name, other), (x, y), (p, q) = (rng.sample(pool, 2) for pool in (NAMES, OBJECTS, SPOTS))
    verb = rng.choice(("put", "left", "hid"))
    told = f"{name} {verb} the {x} {p}."
    if rng.random() < 0.5:
        told += f" {other} {verb} the {y} {q}."
        x, p = rng.choice(((x, p), (y, q)))
    form = rng.choice((f"Where is the {x}?", f"Where can I find the {x}?"))
    answer = f"The {x} is {p}." if "Where is" in form else f"You can find the {x} {p}."
    return f"{told} {form}", answer, p


def owner(rng):
    (a, b), (x, y) = rng.sample(NAMES, 2), rng.sample(OBJECTS, 2)
    who, what = rng.choice(((a, x), (b, y)))
    question = f"{a} has the {x}. {b} has the {y}. "
    if rng.random() < 0.5:
        return f"{question}Who has the {what}?", f"{who} has the {what}.", who
    return f"{question}What does {who} have?", f"{who} has the {what}.", what


def amount(rng):
    name, what = rng.choice(NAMES), rng.choice(THINGS)
    a, b = rng.randrange(1, 6), rng.randrange(1, 6)
    if rng.random() < 0.5:
        told, total = f"gets {NUMBERS[b]} more", a + b
    else:
        a, b = max(a, b), min(a, b)
        told, total = f"gives {NUMBERS[b]} away", a - b
    question = f"{name} has {NUMBERS[a]} {what} and {told}. How many {what} does {name} have now?"
    left = what[:-1] if total == 1 else what
    return question, f"{name} has {NUMBERS[total]} {left} now.", f" {NUMBERS[total]} "


def outing(rng):
    name, (place, what) = rng.choice(NAMES), rng.choice(OUTINGS)
    day = rng.choice(DAYS)
    question = f"On {day} {name} went to the {place} to {what}. "
    return rng.choice((
        (f"{question}Where did {name} go?", f"{name} went to the {place}.", place),
        (f"{question}When did {name} go to the {place}?", f"{name} went there on {day}.", day),
        (f"{question}Why did {name} go to the {place}?", f"{name} wanted to {what}.", what),
        (f"{question}Who went to the {place}?", f"{name} went to the {place}.", name),
    ))


def article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word


TOLD = {
    "arithmetic": (8, arithmetic),
    "yes_no": (7, yes_no),
    "owned_colour": (8, owned_colour),
    "spot": (8, spot),
    "owner": (8, owner),
    "amount": (8, amount),
    "outing": (8, outing),
}
TOPICS = [*FACTS, *TOLD]
WEIGHTS = [entry[0] for entry in (*FACTS.values(), *TOLD.values())]


def ask(rng, topic=None):
    """(question, answer, fact the answer must contain) of the topic, or of a weighted random one."""
    topic = topic or rng.choices(TOPICS, WEIGHTS)[0]
    return fact(rng, topic) if topic in FACTS else TOLD[topic][1](rng)
