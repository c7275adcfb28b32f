// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_follower.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/runs/journal_reader.h"
#include "engine/contract/run_folder.h"

#include <QFile>

#include <algorithm>

namespace app::runs {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 250ms;
constexpr qint64 kChunkBytes = 1 << 20;

// What a reading adds to the series that the GUI thread holds.
struct Addition
{
    std::size_t firstChanged = 0; // rows from here on are replaced by those of `rows`
    RunSeries rows;               // step columns from firstChanged on; everything else complete
    bool hasChanged = false;
};

template <typename Item>
void replaceTail(std::vector<Item>& column, std::size_t first, const std::vector<Item>& tail)
{
    column.resize(first);
    column.insert(column.end(), tail.begin(), tail.end());
}

template <typename Item>
std::vector<Item> tailOf(const std::vector<Item>& column, std::size_t first)
{
    return {column.begin() + static_cast<std::ptrdiff_t>(first), column.end()};
}

// The step columns of `from`, cut by `cut(column)`, put into `to`.
template <typename Move>
void forEachColumn(RunSeries& to, const RunSeries& from, Move move)
{
    move(to.steps, from.steps);
    move(to.loss, from.loss);
    move(to.learningRate, from.learningRate);
    move(to.gradNorm, from.gradNorm);
    move(to.tokensPerSecond, from.tokensPerSecond);
    move(to.epoch, from.epoch);
    move(to.accuracy, from.accuracy);
    move(to.seconds, from.seconds);
    move(to.tokens, from.tokens);
    move(to.memoryBytes, from.memoryBytes);
}

void copyLists(RunSeries& to, const RunSeries& from)
{
    to.evals = from.evals;
    to.checkpoints = from.checkpoints;
    to.samples = from.samples;
    to.incidents = from.incidents;
    to.warnings = from.warnings;
    to.resumed = from.resumed;
    to.totalSteps = from.totalSteps;
    to.phase = from.phase;
    to.progress = from.progress;
    to.started = from.started;
    to.latest = from.latest;
    to.terminal = from.terminal;
    to.error = from.error;
}

} // namespace

// One reading at a time, each in a worker; what it has read so far stays with it.
class RunFollower::Source
{
public:
    explicit Source(const QString& folder)
        : m_path(qs(::engine::contract::RunFolder(fsPath(folder)).journal()))
    {
    }

    Addition read()
    {
        QFile file(m_path);
        if (!file.open(QIODevice::ReadOnly)) {
            return {};
        }
        if (file.size() < m_offset) {
            m_reader = {}; // another file took its place
            m_offset = 0;
        }
        const qint64 before = m_offset;
        while (readChunk(file)) {
        }
        return m_offset == before ? Addition() : addition();
    }

private:
    // Whole lines only: a torn last one may be cut off by an engine that resumes, and is read
    // again.
    bool readChunk(QFile& file)
    {
        file.seek(m_offset);
        const QByteArray bytes = file.read(kChunkBytes);
        const qsizetype whole = bytes.lastIndexOf('\n') + 1;
        if (whole == 0) {
            // Longer than a line may be: passed over.
            m_isInsideLine = bytes.size() == kChunkBytes;
            m_offset += m_isInsideLine ? bytes.size() : 0;
            return m_isInsideLine;
        }
        std::string_view text(bytes.data(), static_cast<std::size_t>(whole));
        for (std::size_t end = text.find('\n'); end != std::string_view::npos;
             end = text.find('\n')) {
            if (!std::exchange(m_isInsideLine, false)) {
                m_reader.addLine(text.substr(0, end));
            }
            text.remove_prefix(end + 1);
        }
        m_offset += whole;
        return true;
    }

    Addition addition()
    {
        const RunSeries& series = m_reader.series();
        Addition added;
        added.hasChanged = true;
        added.firstChanged = std::min(m_reader.settle(), series.size());
        forEachColumn(added.rows, series, [first = added.firstChanged](auto& to, const auto& from) {
            to = tailOf(from, first);
        });
        copyLists(added.rows, series);
        return added;
    }

    QString m_path;
    qint64 m_offset = 0;
    bool m_isInsideLine = false;
    JournalReader m_reader;
};

RunFollower::RunFollower(QString folder, QObject* parent)
    : QObject(parent), m_folder(std::move(folder)), m_source(std::make_shared<Source>(m_folder))
{
    m_timer.setInterval(kLookEvery);
    connect(&m_timer, &QTimer::timeout, this, &RunFollower::poll);
    m_timer.start();
    poll();
}

RunFollower::~RunFollower() = default;

void RunFollower::setLive(bool isLive)
{
    m_isLive = isLive;
    if (isLive) {
        m_timer.start();
    }
    poll();
}

void RunFollower::poll()
{
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    const bool wasLive = m_isLive;
    runThen(
        this,
        [source = m_source] { return source->read(); },
        [this, wasLive](Addition added) {
            m_isReading = false;
            if (added.hasChanged) {
                forEachColumn(
                    m_series, added.rows, [first = added.firstChanged](auto& to, const auto& from) {
                        replaceTail(to, first, from);
                    });
                copyLists(m_series, added.rows);
            }
            if (!wasLive && !m_isLive) {
                m_timer.stop();
            }
            if (!m_isLoaded) {
                m_isLoaded = true;
                Q_EMIT loaded();
            }
            if (added.hasChanged) {
                Q_EMIT updated(static_cast<qint64>(added.firstChanged));
            }
        });
}

} // namespace app::runs
