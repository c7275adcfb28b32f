// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Walks through the scenarios with the real engine, in English and Korean, and saves each in light
// and dark. One training run serves them all. Ends the program: 0 when everything was reached, else
// 1 with the names of what was not.
#pragma once

#include "ui/capture/driver.h"
#include "ui/capture/scenarios.h"
#include "ui/capture/stage.h"

#include <QObject>

namespace ui::shell {
class Appearance;
}

namespace ui::capture {

class Screenshots : public QObject
{
    Q_OBJECT

public:
    // `folder` is made; pictures of the same name in it are replaced.
    Screenshots(app::Studio& studio,
                shell::MainWindow& window,
                shell::Appearance& appearance,
                const QString& folder,
                QObject* parent);

    void start();

private:
    void addPhase(Phase phase);
    void addScenario(const Scenario& scenario, const QString& language);
    void addPicture(const Scenario& scenario, const QString& theme, const QString& language);
    void useTheme(const QString& theme);
    void addTraining();
    void addWaitForResult();
    void addFailure();
    void save(const QString& name);
    void finish();

    shell::Appearance& m_appearance;
    QString m_folder;
    Stage m_stage;
    std::vector<Scenario> m_scenarios;
    Driver m_driver;
    QString m_theme;   // shown now; empty before the first picture
    int m_planned = 0; // scenarios, each language counted
    QStringList m_notWritten;
    int m_written = 0;
};

} // namespace ui::capture
