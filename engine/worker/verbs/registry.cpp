// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/verbs/registry.h"

#include "engine/worker/verbs/verbs.h"

#include <array>

namespace engine::worker {

std::span<const Verb> allVerbs()
{
    static constexpr std::array kVerbs = {
        Verb{"describe", "What this engine can do, with every setting", verbs::describe},
        Verb{"inspect model",
             "Family, size, tokenizer and problems of a model",
             verbs::inspectModel},
        Verb{"inspect data", "Format, rows and problems of a data file", verbs::inspectData},
        Verb{"inspect adapter", "Ranks, scales and fit of an adapter", verbs::inspectAdapter},
        Verb{"inspect template",
             "Whether training, playground and export write the same tokens",
             verbs::inspectTemplate},
        Verb{"preview",
             "Samples as the model will see them: text, tokens, loss mask",
             verbs::preview},
        Verb{"estimate", "Parameters and disk of a job, before it starts", verbs::estimate},
        Verb{"init", "A model folder with random weights", verbs::init},
        Verb{"train", "Trains an adapter", verbs::train},
        Verb{"resume", "Continues a run exactly where it stopped", verbs::resume},
        Verb{"stop", "Asks the engine that works on a run to save and stop", verbs::stop},
        Verb{"pause", "Asks the engine that works on a run to save and wait", verbs::pause},
        Verb{"generate", "Writes text with a model and its adapters", verbs::generate},
        Verb{"score", "Negative log-likelihood of text, ids or data", verbs::score},
        Verb{"evaluate", "Metrics over a data set", verbs::evaluate},
        Verb{"export", "Writes adapters or merged models for other programs", verbs::exportModel},
        Verb{"verify", "Checks a finished run: hashes, outputs, exact resume", verbs::verify},
        Verb{"serve", "Answers the studio's questions over stdin and stdout", verbs::serve},
        Verb{"run", "One job of the studio", verbs::run},
    };
    return kVerbs;
}

} // namespace engine::worker
