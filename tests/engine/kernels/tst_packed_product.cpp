// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Packed matrices and the products over them against LibTorch's, at every level this processor has.
#include "engine/kernels/packed_product.h"
#include "engine/kernels/packed_product_amx_tiles.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <array>
#include <limits>

using namespace engine::kernels;

namespace {

at::ScalarType torchType(PackedType type)
{
    return type == PackedType::Float32 ? at::kFloat : at::kBFloat16;
}

WeightView viewOf(const at::Tensor& weight)
{
    const bool isFloat = weight.scalar_type() == at::kFloat;
    return {weight.data_ptr(),
            isFloat ? WeightView::Type::Float32 : WeightView::Type::BFloat16,
            weight.size(0),
            weight.size(1),
            weight.stride(0),
            weight.stride(1)};
}

// Rows with the padding the kernels may touch.
at::Tensor paddedRows(int64_t rows, int64_t width, at::ScalarType type)
{
    return at::zeros({rows, roundedUp(width, kPanelFeatures)}, type);
}

double difference(const at::Tensor& a, const at::Tensor& b)
{
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>()
           / (b.to(at::kDouble).abs().max().item<double>() + 1e-12);
}

// Bits of which two thirds are set, the rows of `width` behind each other from bit 3 on, and
// [rows, width] ones and zeros of the same.
struct RandomBits
{
    RandomBits(int64_t rows, int64_t width)
        : bytes(static_cast<std::size_t>((3 + rows * width) / 8 + 16)),
          ones(at::zeros({rows, width}, at::kDouble))
    {
        const at::Tensor kept = at::rand({rows, width}).gt(1.0 / 3);
        ones.copy_(kept);
        for (int64_t i = 0; i < rows * width; ++i) {
            const auto bit = static_cast<unsigned>(kept[i / width][i % width].item<bool>());
            bytes[(3 + i) / 8] |= static_cast<uint8_t>(bit << ((3 + i) % 8));
        }
    }
    KeptBits kept() const { return {bytes.data(), 3, ones.size(1)}; }

    std::vector<uint8_t> bytes;
    at::Tensor ones;
};

// What the processor's tile registers do, for processors without them.
struct ImitatedTiles
{
    static inline float sums[32][32];

    static void begin() {}
    static void end() {}
    static void zero() { std::memset(sums, 0, sizeof sums); }
    static void step(const uint16_t* a, int64_t aStride, const uint16_t* b0, const uint16_t* b1)
    {
        for (int64_t row = 0; row < 32; ++row) {
            for (int64_t column = 0; column < (b1 == nullptr ? 16 : 32); ++column) {
                const uint16_t* b = (column < 16 ? b0 : b1) + 2 * (column % 16);
                for (int64_t k = 0; k < 32; ++k) {
                    sums[row][column] +=
                        valueOf(a[row * aStride + k]) * valueOf(b[32 * (k / 2) + k % 2]);
                }
            }
        }
    }
    static void store(float* c) { std::memcpy(c, sums, sizeof sums); }

private:
    static float valueOf(uint16_t bits) { return c10::BFloat16(bits, c10::BFloat16::from_bits()); }
};

void imitatedProduct(const PackedProduct& product)
{
    if (product.type() == PackedType::BFloat16) {
        tiledProduct<ImitatedTiles>(product);
    } else {
        packedKernels()->product(product);
    }
}

const QStringList kSets = {"avx2", "avx512", "avx512_bf16", "amx", "imitated tiles"};

// Null where this processor lacks the instructions.
const PackedKernels* kernelsNamed(const QString& name)
{
    static PackedKernels imitated;
    if (name == kSets.back() && packedKernels() != nullptr) {
        imitated = {imitatedProduct, packedKernels()->rankSum};
        return &imitated;
    }
    for (const InstructionSet set : {InstructionSet::Avx2,
                                     InstructionSet::Avx512,
                                     InstructionSet::Avx512Bf16,
                                     InstructionSet::Amx}) {
        if (name == QLatin1String(nameOf(set)) && set <= bestInstructionSet()) {
            return packedKernels(set);
        }
    }
    return nullptr;
}

} // namespace

class TestPackedProduct : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(7); }

    void productsAgreeWithLibTorch_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("features");
        for (const QString& set : kSets) {
            for (const bool isFloat : {true, false}) {
                for (const auto& [rows, depth, features] : {std::array{1, 1, 1},
                                                            {5, 7, 15},
                                                            {12, 64, 32},
                                                            {13, 33, 17},
                                                            {25, 100, 48},
                                                            {61, 130, 83}}) {
                    QTest::addRow("%s %s %dx%dx%d",
                                  qPrintable(set),
                                  isFloat ? "float32" : "bfloat16",
                                  rows,
                                  depth,
                                  features)
                        << set << isFloat << rows << depth << features;
                }
            }
        }
    }

    // Bias, residual and a tail that holds zeros outside its ranges; odd sizes leave padding.
    void productsAgreeWithLibTorch()
    {
        QFETCH(QString, set);
        QFETCH(bool, isFloat);
        QFETCH(int, rows);
        QFETCH(int, depth);
        QFETCH(int, features);
        const PackedKernels* const kernels = kernelsNamed(set);
        if (kernels == nullptr) {
            QSKIP("this processor lacks the instructions");
        }
        const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const at::ScalarType scalar = torchType(type);
        const at::Tensor x = at::randn({rows, depth}).to(scalar);
        const at::Tensor weight = at::randn({features, depth}).to(scalar);
        const at::Tensor inner = at::randn({rows, 6}).to(scalar);
        at::Tensor up = at::randn({features, 6}).to(scalar);
        up.narrow(1, 0, 2).zero_();
        const at::Tensor bias = at::zeros({roundedUp(features, 16)});
        bias.narrow(0, 0, features).copy_(at::randn({features}));
        const at::Tensor residual = paddedRows(rows, features, scalar);
        residual.narrow(1, 0, features).copy_(at::randn({rows, features}));
        const at::Tensor xRows = paddedRows(rows, depth, scalar);
        xRows.narrow(1, 0, depth).copy_(x);
        const at::Tensor innerRows = paddedRows(rows, 6, scalar);
        innerRows.narrow(1, 0, 6).copy_(inner);

        const WeightView weightView = viewOf(weight);
        const WeightView upView = viewOf(up);
        const PackedMatrix packed = packForOutput({&weightView, 1}, type);
        const PackedMatrix packedUp = packForOutput({&upView, 1}, type);
        const std::vector<DepthRange> ranges(packed.panels(), {2, 6});
        const at::Tensor result = paddedRows(rows, features, scalar);
        PackedProduct product;
        product.main = {xRows.data_ptr(), xRows.stride(0), &packed};
        product.tail = {innerRows.data_ptr(), innerRows.stride(0), &packedUp, ranges.data()};
        product.m = rows;
        product.panels = packed.panels();
        product.c = result.data_ptr();
        product.cStride = result.stride(0);
        product.bias = bias.data_ptr<float>();
        product.residual = residual.data_ptr();
        product.residualStride = residual.stride(0);
        kernels->product(product);

        const at::Tensor expected = at::matmul(x.to(at::kDouble), weight.to(at::kDouble).t())
                                    + at::matmul(inner.to(at::kDouble), up.to(at::kDouble).t())
                                    + bias.narrow(0, 0, features)
                                    + residual.narrow(1, 0, features).to(at::kDouble);
        QVERIFY(difference(result.narrow(1, 0, features), expected) < (isFloat ? 1e-6 : 8e-3));
        const int64_t gap = result.size(1) - features;
        QVERIFY(result.narrow(1, features, gap).abs().sum().item<double>() == 0);

        // The same into float32, panel by panel.
        const at::Tensor wide = paddedRows(rows, features, at::kFloat);
        product.c = wide.data_ptr();
        product.residual = nullptr;
        product.isFloatOutput = true;
        product.singlePanels = true;
        kernels->product(product);
        const at::Tensor without = expected - residual.narrow(1, 0, features).to(at::kDouble);
        QVERIFY(difference(wide.narrow(1, 0, features), without) < 1e-5);

        // Factors of which a part counts, beside the others and alone.
        const RandomBits bits(rows, features);
        const RandomBits otherBits(rows, features);
        const KeptFactor kept[] = {{product.tail, bits.kept()}, {product.main, otherBits.kept()}};
        const at::Tensor added =
            bits.ones * at::matmul(inner.to(at::kDouble), up.to(at::kDouble).t())
            + otherBits.ones * at::matmul(x.to(at::kDouble), weight.to(at::kDouble).t());
        product.kept = kept;
        kernels->product(product);
        QVERIFY(difference(wide.narrow(1, 0, features), without + added) < 1e-5);

        const at::Tensor wideResidual = residual.to(at::kFloat);
        product.residual = wideResidual.data_ptr();
        product.main = product.tail = {};
        product.singlePanels = false;
        kernels->product(product);
        QVERIFY(
            difference(wide.narrow(1, 0, features),
                       added + bias.narrow(0, 0, features) + wideResidual.narrow(1, 0, features))
            < 1e-5);
    }

    void depthsOutsideTheRangeAreNotRead_data() { productsAgreeWithLibTorch_data(); }

    // Panel by panel, as the products of low-rank gradients are; what lies outside is poisoned.
    void depthsOutsideTheRangeAreNotRead()
    {
        QFETCH(QString, set);
        QFETCH(bool, isFloat);
        QFETCH(int, rows);
        QFETCH(int, depth);
        QFETCH(int, features);
        const PackedKernels* const kernels = kernelsNamed(set);
        if (kernels == nullptr) {
            QSKIP("this processor lacks the instructions");
        }
        const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const at::ScalarType scalar = torchType(type);
        const int64_t begin = depth / 8 * 2;
        const int64_t end = depth / 2 * 2;
        if (begin == end) {
            QSKIP("too short for a range");
        }
        const at::Tensor x = at::randn({rows, depth}).to(scalar);
        const at::Tensor weight = at::randn({features, depth}).to(scalar);
        const WeightView view = viewOf(weight);
        const PackedMatrix packed = packForOutput({&view, 1}, type);
        const std::vector<DepthRange> ranges(packed.panels(), {begin, end});
        const at::Tensor xRows = paddedRows(rows, depth, scalar);
        xRows.narrow(1, 0, depth).copy_(x);
        xRows.narrow(1, 0, begin).fill_(std::numeric_limits<double>::quiet_NaN());
        const at::Tensor result = paddedRows(rows, features, at::kFloat);
        PackedProduct product;
        product.main = {xRows.data_ptr(), xRows.stride(0), &packed, ranges.data()};
        product.m = rows;
        product.panels = packed.panels();
        product.c = result.data_ptr();
        product.cStride = result.stride(0);
        product.isFloatOutput = true;
        product.singlePanels = true;
        kernels->product(product);
        const at::Tensor expected =
            at::matmul(x.narrow(1, begin, end - begin).to(at::kDouble),
                       weight.narrow(1, begin, end - begin).to(at::kDouble).t());
        QVERIFY(difference(result.narrow(1, 0, features), expected) < 1e-5);
    }

    void packedForInputMultipliesByTheStackedParts_data() { productsAgreeWithLibTorch_data(); }

    void packedForInputMultipliesByTheStackedParts()
    {
        QFETCH(QString, set);
        QFETCH(bool, isFloat);
        QFETCH(int, rows);
        QFETCH(int, depth);
        QFETCH(int, features);
        const PackedKernels* const kernels = kernelsNamed(set);
        if (kernels == nullptr) {
            QSKIP("this processor lacks the instructions");
        }
        const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const at::ScalarType scalar = torchType(type);
        // The second part is stored transposed, as GPT-2's layers are.
        const at::Tensor first = at::randn({features, depth}).to(scalar);
        const at::Tensor second = at::randn({depth, features + 3}).to(scalar).t();
        const std::array<WeightView, 2> parts = {viewOf(first), viewOf(second)};
        const PackedMatrix packed = packForInput(parts, type);
        QCOMPARE(packed.depth(), partOffset(parts, 2));
        const at::Tensor gradients = paddedRows(rows, packed.depth(), scalar);
        const at::Tensor g1 = at::randn({rows, features}).to(scalar);
        const at::Tensor g2 = at::randn({rows, features + 3}).to(scalar);
        gradients.narrow(1, 0, features).copy_(g1);
        gradients.narrow(1, partOffset(parts, 1), features + 3).copy_(g2);
        const at::Tensor result = paddedRows(rows, depth, scalar);
        PackedProduct product;
        product.main = {gradients.data_ptr(), gradients.stride(0), &packed};
        product.m = rows;
        product.panels = packed.panels();
        product.c = result.data_ptr();
        product.cStride = result.stride(0);
        kernels->product(product);
        const at::Tensor expected = at::matmul(g1.to(at::kDouble), first.to(at::kDouble))
                                    + at::matmul(g2.to(at::kDouble), second.to(at::kDouble));
        QVERIFY(difference(result.narrow(1, 0, depth), expected) < (isFloat ? 1e-6 : 8e-3));
    }

    void rankSumsAgreeWithLibTorch_data() { productsAgreeWithLibTorch_data(); }

    void rankSumsAgreeWithLibTorch()
    {
        QFETCH(QString, set);
        QFETCH(bool, isFloat);
        QFETCH(int, rows);
        QFETCH(int, depth);
        QFETCH(int, features);
        const PackedKernels* const kernels = kernelsNamed(set);
        if (kernels == nullptr) {
            QSKIP("this processor lacks the instructions");
        }
        const PackedType type = isFloat ? PackedType::Float32 : PackedType::BFloat16;
        const at::Tensor g = at::randn({rows, features}).to(torchType(type));
        const at::Tensor x = paddedRows(rows, depth, torchType(type));
        x.narrow(1, 0, depth).copy_(at::randn({rows, depth}));
        const at::Tensor c = paddedRows(features, depth, at::kFloat);
        c.narrow(1, 0, depth).copy_(at::randn({features, depth}));
        const at::Tensor expected =
            c.to(at::kDouble) + at::matmul(g.to(at::kDouble).t(), x.to(at::kDouble));
        RankSum sum;
        sum.g = g.data_ptr();
        sum.gStride = features;
        sum.x = x.data_ptr();
        sum.xStride = x.stride(0);
        sum.type = type;
        sum.c = c.data_ptr<float>();
        sum.cStride = c.stride(0);
        sum.m = rows;
        sum.rank = features;
        sum.width = depth;
        kernels->rankSum(sum);
        QVERIFY(difference(c, expected) < 1e-5);

        const RandomBits bits(rows, depth);
        const at::Tensor wide = x.narrow(1, 0, depth).to(at::kDouble);
        const at::Tensor more = at::matmul(g.to(at::kDouble).t(), wide * bits.ones);
        sum.kept = bits.kept();
        kernels->rankSum(sum);
        QVERIFY(difference(c.narrow(1, 0, depth), expected.narrow(1, 0, depth) + more) < 1e-5);
    }

    void aFullMatrixIsReadOnlyWithinItsRanges()
    {
        // A main factor may be limited, too: what lies outside is not read as if it were zero.
        const at::Tensor weight = at::randn({16, 8});
        const at::Tensor x = at::randn({3, 8});
        const WeightView view = viewOf(weight);
        const PackedMatrix packed = packForOutput({&view, 1}, PackedType::Float32);
        const DepthRange range{2, 6};
        const at::Tensor result = paddedRows(3, 16, at::kFloat);
        PackedProduct product;
        product.main = {x.data_ptr(), 8, &packed, &range};
        product.m = 3;
        product.panels = 1;
        product.c = result.data_ptr();
        product.cStride = 16;
        if (packedKernels() == nullptr) {
            QSKIP("this processor has no packed kernels");
        }
        packedKernels()->product(product);
        const at::Tensor expected = at::matmul(x.narrow(1, 2, 4), weight.narrow(1, 2, 4).t());
        QVERIFY(difference(result, expected) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestPackedProduct)
#include "tst_packed_product.moc"
