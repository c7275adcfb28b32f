// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Parallel loops on the pool that LibTorch's own operators use. A team of ours beside it would
// share the processors with its threads, which spin for milliseconds after every operator.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace engine::kernels {

class PoolTeam
{
public:
    explicit PoolTeam(int threads) : m_threads(threads) {}

    int size() const { return m_threads; }

    // work(piece, thread) for every piece in [0, pieces), thread in [0, size()); returns when all
    // are done. Pieces go to whoever asks first. `work` must not throw.
    template <typename Work>
    void each(int64_t pieces, Work&& work)
    {
        run(pieces, std::addressof(work), [](void* self, int64_t piece, int thread) {
            (*static_cast<std::remove_reference_t<Work>*>(self))(piece, thread);
        });
    }

private:
    using Call = void (*)(void* work, int64_t piece, int thread);

    void run(int64_t pieces, void* work, Call call);

    int m_threads;
};

} // namespace engine::kernels
