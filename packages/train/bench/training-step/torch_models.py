"""The pre-trained encoder twice in PyTorch: padded as the reference pads it, and packed without any padding.

Both have the model's mathematics: token and position embeddings, a pre-norm transformer over the bases of an ASV,
attention pooling, slot positions, two more transformers over the ASVs of a sample, attention pooling.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

DROPOUT = 0.1
CHUNK = 256
VOCABULARY = 7
EXTRA_SLOTS = 5


def masked_bases(tokens):
    """True where a base is hidden: a share of 0.15 of A, C, G and T."""
    return (tokens >= 1) & (tokens <= 4) & (torch.rand(tokens.shape) < 0.15)


def unifrac_loss(embeddings, target):
    pairs = torch.triu_indices(len(embeddings), len(embeddings), 1)
    squares = ((embeddings[pairs[0]] - embeddings[pairs[1]]) ** 2).sum(-1)
    return F.mse_loss(torch.tanh(squares.clamp_min(1e-8).sqrt() / 10), target)


class Pooling(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Linear(width, 1, bias=False)
        self.norm = nn.LayerNorm(width)

    def forward(self, x, mask=None):
        """x [n, length, width] and mask [n, length] to [n, width]."""
        scores = self.query(x).squeeze(-1) / math.sqrt(x.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        weights = scores.softmax(-1)
        weights = weights / (weights.sum(-1, keepdim=True) + 1e-8)
        return self.norm((weights.unsqueeze(-1) * x).sum(1))


class PaddedStack(nn.Module):
    """PyTorch's own encoder; as a whole one segment of gradient checkpointing."""

    def __init__(self, width, heads, hidden, layers, checkpointing):
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, heads, hidden, DROPOUT, "gelu", batch_first=True, norm_first=True)
        norm = nn.LayerNorm(width, eps=1e-6)
        self.encoder = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)
        self.checkpointing = checkpointing

    def forward(self, x, mask):
        def run(x):
            return self.encoder(x, src_key_padding_mask=~mask)

        if self.training and self.checkpointing:
            return checkpoint(run, x, use_reentrant=False)
        return run(x)


class Padded(nn.Module):
    """Every sample padded to the limit of ASVs, every ASV to the longest read; ASVs in chunks, padded ones skipped."""

    def __init__(self, config, bases, checkpointing):
        super().__init__()
        width, heads, hidden = config["embeddingWidth"], config["heads"], config["feedForwardWidth"]
        layers = config["layers"]
        self.limit, self.length = config["maxAsvsPerSample"], bases + 1
        self.tokens = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(torch.randn(self.length, width))
        self.asv = PaddedStack(width, heads, hidden, layers["asv"], checkpointing)
        self.asv_pooling = Pooling(width)
        self.bases = nn.Linear(width, VOCABULARY)
        self.slots = nn.Parameter(torch.randn(self.limit + EXTRA_SLOTS, width))
        self.sample = PaddedStack(width, heads, hidden, layers["sample"], checkpointing)
        self.encoder = PaddedStack(width, heads, hidden, layers["encoder"], checkpointing)
        self.pooling = Pooling(width)

    def prepare(self, batch):
        """Tokens [samples, limit, length]."""
        offsets, slots = batch["asvOffsets"], batch["slotOffsets"]
        tokens = torch.zeros(len(slots) - 1, self.limit, self.length, dtype=torch.long)
        for sample in range(len(slots) - 1):
            for slot, asv in enumerate(batch["slotAsvs"][slots[sample] : slots[sample + 1]]):
                read = torch.tensor(batch["asvTokens"][offsets[asv] : offsets[asv + 1]])
                tokens[sample, slot, : len(read)] = read
        return tokens, None

    def encode_chunk(self, tokens):
        """[samples, chunk, length] to embeddings and logits of every slot."""
        flat = tokens.flatten(0, 1)
        mask = flat > 0
        present = mask.any(-1)
        rows = self.tokens(flat) + self.positions
        out = torch.zeros_like(rows)
        if present.any():
            out[present] = self.asv(rows[present], mask[present])
        pooled = self.pool_asvs(out, mask)
        shape = tokens.shape[:2]
        return pooled.unflatten(0, shape), self.bases(out).unflatten(0, shape)

    def pool_asvs(self, rows, mask):
        # Rows without any visible base get uniform weights instead of NaN.
        mask = mask | ~mask.any(-1, keepdim=True)
        return self.asv_pooling(rows, mask)

    def slots_of(self, tokens):
        """One row per slot from the sample's transformer, the mask of slots, and logits of every base."""
        chunks = [self.encode_chunk(chunk) for chunk in tokens.split(CHUNK, 1)]
        asvs, logits = (torch.cat(parts, 1) for parts in zip(*chunks))
        mask = (tokens > 0).any(-1)
        slots = asvs * mask.unsqueeze(-1) + self.slots[: self.limit]
        return self.sample(slots, mask) * mask.unsqueeze(-1), mask, logits

    def forward(self, tokens, _):
        slots, mask, logits = self.slots_of(tokens)
        return self.pooling(self.encoder(slots, mask), mask), logits


class PaddedPredictor(Padded):
    """With the stacks for read counts and for a target on top; what it learns is a number per sample and per slot."""

    def __init__(self, config, bases, checkpointing):
        super().__init__(config, bases, checkpointing)
        width, heads, hidden = config["embeddingWidth"], config["heads"], config["feedForwardWidth"]
        layers = config["layers"]["encoder"]
        self.count = PaddedStack(width, heads, hidden, layers, checkpointing)
        self.count_head = nn.Linear(width, 1)
        self.target = PaddedStack(width, heads, hidden, layers, checkpointing)
        self.target_pooling = Pooling(width)
        self.target_norm = nn.LayerNorm(width)
        self.target_head = nn.Linear(width, 1)

    def losses(self, tokens):
        """Errors of target and counts against numbers of the right shape, distances and bases left out."""
        slots, mask, _ = self.slots_of(tokens)
        counts = torch.sigmoid(self.count_head(self.count(slots, mask))).squeeze(-1)
        pooled = self.target_norm(self.target_pooling(self.target(slots, mask), mask))
        target = self.target_head(pooled).squeeze(-1)
        count_loss = ((counts - 0.1) ** 2 * mask).sum() / mask.sum()
        return F.huber_loss(target, mask.sum(-1) / 100) + count_loss


class PackedLayer(nn.Module):
    """Linear maps and norms over all rows at once, attention over groups of sequences of equal length."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.inputs, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def attend(self, x, groups):
        drop = DROPOUT if self.training else 0.0
        contexts = []
        for count, length in groups:
            rows, x = x.split([count * length, len(x) - count * length])
            q, k, v = rows.view(count, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(q, k, v, dropout_p=drop)
            contexts.append(context.transpose(1, 2).reshape(count * length, -1))
        return contexts[0] if len(contexts) == 1 else torch.cat(contexts)

    def forward(self, x, groups):
        attended = self.out(self.attend(self.inputs(self.norm1(x)), groups))
        x = x + F.dropout(attended, DROPOUT, self.training)
        wide = F.dropout(F.gelu(self.wide(self.norm2(x))), DROPOUT, self.training)
        return x + F.dropout(self.narrow(wide), DROPOUT, self.training)


class PackedStack(nn.Module):
    def __init__(self, width, heads, hidden, layers):
        super().__init__()
        self.layers = nn.ModuleList(PackedLayer(width, heads, hidden) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x, groups):
        for layer in self.layers:
            x = layer(x, groups)
        return self.norm(x)


class Packed(nn.Module):
    """Distinct ASVs once, sorted by length; nothing is padded. Reads must have no unknown bases."""

    def __init__(self, config, bases):
        super().__init__()
        width, heads, hidden = config["embeddingWidth"], config["heads"], config["feedForwardWidth"]
        layers = config["layers"]
        self.tokens = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(torch.randn(bases + 1, width))
        self.asv = PackedStack(width, heads, hidden, layers["asv"])
        self.asv_pooling = Pooling(width)
        self.bases = nn.Linear(width, VOCABULARY)
        self.slots = nn.Parameter(torch.randn(config["maxAsvsPerSample"] + EXTRA_SLOTS, width))
        self.sample = PackedStack(width, heads, hidden, layers["sample"])
        self.encoder = PackedStack(width, heads, hidden, layers["encoder"])
        self.pooling = Pooling(width)

    def prepare(self, batch):
        """Tokens end to end [T], reads sorted by length; slots point to sorted reads."""
        offsets = batch["asvOffsets"]
        lengths = [to - start for start, to in zip(offsets, offsets[1:])]
        order = sorted(range(len(lengths)), key=lambda asv: lengths[asv])
        place = {asv: i for i, asv in enumerate(order)}
        tokens = [token for asv in order for token in batch["asvTokens"][offsets[asv] : offsets[asv + 1]]]
        groups = [(lengths.count(length), length) for length in sorted(set(lengths))]
        slots = torch.tensor([place[asv] for asv in batch["slotAsvs"]])
        starts = batch["slotOffsets"]
        sizes = [(1, to - start) for start, to in zip(starts, starts[1:])]
        return torch.tensor(tokens), (groups, slots, sizes)

    def pool(self, pooling, x, groups):
        parts = x.split([count * length for count, length in groups])
        return torch.cat([pooling(part.view(count, length, -1)) for part, (count, length) in zip(parts, groups)])

    def forward(self, tokens, where):
        groups, slots, sizes = where
        places = torch.cat([torch.arange(length).repeat(count) for count, length in groups])
        rows = self.asv(self.tokens(tokens) + self.positions[places], groups)
        asvs = self.pool(self.asv_pooling, rows, groups)
        slot_places = torch.cat([torch.arange(length) for _, length in sizes])
        x = self.encoder(self.sample(asvs[slots] + self.slots[slot_places], sizes), sizes)
        return self.pool(self.pooling, x, sizes), self.bases(rows)
