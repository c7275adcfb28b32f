// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// studio_rows FOLDER DATA: the studio over an empty folder, with the data file DATA on its Data
// page: opened, then scrolled to random places, its rows awaited at each. Says for both how long
// the GUI thread was away from its event loop at most, and the time of each frame. Speaks the lines
// that runner.py reads; LORA_STUDIO_ENGINE names the engine.
#include "app/base/paths.h"
#include "app/studio/studio.h"
#include "tests/support/responsiveness.h"
#include "ui/dialogs/window_dialogs.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/pages/data/rows_tab.h"
#include "ui/shell/appearance.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/theme/initialise_theme.h"
#include "ui/widgets/table_view.h"

#include <QApplication>
#include <QScrollBar>
#include <QTimer>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <random>

namespace {

using Clock = std::chrono::steady_clock;
using test_support::Responsiveness;
using ui::pages::data::RowsTab;

constexpr int kPlaces = 200;
constexpr std::chrono::seconds kPatience{120};
constexpr std::chrono::milliseconds kLook{2};

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void tellTurns(const char* phase, Responsiveness& watch, double seconds, int rows)
{
    std::cout << R"({"phase": ")" << phase << R"(", "seconds": )" << seconds << R"(, "rows": )"
              << rows << R"(, "longest_turn_ms": )" << watch.longestBlock()
              << R"(, "busiest_turn_ms": )" << watch.busiestTurn() << "}" << std::endl;
}

// Waits for the first rows, then goes from place to place.
class Scrolling : public QObject
{
public:
    explicit Scrolling(RowsTab& tab) : m_tab(tab), m_watch(std::make_unique<Responsiveness>())
    {
        connect(&m_timer, &QTimer::timeout, this, &Scrolling::look);
        m_timer.start(kLook);
    }

private:
    QScrollBar& bar() const { return *m_tab.table()->verticalScrollBar(); }

    void look()
    {
        if (secondsSince(m_asked) > std::chrono::duration<double>(kPatience).count()) {
            std::cerr << "error: the rows did not come\n";
            QApplication::exit(1);
        }
        const int top = m_tab.table()->rowAt(0);
        if (top < 0 || m_tab.rows().rowAt(top) == nullptr) {
            return;
        }
        if (m_place == 0) {
            tellTurns("open", *m_watch, secondsSince(m_started), m_tab.rows().rowCount());
            m_watch = std::make_unique<Responsiveness>();
            m_started = Clock::now();
        }
        if (m_place++ == kPlaces) {
            tellTurns("scroll", *m_watch, secondsSince(m_started), m_tab.rows().rowCount());
            QApplication::quit();
            return;
        }
        m_asked = Clock::now();
        bar().setValue(std::uniform_int_distribution(0, bar().maximum())(m_random));
        m_tab.table()->viewport()->repaint();
        std::cout << R"({"frame_seconds": )" << secondsSince(m_asked) << "}" << std::endl;
    }

    RowsTab& m_tab;
    QTimer m_timer;
    std::unique_ptr<Responsiveness> m_watch;
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_asked = Clock::now();
    std::mt19937 m_random{1};
    int m_place = 0;
};

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 3) {
        std::cerr << "usage: studio_rows FOLDER DATA\n";
        return 2;
    }
    QApplication application(argc, argv);
    const app::Paths paths(QString::fromLocal8Bit(argv[1]));
    if (const auto created = paths.create(); !created.ok()) {
        std::cerr << "error: " << created.error().message << '\n';
        return 1;
    }
    ui::initialiseTheme(application);
    app::Studio studio(paths);
    ui::shell::Appearance appearance(studio.settings(), {}, {});
    ui::WindowDialogs dialogs({}, [](const QString&) {});
    ui::shell::MainWindow window(studio, dialogs);
    window.resize(1440, 900);
    window.show();
    window.navigator().go({QStringLiteral("data")});
    std::unique_ptr<Scrolling> scrolling;
    QTimer::singleShot(0, &window, [&] {
        auto* tab = window.frame().findChild<RowsTab*>();
        if (tab == nullptr) {
            std::cerr << "error: there is no page with rows\n";
            QApplication::exit(1);
            return;
        }
        scrolling = std::make_unique<Scrolling>(*tab);
        studio.intake().addData(QString::fromLocal8Bit(argv[2]), {});
    });
    return QApplication::exec();
}
