// left_out.h - what a test does not do for want of an input or an instruction set: one line now, and one at the end of `make test`, from build/left_out. Twins: conformance_test.cc, gemm_run_test.cc
// SPDX-License-Identifier: Apache-2.0
#ifndef LEFT_OUT_H
#define LEFT_OUT_H

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

// NAME is of the test's own; the file goes when the whole run begins again.
inline void leave_out(const std::string &name, const std::string &what)
{
    printf("left out: %s\n", what.c_str());
    std::filesystem::create_directories("build/left_out");
    std::ofstream file("build/left_out/" + name + ".txt");
    file << "left out: " << what << "\n";
    ASSERT_TRUE(file.flush().good()) << "build/left_out/" << name << ".txt cannot be written";
}

inline void leave_out_kernel(const std::string &instructions)
{
    leave_out("kernel_" + instructions, "the multiply's kernels for " + instructions + ", which this machine lacks (those for AVX-512 run in portable C)");
}

#endif
