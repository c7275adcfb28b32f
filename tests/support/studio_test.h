// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The main() of a test of ui/: the studio's theme before the first widget.
#pragma once

#include "ui/theme/initialise_theme.h"

#include <QApplication>
#include <QtTest/QTest>

#define STUDIO_TEST_MAIN(TestClass)                                                                \
    int main(int argc, char* argv[])                                                               \
    {                                                                                              \
        QApplication app(argc, argv);                                                              \
        ui::initialiseTheme(app, ui::Theme::Scheme::Light);                                        \
        TestClass test;                                                                            \
        return QTest::qExec(&test, argc, argv);                                                    \
    }
