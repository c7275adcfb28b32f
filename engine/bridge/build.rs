// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Makes and compiles the C++ side of src/lib.rs; its header lands in <target>/cxxbridge.

fn main() {
    cxx_build::bridge("src/lib.rs")
        .std("c++20")
        .compile("lora_bridge_cxx");
    println!("cargo:rerun-if-changed=src/lib.rs");
}
