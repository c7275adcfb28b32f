// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// studio_window FOLDER: the studio as its main() makes it, over an empty data folder; says when the
// window has been drawn, then times frames of a loss chart with 100 000 points.
// Speaks the lines that runner.py reads.
#include "app/base/paths.h"
#include "app/studio/studio.h"
#include "ui/dialogs/window_dialogs.h"
#include "ui/plots/loss_chart.h"
#include "ui/shell/appearance.h"
#include "ui/shell/main_window.h"
#include "ui/shell/options.h"
#include "ui/theme/initialise_theme.h"

#include <QApplication>
#include <QImage>
#include <QTimer>

#include <chrono>
#include <cmath>
#include <iostream>

namespace {

constexpr int kPoints = 100'000;
constexpr int kFrames = 60;

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

ui::plots::Curve noisyLoss(int steps)
{
    ui::plots::Curve curve;
    for (int step = 1; step <= steps; ++step) {
        const double wobble = 0.1 * std::sin(step * 12.9898) * std::cos(step * 78.233);
        curve.push_back({.step = double(step),
                         .tokens = step * 4096.0,
                         .seconds = step * 0.5,
                         .value = 1.2 + 1.2 * std::exp(-6.0 * step / steps) + wobble});
    }
    return curve;
}

// A frame: all points are set anew and drawn, so that nothing can be kept from the one before.
void timeFrames()
{
    ui::plots::LossChart chart;
    chart.resize(1200, 600);
    QImage picture(chart.size(), QImage::Format_ARGB32_Premultiplied);
    chart.setTotalSteps(kPoints, false);
    const ui::plots::Curve all = noisyLoss(kPoints);
    for (int frame = 0; frame < kFrames; ++frame) {
        const auto start = std::chrono::steady_clock::now();
        chart.setTraining(all);
        chart.render(&picture);
        std::cout << R"({"frame_seconds": )" << secondsSince(start) << "}" << std::endl;
    }
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 2) {
        std::cerr << "usage: studio_window FOLDER\n";
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
    window.show();
    QImage picture(window.size(), QImage::Format_ARGB32_Premultiplied);
    QTimer::singleShot(0, &window, [&] {
        window.render(&picture);
        std::cout << R"({"window": true})" << std::endl;
        timeFrames();
        QApplication::quit();
    });
    return QApplication::exec();
}
