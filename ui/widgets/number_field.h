// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A field for a number as people write it: "16", "2e-4", "1,024". Up and Down step it, the wheel
// too when it has focus. What is typed is never corrected behind the typist's back.
#pragma once

#include <QLineEdit>

#include <functional>
#include <optional>

namespace ui::widgets {

class NumberField : public QLineEdit
{
    Q_OBJECT

public:
    enum class Kind { Integer, Real };
    Q_ENUM(Kind)

    explicit NumberField(Kind kind, QWidget* parent = nullptr);

    // Nothing while the text is not a number. Values outside the range are returned: the caller
    // says why they are refused.
    std::optional<double> value() const;
    // Writes the shortest text that reads back as the value; emits no edited().
    void setValue(double value);
    void setRange(double minimum, double maximum);
    double minimum() const { return m_minimum; }
    double maximum() const { return m_maximum; }
    bool isInRange() const;
    // How a value is written; by default 2e-4 below 0.001, else up to six digits.
    void setFormat(std::function<QString(double)> format);
    // What one step adds; with `factor` above 1 a step multiplies (learning rates, ranks).
    void setStep(double add, double factor = 1);

Q_SIGNALS:
    // A person changed the text; value() may be nothing.
    void edited();
    // Return, focus lost or a step: time to take the value over.
    void committed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void stepBy(int steps);

    Kind m_kind;
    double m_minimum;
    double m_maximum;
    double m_step = 1;
    double m_factor = 1;
    std::function<QString(double)> m_format;
};

// "2e-4", "0.05", "1024": short, and reads back as the same number.
QString shortNumber(double value);

} // namespace ui::widgets
