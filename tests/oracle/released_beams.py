# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Parts transcribed from microsoft/LoRA, Copyright (c) Microsoft Corporation, MIT License (LICENSES/MIT.txt).
"""The beam search of the LoRA release, transcribed from examples/NLG/src/gpt2_beam.py (c4593f0) onto
any causal model of transformers: one prompt, and the whole text read again in place of a cache.
Names and order of operations are the release's."""
import torch


def _calc_banned_ngram_tokens(prev_input_ids, num_hypos, no_repeat_ngram_size, cur_len):
    if cur_len + 1 < no_repeat_ngram_size:
        return [[] for _ in range(num_hypos)]
    generated_ngrams = [{} for _ in range(num_hypos)]
    for idx in range(num_hypos):
        gen_tokens = prev_input_ids[idx].tolist()
        generated_ngram = generated_ngrams[idx]
        for ngram in zip(*[gen_tokens[i:] for i in range(no_repeat_ngram_size)]):
            generated_ngram.setdefault(tuple(ngram[:-1]), []).append(ngram[-1])

    def get_generated_ngrams(hypo_idx):
        start_idx = cur_len + 1 - no_repeat_ngram_size
        ngram_idx = tuple(prev_input_ids[hypo_idx, start_idx:cur_len].tolist())
        return generated_ngrams[hypo_idx].get(ngram_idx, [])

    return [get_generated_ngrams(hypo_idx) for hypo_idx in range(num_hypos)]


def _enforce_repetition_penalty_(lprobs, num_beams, prev_output_tokens, repetition_penalty):
    for i in range(num_beams):
        for previous_token in set(prev_output_tokens[i].tolist()):
            if lprobs[i, previous_token] < 0:
                lprobs[i, previous_token] *= repetition_penalty
            else:
                lprobs[i, previous_token] /= repetition_penalty


def _postprocess_next_token_scores(scores, history, cur_len, num_beams, repetition_penalty,
                                   no_repeat_ngram_size):
    if repetition_penalty != 1.0 and history is not None:
        _enforce_repetition_penalty_(scores, num_beams, history, repetition_penalty)
    if no_repeat_ngram_size > 0 and history is not None:
        banned_batch_tokens = _calc_banned_ngram_tokens(
            history, num_beams, no_repeat_ngram_size, cur_len)
        for i, banned_tokens in enumerate(banned_batch_tokens):
            scores[i, banned_tokens] = -float("inf")
    return scores


class Best:
    """The best finished sequence so far."""

    def __init__(self, length_penalty):
        self.length_penalty = length_penalty
        self.score = None
        self.sequence = None

    def add_beam_candidate(self, beam_scores, history, eos_token_id=None):
        last_tokens = history[:, -1]
        for i in range(history.shape[0]):
            if eos_token_id is None or last_tokens[i] in eos_token_id:
                cur_len = history.shape[-1]
                score = beam_scores[i] / cur_len ** self.length_penalty
                if self.score is None or self.score < score:
                    self.score = score.clone()
                    self.sequence = history[i].clone()
                beam_scores[i] = -float("inf")


@torch.no_grad()
def beam(model, query, eval_len, num_beams, eos_token_id, length_penalty=1.0,
         no_repeat_ngram_size=4, repetition_penalty=1.0):
    """(ids after the query with the one that ends them, score)."""
    query = torch.tensor(query).repeat(num_beams, 1)
    eos_token_id = torch.tensor(eos_token_id)
    beam_scores = torch.zeros(num_beams)
    best = Best(length_penalty)
    history = None
    for i in range(eval_len):
        text = query if history is None else torch.cat((query, history), dim=1)
        logits = model(text).logits[:, -1, :].float()
        logits = _postprocess_next_token_scores(
            logits, history, i, num_beams, repetition_penalty, no_repeat_ngram_size)
        softmax_probs = torch.nn.functional.softmax(logits, dim=-1)
        vocab_size = softmax_probs.shape[-1]
        logprob = torch.log(softmax_probs)
        next_scores = logprob[0] if i == 0 else (beam_scores.unsqueeze(-1) + logprob).view(-1)
        next_scores, next_tokens = torch.topk(next_scores, num_beams, largest=True, sorted=True)
        beam_id, token_id = next_tokens // vocab_size, (next_tokens % vocab_size).unsqueeze(-1)
        beam_scores = next_scores
        history = token_id if history is None else torch.cat((history[beam_id], token_id), dim=1)
        best.add_beam_candidate(beam_scores, history, eos_token_id)
    best.add_beam_candidate(beam_scores, history)
    return best.sequence.tolist(), best.score.item()
