// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adapter_p/adapter_p.h"

#include "engine/methods/bottleneck.h"
#include "engine/methods/paper.h"

namespace engine::methods::adapter_p {

namespace {

struct P
{
    static constexpr std::string_view kId = "adapter_p";
    static BottleneckLayout layout()
    {
        return {{nn::Site::MlpOutput}, BottleneckInput::Stream, "relu"};
    }
};

} // namespace

const Method kAdapterP = fromPaper("Pfeiffer et al. 2021",
                                   OwnTensorsMethod<BottleneckKind<P>>::method(
                                       LS_TEXT("Bottleneck adapters (Pfeiffer)"),
                                       LS_TEXT("Small layers after the MLP of every block"),
                                       Approach::Modules));

} // namespace engine::methods::adapter_p
