// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/rank_allocator.h"

#include "tests/support/tuned_models.h"

#include <ATen/ops/eye.h>

using namespace engine;
using namespace tests;
using methods::adalora::RankAllocator;

namespace {

const methods::Method& adalora()
{
    return *methods::findMethod("adalora");
}

std::vector<Value::Member> small(const std::vector<Value::Member>& changes = {})
{
    std::vector<Value::Member> settings = {
        {"targets", Value::list(std::vector<std::string>{"q", "down"})},
        {"init_r", 5},
        {"target_r", 2},
        {"dropout", 0.0}};
    settings.insert(settings.end(), changes.begin(), changes.end());
    return settings;
}

// One step of plain descent with this gradient.
void step(methods::Tuning& tuning, int64_t index, int64_t total, double rate = 0.1)
{
    nn::ParameterBuffer& buffer = tuning.parameters();
    tuning.beginStep(index, total);
    buffer.gradients().copy_(numbers({buffer.numbers()}, index + 20));
    tuning.addGradients();
    buffer.values().add_(buffer.gradients(), -rate);
    tuning.endStep(index, total);
}

int64_t ranksLeft(const methods::AdapterState& state)
{
    int64_t sum = 0;
    for (const methods::LowRankFactors& factors : state.factors) {
        sum += factors.rank();
    }
    return sum;
}

} // namespace

class TestAdalora : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBudgetShrinksByTheCube()
    {
        methods::adalora::AdaloraSettings settings;
        settings.initR = 12;
        settings.targetR = 4;
        settings.tinit = 2;
        settings.tfinal = 3;
        nn::ParameterBuffer buffer({{"a", {12, 3}}, {"b", {4, 12}}, {"e", {12, 1}}});
        const RankAllocator allocator(settings, buffer);
        const auto budget = [&allocator](int64_t at) { return allocator.budget(at, 15); };
        QCOMPARE(budget(1), int64_t(12));
        QCOMPARE(budget(2), int64_t(12));
        QCOMPARE(budget(3), int64_t(9)); // 8 · 0.9³ + 4 = 9.83: whole ranks below
        QCOMPARE(budget(7), int64_t(5)); // 8 · 0.5³ + 4
        QCOMPARE(budget(12), int64_t(4));
        QCOMPARE(budget(15), int64_t(4));
    }

    void theVectorsArePulledApart()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = adalora().attach(settingsOf(adalora(), small()), *decoder, 3);
        disturb(*tuning);
        nn::ParameterBuffer& buffer = tuning->parameters();
        tuning->addGradients();
        Tensor loss;
        std::vector<Tensor> leaves;
        for (std::size_t i = 0; i < buffer.size(); i += 3) {
            for (const std::size_t index : {i, i + 1}) {
                leaves.push_back(buffer.leaf(index).detach().clone().requires_grad_());
                const Tensor& leaf = leaves.back();
                const Tensor product = index == i ? leaf.matmul(leaf.t()) : leaf.t().matmul(leaf);
                const Tensor norm = (product - at::eye(product.size(0))).norm();
                loss = loss.defined() ? loss + norm : norm;
            }
        }
        (loss * (0.5 / static_cast<double>(leaves.size()))).backward();
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            const Tensor actual =
                buffer.gradients().narrow(0, buffer.offset(i), buffer.leaf(i).numel());
            if (i % 3 == 2) {
                QCOMPARE(actual.abs().max().item<float>(), 0.0F); // not the numbers between
                continue;
            }
            const Tensor expected = leaves[i / 3 * 2 + i % 3].grad().flatten();
            QCOMPARE(difference("gradient", actual, expected, 1e-6), QString());
        }
    }

    void whatIsOverTheBudgetIsSwitchedOff()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = adalora().attach(
            settingsOf(adalora(), small({{"tinit", 2}, {"tfinal", 3}})), *decoder, 3);
        for (int64_t i = 0; i < 12; ++i) {
            step(*tuning, i, 12);
            const methods::AdapterState state = tuning->state();
            QCOMPARE(state.record["rank_pattern"].isNull(), i < 2);
            if (i >= 8) {
                QCOMPARE(ranksLeft(state), int64_t(2 * 4));
            }
        }
        const methods::AdapterState state = tuning->state();
        QCOMPARE(state.record["total_step"].toInteger(), int64_t(12));
        nn::ParameterBuffer& buffer = tuning->parameters();
        for (std::size_t i = 0; i < buffer.size(); i += 3) {
            const std::string name = buffer.tensors()[i].name;
            const Value& left = state.record["rank_pattern"][name.substr(0, name.rfind('.'))];
            for (std::size_t r = 0; r < 5; ++r) {
                const auto e = buffer.leaf(i + 2)[static_cast<int64_t>(r)].item<float>();
                QCOMPARE(e != 0, left.toList()[r].toBool());
            }
        }
    }

    void memoryContinuesBitByBit()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Value settings = settingsOf(adalora(), small({{"deltaT", 2}, {"tfinal", 2}}));
        const auto whole = adalora().attach(settings, *decoder, 3);
        for (int64_t i = 0; i < 10; ++i) {
            step(*whole, i, 10);
        }
        for (const int64_t cut : {int64_t(1), int64_t(4), int64_t(9)}) {
            auto first = adalora().attach(settings, *decoder, 3);
            for (int64_t i = 0; i < cut; ++i) {
                step(*first, i, 10);
            }
            const Tensor values = first->parameters().values().clone();
            const std::vector<methods::ReplacedParameter> memory = first->memory();
            first.reset();
            const auto second = adalora().attach(settings, *decoder, 4);
            second->parameters().values().copy_(values);
            second->remember(memory);
            for (int64_t i = cut; i < 10; ++i) {
                step(*second, i, 10);
            }
            QCOMPARE(stateDifference(second->state(), whole->state()), QString());
        }
    }

    void aRunThatLeavesNothingToAllocateIsRefused()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = adalora().attach(
            settingsOf(adalora(), small({{"tinit", 6}, {"tfinal", 4}})), *decoder, 3);
        const Error error = failureOf([&] { tuning->beginStep(0, 10); });
        QCOMPARE(error.code, std::string("bad_field"));
        QCOMPARE(error.where, std::string("method.tinit"));
        tuning->beginStep(0, 11);
        const auto grown =
            adalora().schema().complete(Value::object({{"init_r", 4}, {"target_r", 8}}), "method");
        QVERIFY(!grown);
        QCOMPARE(grown.error().where, std::string("method.target_r"));
    }
};

QTEST_GUILESS_MAIN(TestAdalora)
#include "tst_adalora.moc"
