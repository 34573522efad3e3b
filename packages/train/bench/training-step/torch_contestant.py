"""Takes turns with PyTorch: `torch_contestant.py padded|padded-kept|padded-predictor|packed|packed-bf16 batches.json`.

`padded` pads as the reference does, with its gradient checkpointing; `padded-kept` is the same without checkpointing;
`padded-predictor` fine-tunes a whole predictor; `packed` is the fair opponent: distinct ASVs once, no padding;
`packed-bf16` computes its steps under autocast to bf16. A line "forward 0" or "step 0" asks for a turn on a batch.
"""

import json
import resource
import sys
import time

import torch
from torch_models import Packed, Padded, PaddedPredictor, masked_bases, unifrac_loss


def peak_mib():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pretraining_loss(model, tokens, where, target):
    hidden = masked_bases(tokens)
    embeddings, logits = model(torch.where(hidden, 6, tokens), where)
    bases_loss = torch.nn.functional.cross_entropy(logits[hidden], tokens[hidden])
    return unifrac_loss(embeddings, target) + bases_loss


def main():
    kind, path = sys.argv[1:]
    with open(path) as file:
        work = json.load(file)
    torch.set_num_threads(work["threads"])
    torch.manual_seed(work["seed"])
    model_config = work["model"]
    bases = max(work["basesPerAsv"], 150)
    if kind.startswith("packed"):
        model = Packed(model_config, work["basesPerAsv"])
    elif kind == "padded-predictor":
        model = PaddedPredictor(model_config, bases, checkpointing=True)
    else:
        model = Padded(model_config, bases, checkpointing=kind != "padded-kept")
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    batches = [model.prepare(batch) for batch in work["batches"]]
    targets = [torch.tensor(batch["distances"]) for batch in work["batches"]]
    print("{}", flush=True)
    for line in sys.stdin:
        what, index = line.split()
        tokens, where = batches[int(index)]
        start, cpu_start = time.perf_counter(), time.process_time()
        answer = {}
        if what == "forward":
            model.eval()
            with torch.no_grad():
                model(tokens, where)
        else:
            model.train()
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16, enabled=kind == "packed-bf16"):
                if kind == "padded-predictor":
                    loss = model.losses(tokens)
                else:
                    loss = pretraining_loss(model, tokens, where, targets[int(index)])
            loss.backward()
            optimiser.step()
            answer["loss"] = loss.item()
        seconds = time.perf_counter() - start
        answer["cpuSeconds"] = time.process_time() - cpu_start
        print(json.dumps({"seconds": seconds, "peakMiB": peak_mib(), **answer}), flush=True)


main()
