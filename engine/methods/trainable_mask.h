// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Stored parameters that are trained in place: the decoder computes with float32 leaves instead of
// them, and gets its own back at the end.
#pragma once

#include "engine/methods/adapter_state.h"
#include "engine/nn/decoder.h"
#include "engine/nn/parameter_buffer.h"

#include <string>
#include <utility>
#include <vector>

namespace engine::methods {

// The parameter of that stored name ("transformer.ln_f.bias") as a trainable tensor; vectors do not
// decay. Linear weights are [out, in] for every kind. The blueprint must have it.
nn::TrainableTensor trainableParameter(const std::string& name, const nn::Blueprint& blueprint);

// Throws Failure(unsupported) when `plan` trains a weight in place that a quantised base does not
// hold as numbers: `hasEmbeddings` where its token embedding and output head are quantised, too.
void requireDense(const std::vector<nn::TrainableTensor>& plan,
                  const nn::Blueprint& blueprint,
                  bool hasEmbeddings = false);

// Compute thread only. Decoder and buffer must outlive it.
class TrainableMask
{
public:
    // Tensor first + i of `buffer` takes the place of parameter names[i], with its values. A head
    // that is tied to a masked embedding keeps the stored one (`Stays`: an adapter parts them, as
    // in PEFT) or is trained with it (`Follows`).
    enum class TiedHead { Stays, Follows };
    // Throws as requireDense for weights that are quantised.
    TrainableMask(nn::Decoder& decoder,
                  std::vector<std::string> names,
                  const nn::ParameterBuffer& buffer,
                  std::size_t first,
                  TiedHead tiedHead);
    TrainableMask(const TrainableMask&) = delete;
    TrainableMask& operator=(const TrainableMask&) = delete;
    ~TrainableMask();

    // Copies of the trained values.
    std::vector<ReplacedParameter> values() const;
    // Takes over values of the same names and shapes. Throws Failure(incompatible) naming the first
    // difference.
    void load(const std::vector<ReplacedParameter>& values);

private:
    const at::Tensor& leaf(std::size_t index) const { return m_buffer.leaf(m_first + index); }
    void mask(at::Tensor& tensor, const at::Tensor& leaf);

    std::vector<std::string> m_names;
    const nn::ParameterBuffer& m_buffer;
    std::size_t m_first;
    std::vector<std::pair<at::Tensor*, at::Tensor>> m_frozen; // what the leaves stand for
};

// A saved adapter does not change with the training that goes on, wherever that computes.
at::Tensor copyOnProcessor(const at::Tensor& leaf);

// "method.start_from: the adapter lacks NAME" or "differs in NAME".
[[noreturn]] void refuseStart(const std::string& name, bool isMissing);

} // namespace engine::methods
