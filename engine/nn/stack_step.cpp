// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_step.h"

#include "engine/kernels/profile.h"
#include "engine/nn/packed_bottleneck.h"
#include "engine/nn/stack_gradients.h"
#include "engine/nn/stack_weights.h"
#include "engine/nn/unpacked_block.h"

#include <ATen/TensorUtils.h>
#include <ATen/ops/empty.h>

#include <cstring>

namespace engine::nn {

namespace {

// A thread may be this much above the mean before whole sequences are given up.
constexpr double kImbalance = 1.12;
// Consecutive short sequences are worked on together, up to this many rows.
constexpr int64_t kGroupRows = 256;

// Sequences [first, last) and their tokens.
struct SequenceGroup
{
    int64_t first = 0;
    int64_t last = 0;
    TokenRange tokens;
};

// The cost of a sequence: its products, and attention that grows with its square.
double costOf(int64_t length, const StackShape& shape)
{
    const auto n = static_cast<double>(length);
    const double products = static_cast<double>(shape.hidden)
                            * static_cast<double>(shape.attendFeatures + shape.expandFeatures
                                                  + shape.inner + shape.hidden);
    return n * products + n * n * static_cast<double>(shape.heads * shape.headDim);
}

// Bounds [threads + 1] of consecutive sequences, or empty when they do not balance.
std::vector<int64_t> shares(const StackPlan& plan, int64_t threads)
{
    const int64_t count = plan.sequences.count();
    std::vector<double> until{0};
    for (int64_t i = 0; i < count; ++i) {
        until.push_back(until.back() + costOf(plan.sequences.queries(i), plan.shape));
    }
    std::vector<int64_t> bounds{0};
    double most = 0;
    for (int64_t thread = 1; thread <= threads; ++thread) {
        const double ideal =
            until.back() * static_cast<double>(thread) / static_cast<double>(threads);
        int64_t bound = bounds.back();
        while (bound < count
               && std::abs(until[bound + 1] - ideal) <= std::abs(until[bound] - ideal)) {
            ++bound;
        }
        bound = thread == threads ? count : bound;
        most = std::max(most, until[bound] - until[bounds.back()]);
        bounds.push_back(bound);
    }
    const bool isBalanced =
        most <= kImbalance * until.back() / static_cast<double>(threads) || threads == 1;
    return isBalanced ? bounds : std::vector<int64_t>{};
}

std::vector<SequenceGroup> groupsOf(const StackPlan& plan, int64_t first, int64_t last)
{
    std::vector<SequenceGroup> groups;
    const std::vector<int64_t>& offsets = plan.sequences.queryOffsets;
    for (int64_t i = first; i < last; ++i) {
        const int64_t length = plan.sequences.queries(i);
        if (groups.empty() || groups.back().tokens.count + length > kGroupRows) {
            groups.push_back({i, i, {offsets[static_cast<std::size_t>(i)], 0}});
        }
        groups.back().last = i + 1;
        groups.back().tokens.count += length;
    }
    return groups;
}

TokenRange rowsOf(int64_t tokens, int64_t thread, int64_t threads)
{
    const int64_t begin = tokens * thread / threads;
    return {begin, tokens * (thread + 1) / threads - begin};
}

template <typename T>
class TypedStep final : public StackStep
{
public:
    at::Tensor forward(const at::Tensor& x, kernels::PoolTeam& team) override
    {
        m_team = &team;
        m_threads = team.size();
        m_buffers.arrange(m_plan, sizeof(T));
        m_workers.resize(static_cast<std::size_t>(m_threads));
        onThreads([&](int64_t thread) {
            m_workers[static_cast<std::size_t>(thread)].prepare(m_plan, m_buffers);
        });
        fillLowRanks();
        fillSites();
        if (!m_plan.isUnpacked) {
            fillGains(0, m_plan.blocks.size());
        }
        m_shares = shares(m_plan, m_threads);
        const std::size_t blocks = m_plan.blocks.size();
        at::Tensor result = at::empty({m_plan.tokens, m_plan.shape.hidden}, x.options());
        if (m_shares.empty()) {
            forwardShared(x, result);
            return result;
        }
        for (std::size_t first = 0; first < blocks; first += stretch()) {
            const std::size_t last = first + stretch();
            unpackForward(first);
            onGroups([&](StackWorker<T>& worker, const SequenceGroup& group) {
                if (first == 0) {
                    copyIn(x, StackBuffers::Input, group.tokens);
                }
                for (std::size_t block = first; block < last; ++block) {
                    attendGroup(worker, block, group);
                    worker.mix(block, group.tokens);
                }
                if (last == blocks) {
                    copyOut(StackBuffers::Input, blocks, result, group.tokens);
                }
            });
        }
        return result;
    }

    std::vector<at::Tensor> backward(const at::Tensor& gradient) override
    {
        std::vector<at::Tensor> result(1);
        if (m_plan.needsInput) {
            result[0] = at::empty({m_plan.tokens, m_plan.shape.hidden}, gradient.options());
        }
        if (m_shares.empty()) {
            backwardShared(gradient, result[0]);
        } else {
            backwardGroups(gradient, result[0]);
        }
        addGradients(result);
        return result;
    }

private:
    // A thread's number stands for its share, whichever helper takes it.
    template <typename Task>
    void onThreads(Task task)
    {
        m_team->each(m_threads, [&](int64_t share, int) { task(share); });
    }

    // Blocks that a thread computes without meeting the others; one where weights are trained.
    std::size_t stretch() const { return m_plan.isUnpacked ? 1 : m_plan.blocks.size(); }

    void addWeights(std::size_t block)
    {
        if (m_plan.blocks[block].hasTrainedWeights()) {
            m_weights.add(m_plan, m_buffers, block, *m_team);
        }
    }

    // stage(worker, group) for every thread's own groups.
    template <typename Stage>
    void onGroups(Stage stage)
    {
        onThreads([&](int64_t thread) {
            StackWorker<T>& worker = m_workers[static_cast<std::size_t>(thread)];
            for (const SequenceGroup& group :
                 groupsOf(m_plan, m_shares[thread], m_shares[thread + 1])) {
                stage(worker, group);
            }
        });
    }

    void backwardGroups(const at::Tensor& gradient, at::Tensor& inputGradient)
    {
        const std::size_t blocks = m_plan.blocks.size();
        for (std::size_t last = blocks; last > 0; last -= stretch()) {
            const std::size_t first = last - stretch();
            unpackBackward(first);
            onGroups([&](StackWorker<T>& worker, const SequenceGroup& group) {
                if (last == blocks) {
                    copyIn(gradient, StackBuffers::InputGradient, group.tokens);
                }
                for (std::size_t block = last; block-- > first;) {
                    if (m_plan.makesAgain(Recompute::Block, block)) {
                        attendGroup(worker, block, group);
                    }
                    worker.mixBackward(block, group.tokens);
                    for (int64_t sequence = group.first; sequence < group.last; ++sequence) {
                        for (int64_t head = 0; head < m_plan.shape.kvHeads; ++head) {
                            worker.attendBackward(block, sequence, head);
                        }
                    }
                    worker.attendInputsBackward(block, group.tokens);
                }
                if (first == 0 && m_plan.needsInput) {
                    copyOut(StackBuffers::InputGradient, 0, inputGradient, group.tokens);
                }
            });
            addWeights(first);
        }
    }

    // Panels that are not kept and that the next stages of a block read, by all threads.
    struct UnpackTask
    {
        const ProductPlan* product = nullptr;
        bool isInput = false;
        int64_t firstPanel = 0;
        int64_t panels = 0;
    };

    void addTasks(const ProductPlan& product, bool isInput)
    {
        kernels::PackedMatrix* const to = isInput ? product.unpackedInput : product.unpackedOutput;
        if (to == nullptr) {
            return;
        }
        if (isInput) {
            UnpackedBlock::layForInput(*to, *product.group);
        } else {
            UnpackedBlock::layForOutput(*to, *product.group);
        }
        // Outputs: a few rows of the weight. Inputs: as many columns as a tile has.
        const int64_t step = isInput ? 16 : 4;
        for (int64_t panel = 0; panel < to->panels(); panel += step) {
            m_unpackTasks.push_back(
                {&product, isInput, panel, std::min(step, to->panels() - panel)});
        }
    }

    void unpackForward(std::size_t block)
    {
        m_unpackTasks.clear();
        for (const ProductPlan& product : m_plan.blocks[block].products) {
            addTasks(product, false);
        }
        unpack();
        if (m_plan.isUnpacked) {
            fillGains(block, block + 1);
        }
    }

    // Both directions of what is made again.
    void unpackBackward(std::size_t block)
    {
        m_unpackTasks.clear();
        const auto& products = m_plan.blocks[block].products;
        for (const ProductPlan& product : products) {
            addTasks(product, true);
        }
        if (m_plan.makesAgain(Recompute::Mlp, block)) {
            addTasks(products[kExpand], false);
        }
        if (m_plan.makesAgain(Recompute::Block, block)) {
            addTasks(products[kAttend], false);
            addTasks(products[kProject], false);
        }
        unpack();
    }

    void unpack()
    {
        if (m_unpackTasks.empty()) {
            return;
        }
        m_team->each(static_cast<int64_t>(m_unpackTasks.size()), [this](int64_t number, int) {
            const kernels::ProfileScope scope(kernels::Part::Unpack);
            const UnpackTask& task = m_unpackTasks[static_cast<std::size_t>(number)];
            const PackedGroup& group = *task.product->group;
            if (task.isInput) {
                group.unpackForInput(task.firstPanel, task.panels, *task.product->unpackedInput);
            } else {
                group.unpackForOutput(
                    task.firstPanel, task.panels, *task.product->unpackedOutput, task.firstPanel);
            }
        });
    }

    void attendGroup(StackWorker<T>& worker, std::size_t block, const SequenceGroup& group) const
    {
        worker.attendInputs(block, group.tokens);
        for (int64_t sequence = group.first; sequence < group.last; ++sequence) {
            for (int64_t head = 0; head < m_plan.shape.kvHeads; ++head) {
                worker.attend(block, sequence, head);
            }
        }
    }

    void attendShared(std::size_t block)
    {
        onRows([&](StackWorker<T>& worker, TokenRange rows) { worker.attendInputs(block, rows); });
        onHeads([&](StackWorker<T>& worker, int64_t sequence, int64_t head) {
            worker.attend(block, sequence, head);
        });
    }

    void forwardShared(const at::Tensor& x, at::Tensor& result)
    {
        onRows([&](StackWorker<T>&, TokenRange rows) { copyIn(x, StackBuffers::Input, rows); });
        const std::size_t blocks = m_plan.blocks.size();
        for (std::size_t block = 0; block < blocks; ++block) {
            unpackForward(block);
            attendShared(block);
            onRows([&](StackWorker<T>& worker, TokenRange rows) { worker.mix(block, rows); });
        }
        onRows([&](StackWorker<T>&, TokenRange rows) {
            copyOut(StackBuffers::Input, blocks, result, rows);
        });
    }

    void backwardShared(const at::Tensor& gradient, at::Tensor& inputGradient)
    {
        onRows([&](StackWorker<T>&, TokenRange rows) {
            copyIn(gradient, StackBuffers::InputGradient, rows);
        });
        for (std::size_t block = m_plan.blocks.size(); block-- > 0;) {
            unpackBackward(block);
            if (m_plan.makesAgain(Recompute::Block, block)) {
                attendShared(block);
            }
            onRows(
                [&](StackWorker<T>& worker, TokenRange rows) { worker.mixBackward(block, rows); });
            onHeads([&](StackWorker<T>& worker, int64_t sequence, int64_t head) {
                worker.attendBackward(block, sequence, head);
            });
            onRows([&](StackWorker<T>& worker, TokenRange rows) {
                worker.attendInputsBackward(block, rows);
            });
            addWeights(block);
        }
        if (m_plan.needsInput) {
            onRows([&](StackWorker<T>&, TokenRange rows) {
                copyOut(StackBuffers::InputGradient, 0, inputGradient, rows);
            });
        }
    }

    template <typename Stage>
    void onRows(Stage stage)
    {
        onThreads([&](int64_t thread) {
            const TokenRange rows = rowsOf(m_plan.tokens, thread, m_threads);
            if (rows.count > 0) {
                stage(m_workers[static_cast<std::size_t>(thread)], rows);
            }
        });
    }

    // Heads do not meet: which thread takes one changes nothing, so they are taken as threads come.
    template <typename Stage>
    void onHeads(Stage stage)
    {
        const int64_t heads = m_plan.shape.kvHeads;
        const int64_t tasks = heads * m_plan.sequences.count();
        m_team->each(tasks, [&](int64_t task, int thread) {
            stage(m_workers[static_cast<std::size_t>(thread)], task / heads, task % heads);
        });
    }

    void copyIn(const at::Tensor& from, StackBuffers::Part part, TokenRange tokens) const
    {
        const kernels::ProfileScope scope(kernels::Part::Copy);
        const int64_t width = m_plan.shape.hidden;
        const auto* rows = static_cast<const T*>(from.const_data_ptr());
        const kernels::RowsOf<T> to = m_buffers.rows<T>(part);
        for (int64_t row = tokens.first; row < tokens.first + tokens.count; ++row) {
            std::memcpy(
                to.row(row), rows + row * width, static_cast<std::size_t>(width) * sizeof(T));
        }
    }

    void copyOut(StackBuffers::Part part,
                 std::size_t block,
                 const at::Tensor& to,
                 TokenRange tokens) const
    {
        const kernels::ProfileScope scope(kernels::Part::Copy);
        const int64_t width = m_plan.shape.hidden;
        auto* rows = static_cast<T*>(to.data_ptr());
        const kernels::RowsOf<T> from = m_buffers.rows<T>(part, block);
        for (int64_t row = tokens.first; row < tokens.first + tokens.count; ++row) {
            std::memcpy(
                rows + row * width, from.row(row), static_cast<std::size_t>(width) * sizeof(T));
        }
    }

    void fillLowRanks()
    {
        const auto tasks = static_cast<int64_t>(m_lowRanks.size() * kProducts);
        m_team->each(tasks, [&](int64_t task, int) {
            const kernels::ProfileScope scope(kernels::Part::LowRank);
            m_lowRanks[task / kProducts][task % kProducts]->fill();
        });
    }

    void fillSites()
    {
        std::vector<PackedBottleneck*> modules;
        for (const auto& sites : m_sites) {
            for (const auto& site : sites) {
                if (site != nullptr) {
                    modules.push_back(site.get());
                }
            }
        }
        m_team->each(static_cast<int64_t>(modules.size()), [&](int64_t task, int) {
            const kernels::ProfileScope scope(kernels::Part::Site);
            modules[static_cast<std::size_t>(task)]->fill();
        });
    }

    // Of blocks whose panels are there.
    void fillGains(std::size_t first, std::size_t last)
    {
        if (m_plan.gainFeatures == 0) {
            return;
        }
        m_team->each(static_cast<int64_t>((last - first) * kProducts), [&](int64_t task, int) {
            const kernels::ProfileScope scope(kernels::Part::LowRank);
            const std::size_t block = first + static_cast<std::size_t>(task) / kProducts;
            const std::size_t which = static_cast<std::size_t>(task) % kProducts;
            m_lowRanks[block][which]->fillGains(*m_plan.blocks[block].products[which].output);
        });
    }

    // The threads' sums as gradients of what is trained.
    void addGradients(std::vector<at::Tensor>& result) const
    {
        const std::vector<TrainedTensor> trained = trainedTensors(m_plan);
        int64_t numbers = 0;
        for (const TrainedTensor& one : trained) {
            numbers += one.gradient ? one.tensor.numel() : 0;
        }
        const at::AutoDispatchBelowADInplaceOrView plain; // views of views cost a step of them
        const at::Tensor flat = at::empty({numbers}, at::kFloat);
        std::vector<float*> places;
        int64_t offset = 0;
        for (const TrainedTensor& one : trained) {
            if (!one.gradient) {
                result.emplace_back();
                places.push_back(nullptr);
                continue;
            }
            const at::IntArrayRef sizes = one.tensor.sizes();
            result.push_back(flat.as_strided(sizes, at::detail::defaultStrides(sizes), offset));
            places.push_back(flat.data_ptr<float>() + offset);
            offset += one.tensor.numel();
        }
        std::vector<const float*> sums;
        for (const StackWorker<T>& worker : m_workers) {
            sums.push_back(worker.sums());
        }
        m_team->each(static_cast<int64_t>(trained.size()), [&](int64_t task, int) {
            const kernels::ProfileScope scope(kernels::Part::LowRank);
            const auto index = static_cast<std::size_t>(task);
            if (places[index] != nullptr) {
                trained[index].gradient(sums, places[index]);
            }
        });
    }

    StackBuffers m_buffers;
    StackWeights<T> m_weights;
    std::vector<StackWorker<T>> m_workers;
    std::vector<int64_t> m_shares;
    std::vector<UnpackTask> m_unpackTasks;
    kernels::PoolTeam* m_team = nullptr;
    int64_t m_threads = 1;
};

} // namespace

StackStep::StackStep() = default;
StackStep::~StackStep() = default;

std::vector<at::Tensor> StackStep::parameters() const
{
    std::vector<at::Tensor> parameters;
    for (TrainedTensor& one : trainedTensors(m_plan)) {
        parameters.push_back(std::move(one.tensor));
    }
    return parameters;
}

std::unique_ptr<StackStep> StackStep::make(kernels::PackedType type)
{
    if (type == kernels::PackedType::Float32) {
        return std::make_unique<TypedStep<float>>();
    }
    return std::make_unique<TypedStep<c10::BFloat16>>();
}

} // namespace engine::nn
