// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adapter_l/adapter_l.h"

#include "engine/methods/bottleneck.h"
#include "engine/methods/paper.h"

namespace engine::methods::adapter_l {

namespace {

struct L
{
    static constexpr std::string_view kId = "adapter_l";
    static BottleneckLayout layout()
    {
        return {{nn::Site::MlpOutput}, BottleneckInput::NormedStream, "relu"};
    }
};

} // namespace

const Method kAdapterL = fromPaper("Lin et al. 2020",
                                   OwnTensorsMethod<BottleneckKind<L>>::method(
                                       LS_TEXT("Bottleneck adapters (Lin)"),
                                       LS_TEXT("A norm and small layers after every block"),
                                       Approach::Modules));

} // namespace engine::methods::adapter_l
