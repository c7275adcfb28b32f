// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/loaded_adapter.h"

#include <ATen/TensorOperators.h>
#include <charconv>
#include <cmath>

namespace engine::adapters {

LoadedAdapter::LoadedAdapter(nn::Decoder& decoder, const methods::AdapterState& state, double scale)
    : m_decoder(decoder)
{
    for (const methods::LowRankFactors& factors : state.factors) {
        kernels::LowRank update;
        update.a = factors.a;
        update.b = factors.b;
        update.scale = factors.scale() * scale;
        update.rows = factors.rows;
        nn::Linear* layer = m_decoder.linear(factors.module);
        m_updates.emplace_back(
            layer, std::make_unique<methods::lora::LoraAdapter>(factors.module, std::move(update)));
        layer->attach(m_updates.back().second.get());
    }
    for (const nn::Parameter& parameter : m_decoder.parameters()) {
        for (const methods::ReplacedParameter& replaced : state.replaced) {
            if (replaced.name == parameter.name) {
                m_replaced.emplace_back(parameter.tensor, *parameter.tensor);
                const at::Tensor base = parameter.tensor->to(at::kFloat);
                *parameter.tensor = (base + (replaced.value - base) * scale).to(m_decoder.dtype());
            }
        }
    }
}

LoadedAdapter::~LoadedAdapter()
{
    for (const auto& [layer, update] : m_updates) {
        layer->detach(update.get());
    }
    for (auto replaced = m_replaced.rbegin(); replaced != m_replaced.rend(); ++replaced) {
        *replaced->first = replaced->second;
    }
}

AdapterArgument parseAdapterArgument(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    std::error_code error;
    if (colon == std::string::npos || std::filesystem::exists(text, error)) {
        return {text, 1};
    }
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    double scale = 0;
    const auto [stopped, problem] = std::from_chars(begin, end, scale);
    if (begin == end || problem != std::errc() || stopped != end || !std::isfinite(scale)) {
        return {text, 1};
    }
    return {text.substr(0, colon), scale};
}

} // namespace engine::adapters
