"""Writes the vectors of this folder: every operation of @seq/tensor beside PyTorch in float64.

    python make_vectors.py        # needs torch only; overwrites the *.json beside it

Inputs are multiples of 1/256, so that float32 holds them exactly. Gradients are those of the sum of the outputs times
`upstream`. A case that is not `smooth` sits on a kink, where difference quotients say nothing.
"""

import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent
operations = {}


def draw(shape, seed, low=-2.0, high=2.0, away=0.0):
    """Numbers in [low, high), at least `away` from 0."""
    source = random.Random(seed)
    values = []
    while len(values) < math.prod(shape):
        value = math.floor(256 * source.uniform(low, high)) / 256
        if abs(value) >= away:
            values.append(value)
    return torch.tensor(values).reshape(shape)


def case(operation, name, run, inputs, options=None, differentiable=(), smooth=True):
    """One case: `differentiable` names the inputs with a gradient, by default every float."""
    leaves = {key: value.clone() for key, value in inputs.items()}
    named = list(differentiable) if differentiable is not None else []
    if differentiable == ():
        named = [key for key, value in leaves.items() if value.is_floating_point()]
    for key in named:
        leaves[key].requires_grad_(True)
    output = run(**leaves)
    told = {"name": name, "smooth": smooth and bool(named), "options": options or {}}
    told["in"] = {key: stored(value) for key, value in inputs.items()}
    told["out"] = stored(output)
    if named:
        upstream = draw(output.shape, 99)
        (output * upstream).sum().backward()
        told["upstream"] = stored(upstream)
        told["grad_in"] = {key: stored(leaves[key].grad) for key in named}
    operations.setdefault(operation, []).append(told)


def stored(values):
    values = values.detach()
    dtype = {torch.uint8: "uint8", torch.int32: "int32", torch.bool: "uint8"}.get(values.dtype)
    numbers = values.to(torch.uint8) if values.dtype == torch.bool else values
    told = {"shape": list(values.shape), "data": numbers.flatten().tolist()}
    return told if dtype is None else {**told, "dtype": dtype}


# One number at a time.

for name, run, low, high in [
    ("abs", torch.abs, -2, 2),
    ("exp", torch.exp, -2, 2),
    ("gelu", F.gelu, -3, 3),
    ("ln", torch.log, 0.25, 4),
    ("ln1p", torch.log1p, -0.75, 4),
    ("neg", torch.neg, -2, 2),
    ("relu", F.relu, -2, 2),
    ("sigmoid", torch.sigmoid, -4, 4),
    ("softplus", F.softplus, -6, 19),
    ("sqrt", torch.sqrt, 0.25, 4),
    ("square", torch.square, -2, 2),
    ("tanh", torch.tanh, -3, 3),
]:
    case(name, "matrix", lambda x, run=run: run(x), {"x": draw([3, 5], 1, low, high, away=1 / 64)})
case("softplus", "beyond the threshold", lambda x: F.softplus(x), {"x": torch.tensor([20.5, 30.0, -30.0])})
case("relu", "kink", lambda x: F.relu(x), {"x": torch.tensor([0.0, -1.0, 1.0])}, smooth=False)
case("abs", "kink", lambda x: torch.abs(x), {"x": torch.tensor([0.0, -1.0, 1.0])}, smooth=False)
case("scaleShift", "line", lambda x: -1.5 * x + 0.25, {"x": draw([3, 5], 2)}, {"scale": -1.5, "shift": 0.25})
case("huber", "delta 1", lambda x: F.huber_loss(x, torch.zeros_like(x), reduction="none"), {"x": draw([3, 5], 3)})
case(
    "huber",
    "delta 0.75",
    lambda x: F.huber_loss(x, torch.zeros_like(x), reduction="none", delta=0.75),
    {"x": draw([3, 5], 4)},
    {"delta": 0.75},
)
case("cast", "to float64", lambda x: x.double(), {"x": draw([2, 3], 5)}, {"dtype": "float64"})
case("cast", "to integers", lambda x: x.int(), {"x": draw([2, 6], 6, -9, 9)}, {"dtype": "int32"}, differentiable=None)
case("cast", "to bytes", lambda x: x.byte(), {"x": draw([2, 6], 7, 0, 255)}, {"dtype": "uint8"}, differentiable=None)

# Two at a time, with broadcasting.

for name, run in [
    ("add", torch.add),
    ("sub", torch.sub),
    ("mul", torch.mul),
    ("div", torch.div),
    ("maximum", torch.maximum),
    ("minimum", torch.minimum),
]:
    for title, left, right in [("one shape", [2, 3], [2, 3]), ("stretched", [2, 1, 3], [4, 1]), ("a number", [], [2, 2])]:
        case(name, title, lambda a, b, run=run: run(a, b), {"a": draw(left, 11), "b": draw(right, 12, away=0.25)})
for name, run in [("maximum", torch.maximum), ("minimum", torch.minimum)]:
    ties = {"a": torch.tensor([1.0, 2.0, 3.0]), "b": torch.tensor([1.0, 2.0, 2.5])}
    case(name, "ties", lambda a, b, run=run: run(a, b), ties, smooth=False)
for name, run in [("greater", torch.gt), ("equal", torch.eq)]:
    some = {"a": torch.tensor([[1.0, 2.0, 2.5], [0.0, -1.0, 2.0]]), "b": torch.tensor([1.0, -1.0, 2.0])}
    case(name, "stretched", lambda a, b, run=run: run(a, b), some, differentiable=None)
case(
    "whereMask",
    "three shapes",
    lambda mask, a, b: torch.where(mask.bool(), a, b),
    {"mask": torch.tensor([[1], [0], [7]], dtype=torch.uint8), "a": draw([2], 13), "b": draw([3, 1], 14)},
    differentiable=("a", "b"),
)

# Reductions.

for name, run in [("sum", torch.sum), ("mean", torch.mean), ("max", torch.amax)]:
    for title, axes, keep in [("everything", None, False), ("one axis", [1], False), ("two axes, kept", [0, -1], True)]:
        options = {} if axes is None else {"axes": axes, "keepAxes": keep}
        dim = list(range(3)) if axes is None else axes
        case(name, title, lambda x, run=run, dim=dim, keep=keep: run(x, dim=dim, keepdim=keep), {"x": draw([3, 2, 4], 15)}, options)
case("max", "ties", lambda x: torch.amax(x, dim=1), {"x": torch.tensor([[3.0, 1.0, 3.0]])}, {"axes": [1]}, smooth=False)
case("argmax", "last axis", lambda x: torch.argmax(x, -1).int(), {"x": draw([3, 4], 16)}, differentiable=None)
case("argmax", "first axis", lambda x: torch.argmax(x, 0).int(), {"x": draw([3, 4], 16)}, {"axis": 0}, differentiable=None)

# Layout.

case("reshape", "two axes", lambda x: x.reshape(4, 3), {"x": draw([2, 6], 17)}, {"shape": [4, 3]})
case("permute", "three axes", lambda x: x.permute(2, 0, 1), {"x": draw([2, 3, 4], 18)}, {"axes": [2, 0, 1]})
case("slice", "inside", lambda x: x[:, 1:3], {"x": draw([2, 4, 2], 19)}, {"axis": 1, "start": 1, "end": 3})
case(
    "pad",
    "both ends with zeros",
    lambda x: F.pad(x, (0, 0, 1, 2)),
    {"x": draw([2, 3, 2], 64)},
    {"axis": 1, "before": 1, "after": 2},
)
case(
    "pad",
    "the last axis with a number",
    lambda x: F.pad(x, (0, 3), value=-1.5),
    {"x": draw([2, 3], 65)},
    {"axis": -1, "before": 0, "after": 3, "value": -1.5},
)
case(
    "concat",
    "three parts",
    lambda **parts: torch.cat(list(parts.values()), 1),
    {f"part {i}": draw([2, size, 2], 20 + i) for i, size in enumerate([1, 3, 2])},
    {"axis": 1},
)
case("expand", "new and old axes", lambda x: x.expand(2, 3, 4), {"x": draw([3, 1], 24)}, {"shape": [2, 3, 4]})

# Products, norms, classes.

for title, left, right in [("matrices", [2, 3], [3, 4]), ("batches", [2, 2, 2, 3], [2, 2, 3, 2])]:
    case("matmul", title, lambda a, b: a @ b, {"a": draw(left, 25), "b": draw(right, 26)})
weights = {"x": draw([2, 2, 3], 27), "weight": draw([4, 3], 28)}
case("linear", "without bias", lambda x, weight: F.linear(x, weight), weights)
case("linear", "with bias", lambda x, weight, bias: F.linear(x, weight, bias), {**weights, "bias": draw([4], 29)})
norm = {"x": draw([3, 5], 30), "weight": draw([5], 31), "bias": draw([5], 32)}
for epsilon in [1e-5, 1e-6]:
    options = {} if epsilon == 1e-5 else {"epsilon": epsilon}
    case("layerNorm", f"epsilon {epsilon}", lambda x, weight, bias, e=epsilon: F.layer_norm(x, [5], weight, bias, e), norm, options)
for name, run in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
    case(name, "rows", lambda x, run=run: run(x, -1), {"x": draw([2, 3, 4], 33)})
classes, row_weights = [2, 0, 1, 2], [1.0, 0.5, 0.0, 2.0]
some = torch.tensor([[2, 0], [3, 2]], dtype=torch.int32)
for dtype in ["float32", "uint8"]:
    rows = lambda x, dtype=dtype: F.one_hot(x.long(), 4).to(torch.uint8 if dtype == "uint8" else torch.float64)
    case("oneHot", f"as {dtype}", rows, {"x": some}, {"classCount": 4, "dtype": dtype}, differentiable=None)
for name, run in [("nll", F.nll_loss), ("crossEntropy", F.cross_entropy)]:
    losses = lambda x, run=run: run(x, torch.tensor(classes), reduction="none")
    case(name, "plain", lambda x, losses=losses: losses(x).mean(), {"x": draw([4, 3], 34)}, {"targets": classes})
    case(
        name,
        "weighted rows",
        lambda x, losses=losses: (losses(x) * torch.tensor(row_weights)).sum() / sum(row_weights),
        {"x": draw([4, 3], 35)},
        {"targets": classes, "weights": row_weights},
    )

# Rows and sequences.

case("gatherRows", "some twice", lambda x: x[[2, 0, 2, 2]], {"x": draw([3, 2, 2], 36)}, {"indices": [2, 0, 2, 2]})
destinations = torch.tensor([1, 3, 1, 0, 1])
case(
    "scatterAddRows",
    "one row stays empty",
    lambda x: torch.zeros(5, 3).index_add(0, destinations, x),
    {"x": draw([5, 3], 37)},
    {"indices": destinations.tolist(), "rowCount": 5},
)
tokens, places = [2, 0, 1, 2, 2], [0, 1, 2, 0, 1]
case(
    "embedSequences",
    "an empty sequence between",
    lambda tokens_table, position_table: F.embedding(torch.tensor(tokens), tokens_table)
    + F.embedding(torch.tensor(places), position_table),
    {"tokens_table": draw([3, 2], 38), "position_table": draw([4, 2], 39)},
    {"tokens": tokens, "offsets": [0, 3, 3, 5]},
)


def squared_distances(x):
    pairs = torch.triu_indices(len(x), len(x), 1)
    return ((x[pairs[0]] - x[pairs[1]]) ** 2).sum(-1)


case("pairwiseDistance", "rows", lambda x: squared_distances(x).clamp(min=1e-8).sqrt(), {"x": draw([4, 3], 40)})
twins = torch.tensor([[1.0, 2.0], [1.0, 2.0], [0.5, -1.0]])
case("pairwiseDistance", "equal rows", lambda x: squared_distances(x).clamp(min=1e-8).sqrt(), {"x": twins}, smooth=False)


def philox(counter, key):
    """Philox 4x32-10 in plain integers (Salmon et al. 2011, doi:10.1145/2063384.2063405)."""
    c, k = list(counter), list(key)
    for turn in range(10):
        if turn > 0:
            k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 % 2**32, (p0 >> 32) ^ c[3] ^ k[1], p0 % 2**32]
    return c


assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


def dropped(x, offsets, ids, probability, seed, site, step):
    kept = torch.ones_like(x)
    for sequence, start in zip(ids, offsets):
        end = offsets[offsets.index(start) + 1]
        for i in range((end - start) * x.shape[1]):
            word = philox([i // 4, sequence, site, step], [seed % 2**32, seed >> 32])[i % 4]
            kept[start + i // x.shape[1], i % x.shape[1]] = float(word >= int(probability * 2**32))
    return x * kept / (1 - probability)


stream = {"probability": 0.375, "seed": 5 + 2**40, "site": 7, "step": 2}
case(
    "dropout",
    "two sequences",
    lambda x: dropped(x, [0, 3, 5], [10, 20], **stream),
    {"x": draw([5, 4], 41)},
    {**stream, "offsets": [0, 3, 5], "sequenceIds": [10, 20]},
)

# Attention over packed sequences.

WIDTH, HEADS, HIDDEN = 6, 2, 10


def attention_parameters(seed):
    shapes = [[3 * WIDTH, WIDTH], [3 * WIDTH], [WIDTH, WIDTH], [WIDTH]]
    return [draw(shape, seed + i, -0.75, 0.75) for i, shape in enumerate(shapes)]


def layer_parameters(seed):
    feed_forward = [[HIDDEN, WIDTH], [HIDDEN], [WIDTH, HIDDEN], [WIDTH]]
    norms = [[WIDTH]] * 4
    rest = [draw(shape, seed + 10 + i, -0.75, 0.75) for i, shape in enumerate(feed_forward)]
    return attention_parameters(seed) + rest + [draw(shape, seed + 20 + i) for i, shape in enumerate(norms)]


def numbered(parameters):
    return {f"parameter {i}": values for i, values in enumerate(parameters)}


def ranges(offsets):
    return [slice(start, end) for start, end in zip(offsets, offsets[1:])]


def attend(query, key, value, hidden, parameters):
    in_weight, in_bias, out_weight, out_bias = parameters
    return F.multi_head_attention_forward(
        query[:, None], key[:, None], value[:, None], WIDTH, HEADS, in_weight, in_bias, None, None, False, 0.0,
        out_weight, out_bias, training=False, key_padding_mask=hidden[None], need_weights=True, average_attn_weights=False,
    )  # fmt: skip


QUERY_OFFSETS, KEY_OFFSETS = [0, 3, 5], [0, 4, 6]
KEY_MASK = [1, 0, 1, 1, 1, 1]
HIDDEN_KEYS = torch.tensor(KEY_MASK) == 0


def attention(query, key, value, parameters, which):
    pieces = [
        attend(query[q], key[k], value[k], HIDDEN_KEYS[k], parameters)[which]
        for q, k in zip(ranges(QUERY_OFFSETS), ranges(KEY_OFFSETS))
    ]
    return torch.cat([piece[:, 0] if which == 0 else piece.flatten() for piece in pieces])


packed = {"heads": HEADS, "queryOffsets": QUERY_OFFSETS, "offsets": KEY_OFFSETS, "keyMask": KEY_MASK}
both = {"query": draw([5, WIDTH], 50), "key": draw([6, WIDTH], 51)}
parameters = numbered(attention_parameters(52))
case(
    "attention",
    "keys are values",
    lambda query, key, **p: attention(query, key, key, p.values(), 0),
    {**both, **parameters},
    packed,
)
case(
    "attention",
    "other values",
    lambda query, key, value, **p: attention(query, key, value, p.values(), 0),
    {**both, "value": draw([6, WIDTH], 57), **parameters},
    packed,
)
case(
    "attentionWeights",
    "hidden key",
    lambda query, key, **p: attention(query, key, key, p.values(), 1),
    {**both, **parameters},
    packed,
    differentiable=None,
)


def pool(x, query, weight, bias, offsets, mask):
    rows = []
    for part in ranges(offsets):
        visible = None if mask is None else torch.tensor(mask[part], dtype=torch.float64)
        scores = (x[part] @ query[0]) / math.sqrt(WIDTH)
        if visible is None:
            shares = scores.softmax(0)
        elif visible.sum() == 0:
            shares = torch.full_like(scores, 1 / len(scores))
        else:
            shares = scores.masked_fill(visible == 0, -math.inf).softmax(0) * visible
            shares = shares / (shares.sum() + 1e-8)
        rows.append(F.layer_norm(shares @ x[part], [WIDTH], weight, bias, 1e-5))
    return torch.stack(rows)


pooled = {"x": draw([7, WIDTH], 60), "query": draw([1, WIDTH], 61), "weight": draw([WIDTH], 62), "bias": draw([WIDTH], 63)}
OFFSETS = [0, 4, 5, 7]
for title, mask in [("everything visible", None), ("hidden rows", [1, 0, 1, 1, 1, 0, 0])]:
    case(
        "attentionPooling",
        title,
        lambda x, query, weight, bias, mask=mask: pool(x, query, weight, bias, OFFSETS, mask),
        pooled,
        {"offsets": OFFSETS, **({} if mask is None else {"keyMask": mask})},
    )


def stack(x, parameters, offsets, mask, activation):
    layers, rest = divmod(len(parameters), 12)
    assert rest == 2
    rows = []
    for part in ranges(offsets):
        y, hidden = x[part], torch.tensor(mask[part]) == 0
        for i in range(layers):
            own = parameters[12 * i : 12 * i + 12]
            normed = F.layer_norm(y, [WIDTH], own[8], own[9], 1e-5)
            y = y + attend(normed, normed, normed, hidden, own[:4])[0][:, 0]
            inner = activation(F.linear(F.layer_norm(y, [WIDTH], own[10], own[11], 1e-5), own[4], own[5]))
            y = y + F.linear(inner, own[6], own[7])
        rows.append(F.layer_norm(y, [WIDTH], parameters[-2], parameters[-1], 1e-6))
    return torch.cat(rows)


whole = layer_parameters(70) + layer_parameters(100) + [draw([WIDTH], 130), draw([WIDTH], 131)]
visible = [1, 1, 0, 1, 1, 1, 1]
for title, activation in [("gelu", F.gelu), ("relu", F.relu)]:
    case(
        "encoder",
        f"two layers, {title}",
        lambda x, activation=activation, **p: stack(x, list(p.values()), OFFSETS, visible, activation),
        {"x": draw([7, WIDTH], 67), **numbered(whole)},
        {"heads": HEADS, "activation": title, "offsets": OFFSETS, "keyMask": visible},
    )


def number(value):
    return value if isinstance(value, int) or not float(value).is_integer() or abs(value) > 1e15 else int(value)


def compact(value):
    if isinstance(value, dict):
        return {key: compact(part) for key, part in value.items()}
    if isinstance(value, list):
        return [compact(part) for part in value]
    return number(value) if isinstance(value, float) else value


for name, cases in operations.items():
    file = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    lines = ",\n  ".join(json.dumps(compact(told)) for told in cases)
    (FOLDER / f"{file}.json").write_text(
        f'{{\n "operation": "{name}",\n "made_by": "make_vectors.py, PyTorch {torch.__version__.split("+")[0]}, float64",\n'
        f' "cases": [\n  {lines}\n ]\n}}\n'
    )
