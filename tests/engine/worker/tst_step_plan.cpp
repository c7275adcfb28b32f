// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/registry.h"
#include "engine/methods/combination.h"
#include "engine/worker/step_plan.h"
#include "tests/support/tiny_models.h"

#include <QtTest>

using namespace engine;
using namespace engine::worker;

namespace {

int64_t freeNow = 0;

// 1000 bytes of model; per token 10, 8 and 2.
estimate::MemoryPlan smallPlan()
{
    estimate::MemoryPlan plan;
    plan.weightBytes = 1000;
    plan.tokenBytes = {10, 8, 2};
    plan.tokenProducts = {100, 110, 150};
    return plan;
}

} // namespace

class TestStepPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        kernels::deviceKernels().freeBytes = [](at::Device) { return freeNow; };
    }

    void whatAMicroBatchHolds()
    {
        contract::Job job;
        job.training.batchSize = 4;
        MicroBatchSize size = microBatchSize(job, {20, 300, 10}, 512); // packs
        QCOMPARE(size.tokens, int64_t{2048});
        QCOMPARE(size.units, int64_t{4});
        job.data.packing = false;
        QCOMPARE(microBatchSize(job, {20, 300, 10}, 512).tokens, int64_t{1200});
        job.data.groupByLength = true;
        QCOMPARE(microBatchSize(job, {20, 300, 10}, 512).units, int64_t{1});
        job.training.batchTokens = 1000;
        QCOMPARE(microBatchSize(job, {20, 300, 10}, 512).tokens, int64_t{1000});
        QCOMPARE(microBatchSize(job, {3000}, 4096).tokens, int64_t{3000}); // one sample at least
    }

    // They stand before every text, also of a pack.
    void virtualTokensAreCounted()
    {
        contract::Job job;
        job.training.batchSize = 4;
        job.method.id = "prompt_tuning";
        job.method.settings = contract::Value::object({{"num_virtual_tokens", 20}});
        const std::vector<int64_t> lengths = {200, 300, 150, 100};
        QCOMPARE(microBatchSize(job, lengths, 512).tokens, int64_t{4 * (512 + 3 * 20)});
        job.data.packing = false;
        QCOMPARE(microBatchSize(job, lengths, 512).tokens, int64_t{4 * (300 + 20)});
        job.training.batchTokens = 260;
        QCOMPARE(microBatchSize(job, lengths, 512).tokens, int64_t{300 + 2 * 20});
    }

    // As many as keep little, in equal parts of a step.
    void smallMicroBatchesAreComputedTogether()
    {
        contract::Job job;
        job.training.accumulate = 12;
        const MicroBatchSize size{100, 4};
        const auto together = [&](int64_t kept) { // by `kept` micro-batches the room is filled
            return microBatchesTogether(job, size, kTogetherBytes / (kept * size.tokens));
        };
        QCOMPARE(together(12), int64_t{12});
        QCOMPARE(together(100), int64_t{12});
        QCOMPARE(together(11), int64_t{6});
        QCOMPARE(together(5), int64_t{4});
        QCOMPARE(together(1), int64_t{1});
        QCOMPARE(microBatchesTogether(job, size, kTogetherBytes), int64_t{1});
        job.data.groupByLength = true;
        QCOMPARE(together(12), int64_t{1});
        job.data.groupByLength = false;
        job.training.batchTokens = 100;
        QCOMPARE(together(12), int64_t{1});
    }

    // Copies of the weights are the first that is done without.
    void denseWeightsArePackedWhereAllHasRoom()
    {
        contract::MethodSection method;
        method.id = "lora";
        method.settings = contract::Value::object({{"rank", 4}});
        const nn::Blueprint blueprint = tests::blueprintOf(tests::familyConfig(
            "llama", {{"hidden_size", 256}, {"intermediate_size", 1024}, {"head_dim", 64}}));
        const std::vector<nn::TrainableTensor> tensors = methods::planOf(method, blueprint);
        estimate::StepSettings settings;
        settings.tokens = settings.longest = 64;
        settings.held.numberBytes = 4;
        const estimate::StepMemory kept = fittingStep(tensors, blueprint, settings, 0);
        QVERIFY(settings.keepsCopies);
        const estimate::StepMemory least =
            fittingStep(tensors, blueprint, settings, std::numeric_limits<int64_t>::max() / 2);
        QVERIFY(!settings.keepsCopies);
        QCOMPARE(least.activations, kept.activations);
        if (kernels::packedKernels() != nullptr) {
            QVERIFY(least.weights < kept.weights);
            int64_t block = 0; // its panels
            for (const nn::ModuleSpec& module : blueprint.modules) {
                block +=
                    module.isQuantizable() && module.layer == 0 ? 4 * module.out * module.in : 0;
            }
            QVERIFY(least.workspace - kept.workspace >= block);
        }
    }

    // A bfloat16 model that is computed in float32 stays as it is, also where the job says float32.
    void weightsAreHeldInWhatIsBestUnlessAnotherTypeIsAskedFor()
    {
        contract::Job job;
        const auto held = [&job](const char* dtype) {
            job.model.dtype = dtype;
            return heldDtype(job, at::kFloat, at::kBFloat16);
        };
        QCOMPARE(held("auto"), at::kBFloat16);
        QCOMPARE(held("float32"), at::kBFloat16);
        QCOMPARE(held("float16"), at::kHalf);
    }

    void whatFitsIsChosen()
    {
        freeNow = 1000 + 10 * 800;
        const estimate::StepChoice choice =
            chooseForDevice(smallPlan(), {800, 4}, at::Device("cuda:0"));
        QCOMPARE(choice.recompute, nn::Recompute::None);
        QCOMPARE(choice.parts, int64_t{1});
        freeNow -= 1;
        QCOMPARE(chooseForDevice(smallPlan(), {800, 1}, at::Device("cuda:0")).recompute,
                 nn::Recompute::Mlp);
        // As the job wants it, or not at all.
        QCOMPARE(chooseForDevice(smallPlan(), {800, 1}, at::Device("cuda:0"), nn::Recompute::Block)
                     .recompute,
                 nn::Recompute::Block);
        QVERIFY_EXCEPTION_THROWN(
            chooseForDevice(smallPlan(), {800, 1}, at::Device("cuda:0"), nn::Recompute::None),
            Failure);
    }

    void whatDoesNotFitIsRefusedWithWhatWould()
    {
        freeNow = 1000 + 2 * 150;
        try {
            chooseForDevice(smallPlan(), {800, 4}, at::Device("cuda:0"));
            QFAIL("not refused");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kOutOfMemory));
            QVERIFY(failure.error().message.find("200 tokens") != std::string::npos);
            QVERIFY(failure.error().hint.find(" 150 ") != std::string::npos);
        }
        freeNow = 900;
        try {
            chooseForDevice(smallPlan(), {800, 4}, at::Device("cuda:0"));
            QFAIL("not refused");
        } catch (const Failure& failure) {
            QVERIFY(failure.error().hint.find("smaller") != std::string::npos);
        }
    }

    void policiesHaveNames()
    {
        for (const nn::Recompute recompute :
             {nn::Recompute::None, nn::Recompute::Mlp, nn::Recompute::Block}) {
            QVERIFY(recomputeNamed(nameOf(recompute)) == recompute);
        }
        QCOMPARE(std::string(nameOf(nn::Recompute::Mlp)), std::string("mlp"));
        QVERIFY(!recomputeNamed("auto"));
    }
};

QTEST_GUILESS_MAIN(TestStepPlan)
#include "tst_step_plan.moc"
