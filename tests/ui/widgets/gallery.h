// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every component of ui/widgets in its states, laid out as the design's component sheet.
#pragma once

#include <memory>

class QWidget;

std::unique_ptr<QWidget> makeGallery();
