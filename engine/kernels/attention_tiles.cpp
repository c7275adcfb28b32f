// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/attention_tiles.h"

#include <limits>

namespace engine::kernels {
namespace {

int64_t padded(int64_t count)
{
    return (count + kTileLanes - 1) / kTileLanes * kTileLanes;
}

// lanes[d][i] = factor · rows[i][d]; the lanes behind count are 0.
template <typename T>
LORA_CLONES void packLanes(const HeadRows<const T>& rows,
                           int64_t first,
                           int64_t count,
                           int64_t headDim,
                           Computed<T> factor,
                           Computed<T>* lanes,
                           int64_t laneCount)
{
    for (int64_t d = 0; d < headDim; ++d) {
        for (int64_t i = 0; i < count; ++i) {
            lanes[d * laneCount + i] = widened(rows.row(first + i)[d]) * factor;
        }
        std::fill(lanes + d * laneCount + count, lanes + (d + 1) * laneCount, Computed<T>(0));
    }
}

// packed[i][d] = factor · rows[i][d]; the columns behind headDim are 0.
template <typename T>
LORA_CLONES void packRows(const HeadRows<const T>& rows,
                          int64_t first,
                          int64_t count,
                          int64_t headDim,
                          Computed<T> factor,
                          Computed<T>* packed,
                          int64_t width)
{
    for (int64_t i = 0; i < count; ++i) {
        const T* row = rows.row(first + i);
        Computed<T>* to = packed + i * width;
        for (int64_t d = 0; d < headDim; ++d) {
            to[d] = widened(row[d]) * factor;
        }
        std::fill(to + headDim, to + width, Computed<T>(0));
    }
}

// rows[i][d] = factor · lanes[d][i] · (perLane ? perLane[i] : 1).
template <typename T>
LORA_CLONES void unpackLanes(const Computed<T>* lanes,
                             int64_t laneCount,
                             int64_t count,
                             int64_t headDim,
                             const Computed<T>* perLane,
                             const HeadRows<T>& rows,
                             int64_t first)
{
    for (int64_t i = 0; i < count; ++i) {
        T* row = rows.row(first + i);
        for (int64_t d = 0; d < headDim; ++d) {
            row[d] = narrowed<T>(lanes[d * laneCount + i] * perLane[i]);
        }
    }
}

// Key row of the tile is hidden from the lanes below firstVisible.
template <typename C>
void hideFuture(
    C* scores, int64_t lanes, int64_t keyRows, int64_t firstKey, int64_t firstLimit, C value)
{
    for (int64_t key = 0; key < keyRows; ++key) {
        const int64_t hidden = std::clamp<int64_t>(firstKey + key - firstLimit, 0, lanes);
        std::fill(scores + key * lanes, scores + key * lanes + hidden, value);
    }
}

// Key row of the tile is hidden from the lanes above lastVisible: their window begins later.
template <typename C>
void hidePast(
    C* scores, int64_t lanes, int64_t keyRows, int64_t firstKey, int64_t firstWindow, C value)
{
    for (int64_t key = 0; key < keyRows; ++key) {
        const int64_t visible = std::clamp<int64_t>(firstKey + key - firstWindow + 1, 0, lanes);
        std::fill(scores + key * lanes + visible, scores + (key + 1) * lanes, value);
    }
}

// scores = cap · tanh(scores / cap); slopes, unless null, its derivative.
template <typename C>
LORA_CLONES void capScores(C* scores, C* slopes, int64_t count, C cap)
{
    for (int64_t i = 0; i < count; ++i) {
        const C tangent = hyperbolicTangent(scores[i] / cap);
        scores[i] = cap * tangent;
        if (slopes != nullptr) {
            slopes[i] = 1 - tangent * tangent;
        }
    }
}

// Online softmax of a tile of scores [keyRows, lanes]: they become exp(score - maximum); result
// [headDim, lanes] and sum are brought to the new maximum.
template <typename C>
LORA_CLONES void softmaxTile(
    C* scores, int64_t keyRows, int64_t lanes, C* maximum, C* sum, C* result, int64_t headDim)
{
    C newMaximum[kQueryTile];
    C tileSum[kQueryTile];
    C correction[kQueryTile];
    std::copy(maximum, maximum + lanes, newMaximum);
    for (int64_t key = 0; key < keyRows; ++key) {
        for (int64_t i = 0; i < lanes; ++i) {
            newMaximum[i] = std::max(newMaximum[i], scores[key * lanes + i]);
        }
    }
    for (int64_t i = 0; i < lanes; ++i) {
        correction[i] = exponential(maximum[i] - newMaximum[i]);
        maximum[i] = newMaximum[i];
        tileSum[i] = sum[i] * correction[i];
    }
    for (int64_t key = 0; key < keyRows; ++key) {
        for (int64_t i = 0; i < lanes; ++i) {
            const C p = exponential(scores[key * lanes + i] - newMaximum[i]);
            scores[key * lanes + i] = p;
            tileSum[i] += p;
        }
    }
    std::copy(tileSum, tileSum + lanes, sum);
    for (int64_t d = 0; d < headDim; ++d) {
        for (int64_t i = 0; i < lanes; ++i) {
            result[d * lanes + i] *= correction[i];
        }
    }
}

// scores become probabilities, scoreGradients become p · (gradient - delta).
template <typename C>
LORA_CLONES void softmaxTileBackward(
    C* scores, C* scoreGradients, int64_t keyRows, int64_t lanes, const C* logSums, const C* delta)
{
    for (int64_t key = 0; key < keyRows; ++key) {
        for (int64_t i = 0; i < lanes; ++i) {
            const C p = exponential(scores[key * lanes + i] - logSums[i]);
            scores[key * lanes + i] = p;
            scoreGradients[key * lanes + i] = p * (scoreGradients[key * lanes + i] - delta[i]);
        }
    }
}

template <typename C>
LORA_CLONES void multiplyEach(C* numbers, const C* factors, int64_t count)
{
    for (int64_t i = 0; i < count; ++i) {
        numbers[i] *= factors[i];
    }
}

template <typename T>
LORA_CLONES Computed<T> dot(const Computed<T>* a, const T* b, int64_t count)
{
    return laneSum<Computed<T>>(
        count, [=](int64_t i) __attribute__((always_inline)) { return a[i] * widened(b[i]); });
}

template <typename T>
LORA_CLONES void addScaled(Computed<T>* sum, const T* row, Computed<T> factor, int64_t count)
{
    for (int64_t i = 0; i < count; ++i) {
        sum[i] += factor * widened(row[i]);
    }
}

template <typename C>
LORA_CLONES C softmaxRow(C* scores, int64_t count, C* maximum)
{
    *maximum = *std::max_element(scores, scores + count);
    const C highest = *maximum;
    for (int64_t i = 0; i < count; ++i) {
        scores[i] = exponential(scores[i] - highest);
    }
    return laneSum<C>(
        count, [=](int64_t i) __attribute__((always_inline)) { return scores[i]; });
}

} // namespace

template <typename T>
AttentionTiles<T>::AttentionTiles(int64_t headDim)
    : m_headDim(headDim), m_paddedDim(padded(headDim)), m_q(headDim * kQueryTile),
      m_result(headDim * kQueryTile), m_gradient(headDim * kQueryTile),
      m_scores(kKeyTile * kQueryTile), m_scoreGradients(kKeyTile * kQueryTile),
      m_slopes(kKeyTile * kQueryTile), m_maximum(kQueryTile), m_sum(kQueryTile),
      m_delta(kQueryTile), m_qRows(kQueryTile * m_paddedDim),
      m_gradientRows(kQueryTile * m_paddedDim), m_kRows(kKeyTile * m_paddedDim),
      m_vRows(kKeyTile * m_paddedDim)
{
}

template <typename T>
TileView<Computed<T>> AttentionTiles<T>::computedRows(const HeadRows<const T>& rows,
                                                      int64_t first,
                                                      int64_t count,
                                                      C* buffer)
{
    if constexpr (std::is_same_v<T, C>) {
        return {rows.row(first), rows.stride, 1};
    } else {
        packRows(rows, first, count, m_headDim, C(1), buffer, m_paddedDim);
        return {buffer, m_paddedDim, 1};
    }
}

template <typename T>
void AttentionTiles<T>::forward(
    const HeadInputs<T>& head, int64_t first, int64_t count, const HeadRows<T>& out, C* logSums)
{
    if (head.queries == 1) {
        forwardRow(head, out, logSums);
        return;
    }
    const int64_t lanes = padded(count);
    const int64_t firstLimit = head.keys - head.queries + first; // last key of the first query
    packLanes(head.q, first, count, m_headDim, C(head.scale), m_q.data(), lanes);
    std::fill(m_result.begin(), m_result.end(), C(0));
    std::fill(m_maximum.begin(), m_maximum.end(), -std::numeric_limits<C>::infinity());
    std::fill(m_sum.begin(), m_sum.end(), C(0));

    // The first tile begins at the first query's window, so that every query sees a key of it.
    const int64_t visible = firstLimit + count;
    for (int64_t firstKey = head.firstKeyFor(firstLimit); firstKey < visible;
         firstKey += kKeyTile) {
        const int64_t rows = std::min(kKeyTile, visible - firstKey);
        const TileView<C> k = computedRows(head.k, firstKey, rows, m_kRows.data());
        tileProduct(m_scores.data(), lanes, k, m_q.data(), lanes, rows, lanes, m_headDim, false);
        finishScores(head, firstKey, rows, firstLimit, lanes);
        softmaxTile(m_scores.data(),
                    rows,
                    lanes,
                    m_maximum.data(),
                    m_sum.data(),
                    m_result.data(),
                    m_headDim);
        const TileView<C> v = computedRows(head.v, firstKey, rows, m_vRows.data());
        tileProduct(m_result.data(),
                    lanes,
                    v.transposed(),
                    m_scores.data(),
                    lanes,
                    m_headDim,
                    lanes,
                    rows,
                    true);
    }
    for (int64_t i = 0; i < count; ++i) {
        logSums[first + i] = m_maximum[i] + std::log(m_sum[i]);
        m_sum[i] = 1 / m_sum[i];
    }
    unpackLanes(m_result.data(), lanes, count, m_headDim, m_sum.data(), out, first);
}

// Caps the scores [keyRows, lanes] of a tile, and hides what its queries do not see.
template <typename T>
void AttentionTiles<T>::finishScores(
    const HeadInputs<T>& head, int64_t firstKey, int64_t keyRows, int64_t firstLimit, int64_t lanes)
{
    constexpr C kHidden = -std::numeric_limits<C>::infinity();
    if (head.softCap > 0) {
        capScores(m_scores.data(), m_slopes.data(), keyRows * lanes, C(head.softCap));
    }
    if (firstKey + keyRows > firstLimit + 1) {
        hideFuture(m_scores.data(), lanes, keyRows, firstKey, firstLimit, kHidden);
    }
    const int64_t firstWindow = firstLimit - head.window + 1;
    if (head.window > 0 && firstKey < firstWindow + lanes - 1) {
        hidePast(m_scores.data(), lanes, keyRows, firstKey, firstWindow, kHidden);
    }
}

// A single query (decoding): the lanes are the numbers of a head.
template <typename T>
void AttentionTiles<T>::forwardRow(const HeadInputs<T>& head, const HeadRows<T>& out, C* logSums)
{
    packRows(head.q, 0, 1, m_headDim, C(head.scale), m_qRows.data(), m_paddedDim);
    const int64_t first = head.firstKeyFor(head.keys - 1);
    const int64_t keys = head.keys - first;
    m_dk.resize(std::max<size_t>(m_dk.size(), keys)); // the scores
    for (int64_t key = 0; key < keys; ++key) {
        m_dk[key] = dot(m_qRows.data(), head.k.row(first + key), m_headDim);
    }
    if (head.softCap > 0) {
        capScores(m_dk.data(), static_cast<C*>(nullptr), keys, C(head.softCap));
    }
    const C sum = softmaxRow(m_dk.data(), keys, m_maximum.data());
    std::fill_n(m_result.begin(), m_headDim, C(0));
    for (int64_t key = 0; key < keys; ++key) {
        addScaled(m_result.data(), head.v.row(first + key), m_dk[key], m_headDim);
    }
    logSums[0] = m_maximum[0] + std::log(sum);
    m_sum[0] = 1 / sum;
    unpackLanes(m_result.data(), 1, 1, m_headDim, m_sum.data(), out, 0);
}

template <typename T>
void AttentionTiles<T>::beginKeys(int64_t keys)
{
    m_dk.assign(keys * m_paddedDim, C(0));
    m_dv.assign(keys * m_paddedDim, C(0));
}

template <typename T>
void AttentionTiles<T>::endKeys(int64_t keys, const HeadRows<T>& dk, const HeadRows<T>& dv)
{
    for (int64_t key = 0; key < keys; ++key) {
        for (int64_t d = 0; d < m_headDim; ++d) {
            dk.row(key)[d] = narrowed<T>(m_dk[key * m_paddedDim + d]);
            dv.row(key)[d] = narrowed<T>(m_dv[key * m_paddedDim + d]);
        }
    }
}

template <typename T>
void AttentionTiles<T>::backward(const HeadInputs<T>& head,
                                 const HeadRows<const T>& out,
                                 const HeadRows<const T>& gradient,
                                 const C* logSums,
                                 const HeadRows<T>& dq)
{
    for (int64_t first = 0; first < head.queries; first += kQueryTile) {
        const int64_t count = std::min(kQueryTile, head.queries - first);
        const int64_t lanes = padded(count);
        packLanes(head.q, first, count, m_headDim, C(head.scale), m_q.data(), lanes);
        packLanes(gradient, first, count, m_headDim, C(1), m_gradient.data(), lanes);
        packRows(head.q, first, count, m_headDim, C(head.scale), m_qRows.data(), m_paddedDim);
        packRows(gradient, first, count, m_headDim, C(1), m_gradientRows.data(), m_paddedDim);
        std::fill(m_sum.begin(), m_sum.end(), C(0)); // the log-sum-exp of the lanes
        std::fill(m_delta.begin(), m_delta.end(), C(0));
        for (int64_t i = 0; i < count; ++i) {
            m_sum[i] = logSums[first + i];
            m_delta[i] =
                dot(m_gradientRows.data() + i * m_paddedDim, out.row(first + i), m_headDim);
        }
        std::fill(m_result.begin(), m_result.end(), C(0));
        backwardTile(head, first, count, lanes);
        std::fill(m_sum.begin(), m_sum.end(), C(head.scale));
        unpackLanes(m_result.data(), lanes, count, m_headDim, m_sum.data(), dq, first);
    }
}

// All keys of one tile of queries: adds to m_result (dq, lanes), m_dk and m_dv.
template <typename T>
void AttentionTiles<T>::backwardTile(const HeadInputs<T>& head,
                                     int64_t first,
                                     int64_t count,
                                     int64_t lanes)
{
    const int64_t firstLimit = head.keys - head.queries + first;
    const int64_t visible = firstLimit + count;
    for (int64_t firstKey = head.firstKeyFor(firstLimit); firstKey < visible;
         firstKey += kKeyTile) {
        const int64_t rows = std::min(kKeyTile, visible - firstKey);
        C* scores = m_scores.data();
        C* scoreGradients = m_scoreGradients.data();
        const TileView<C> k = computedRows(head.k, firstKey, rows, m_kRows.data());
        const TileView<C> v = computedRows(head.v, firstKey, rows, m_vRows.data());
        tileProduct(scores, lanes, k, m_q.data(), lanes, rows, lanes, m_headDim, false);
        tileProduct(
            scoreGradients, lanes, v, m_gradient.data(), lanes, rows, lanes, m_headDim, false);
        finishScores(head, firstKey, rows, firstLimit, lanes);
        softmaxTileBackward(scores, scoreGradients, rows, lanes, m_sum.data(), m_delta.data());
        if (head.softCap > 0) {
            multiplyEach(scoreGradients, m_slopes.data(), rows * lanes);
        }

        const TileView<C> p{scores, lanes, 1};
        const TileView<C> ds{scoreGradients, lanes, 1};
        const int64_t keyOffset = firstKey * m_paddedDim;
        tileProduct(m_dv.data() + keyOffset,
                    m_paddedDim,
                    p,
                    m_gradientRows.data(),
                    m_paddedDim,
                    rows,
                    m_paddedDim,
                    count,
                    true);
        tileProduct(m_dk.data() + keyOffset,
                    m_paddedDim,
                    ds,
                    m_qRows.data(),
                    m_paddedDim,
                    rows,
                    m_paddedDim,
                    count,
                    true);
        tileProduct(m_result.data(),
                    lanes,
                    k.transposed(),
                    scoreGradients,
                    lanes,
                    m_headDim,
                    lanes,
                    rows,
                    true);
    }
}

template class AttentionTiles<float>;
template class AttentionTiles<double>;
template class AttentionTiles<c10::BFloat16>;
template class AttentionTiles<c10::Half>;

} // namespace engine::kernels
