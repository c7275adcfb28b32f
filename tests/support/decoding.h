// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One sequence by a decoding session and by the decoder's own forward pass.
#pragma once

#include "engine/nn/decode_session.h"
#include "engine/nn/kv_cache.h"
#include "tests/support/tiny_models.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace tests {

inline constexpr double kFloatTolerance = 2e-5;
// Both sides round to 8 bits, at different places.
inline constexpr double kHalfTolerance = 6e-2;

inline double toleranceOf(const engine::nn::Decoder& decoder)
{
    return decoder.dtype() == at::kBFloat16 ? kHalfTolerance : kFloatTolerance;
}

inline std::vector<int64_t> idsOf(const Tensor& ids)
{
    return {ids.const_data_ptr<int64_t>(), ids.const_data_ptr<int64_t>() + ids.numel()};
}

inline Tensor tensorOf(std::span<const float> logits)
{
    Tensor result = at::empty({static_cast<int64_t>(logits.size())}, at::kFloat);
    std::copy(logits.begin(), logits.end(), result.data_ptr<float>());
    return result;
}

// A row per tiny model and computing type that sessions of so many tokens take; the test fetches
// them with QFETCH(QString, model) and QFETCH(int, dtype).
inline void addPlannableRows(int64_t capacity)
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("dtype");
    for (const TinyModel& model : tinyModels()) {
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            if (engine::nn::isPlannable(*tinyDecoder(model, dtype), capacity)) {
                QTest::addRow("%s in %s", model.name.c_str(), c10::toString(dtype))
                    << QString::fromStdString(model.name) << static_cast<int>(dtype);
            }
        }
    }
}

// The logits after `ids`, given in pieces of these lengths and then one by one.
inline Tensor decoded(const engine::nn::Decoder& decoder,
                      const Tensor& ids,
                      const std::vector<int64_t>& pieces = {})
{
    const std::vector<int64_t> all = idsOf(ids);
    engine::nn::DecodeSession session(decoder, ids.size(0));
    std::span<const int64_t> rest = all;
    std::span<const float> logits;
    for (const int64_t piece : pieces) {
        logits = session.next(rest.first(static_cast<std::size_t>(piece)));
        rest = rest.subspan(static_cast<std::size_t>(piece));
    }
    for (; !rest.empty(); rest = rest.subspan(1)) {
        logits = session.next(rest.first(1));
    }
    return tensorOf(logits);
}

// An empty text where two and three threads decode as one does within rounding, and as they did
// before bit for bit.
inline QString differenceByThreads(const engine::nn::Decoder& decoder,
                                   const Tensor& ids,
                                   const std::vector<int64_t>& pieces)
{
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const Tensor alone = decoded(decoder, ids, pieces);
    QString found;
    for (const int threads : {2, 3}) {
        at::set_num_threads(threads);
        const Tensor shared = decoded(decoder, ids, pieces);
        found += difference("logits", shared, alone, kFloatTolerance);
        found += difference("again", decoded(decoder, ids, pieces), shared, 0);
    }
    at::set_num_threads(before);
    return found;
}

// What the parts themselves say: a cache keeps the decoder from its own fast path.
inline Tensor composed(const engine::nn::Decoder& decoder, const Tensor& ids, int64_t prompt = 0)
{
    engine::nn::KvCache cache(decoder.blueprint().layers, ids.size(0));
    engine::nn::Pass pass = engine::nn::packedPass({ids.size(0)});
    pass.prompts = {prompt};
    pass.cache = &cache;
    return logitsOf(decoder, ids, pass).select(0, ids.size(0) - 1).to(at::kFloat);
}

} // namespace tests
