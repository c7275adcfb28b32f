// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adapter_h/adapter_h.h"

#include "engine/methods/bottleneck.h"
#include "engine/methods/paper.h"

namespace engine::methods::adapter_h {

namespace {

struct H
{
    static constexpr std::string_view kId = "adapter_h";
    static BottleneckLayout layout()
    {
        return {{nn::Site::AttentionOutput, nn::Site::MlpOutput}, BottleneckInput::Output, "silu"};
    }
};

} // namespace

const Method kAdapterH =
    fromPaper("Houlsby et al. 2019",
              OwnTensorsMethod<BottleneckKind<H>>::method(
                  LS_TEXT("Bottleneck adapters (Houlsby)"),
                  LS_TEXT("Small layers after attention and MLP of every block"),
                  Approach::Modules));

} // namespace engine::methods::adapter_h
