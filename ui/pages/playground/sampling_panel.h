// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the next answers are sampled, and how they are shown. Ranges, labels and help come from the
// contract's sampling schema.
#pragma once

#include "engine/contract/sampling.h"

#include <QWidget>

#include <vector>

namespace ui::widgets {
class NumberField;
class PlainLabel;
class Slider;
class Switch;
class FieldFrame;
} // namespace ui::widgets

class QVBoxLayout;

namespace ui::pages::playground {

class SamplingPanel : public QWidget
{
    Q_OBJECT

public:
    using Sampling = ::engine::contract::Sampling;

    explicit SamplingPanel(QWidget* parent = nullptr);

    // Emits nothing.
    void setSampling(const Sampling& sampling, bool sameSeed);
    // Temperature 0 and no penalty: always the most probable token.
    void makeGreedy();
    bool marksDifference() const;
    bool isColoured() const;

Q_SIGNALS:
    void samplingChanged(const ::engine::contract::Sampling& sampling);
    void sameSeedChanged(bool same);
    // Marks or colours are others.
    void viewChanged();

private:
    struct Row
    {
        double Sampling::*real = nullptr;
        int64_t Sampling::*whole = nullptr;
        double perStep = 1; // one step of the slider
        widgets::Slider* slider = nullptr;
        widgets::PlainLabel* value = nullptr;
    };

    void addSlider(QVBoxLayout* layout, const char* key, Row row, double minimum, double maximum);
    widgets::FieldFrame* numberField(const char* key, widgets::NumberField** field);
    void showValue(const Row& row);
    void takeField(widgets::NumberField* field, int64_t Sampling::*member);
    void changed();

    Sampling m_sampling;
    std::vector<Row> m_rows;
    widgets::NumberField* m_longest = nullptr;
    widgets::NumberField* m_seed = nullptr;
    widgets::Switch* m_sameSeed;
    widgets::Switch* m_marks;
    widgets::Switch* m_colours;
    bool m_isSetting = false;
};

} // namespace ui::pages::playground
