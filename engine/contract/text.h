// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Marks the engine's visible texts (labels, help, names) for lupdate: -tr-function-alias
// tr+=LS_TEXT. The engine itself speaks English; the studio translates what it shows.
#pragma once

#define LS_TEXT(text) text
