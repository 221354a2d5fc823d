// text_test.cc - names and paths as plain text. Twin: cmodel/trace/flx_text.c
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "trace/flx_text.h"

namespace {

std::string plain(const std::string &text, std::size_t size = 256)
{
    char out[256];
    const std::size_t length = flx_text_plain(text.c_str(), out, size);
    EXPECT_EQ(length, strlen(out));
    return out;
}
std::string valid(const std::string &text)
{
    char out[256];
    flx_text_valid(text.c_str(), out, sizeof out);
    return out;
}
std::string path(const std::string &text)
{
    char out[FLX_TEXT_PATH_BYTES];
    return flx_text_path(text.c_str(), out);
}

TEST(Text, BytesThatAreNoUtf8AreReplaced)
{
    EXPECT_EQ(valid("r\xC3\xA9s \xE6\x97\xA5 \xF0\x9F\x98\x80"), "r\xC3\xA9s \xE6\x97\xA5 \xF0\x9F\x98\x80");
    EXPECT_EQ(valid("n\xE9.npz"), "n\xEF\xBF\xBD.npz");
    for (const char *bad : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8", "\xC3", "\xE6\x97"})
        EXPECT_EQ(valid(bad).find("\xEF\xBF\xBD"), 0U) << bad;
}

TEST(Text, WhatDrivesATerminalIsEscaped)
{
    EXPECT_EQ(plain("a\x1B[31mb\n\t\x7F"), "a\\x1b[31mb\\n\\t\\x7f");
    EXPECT_EQ(plain("\xC2\x9B" "1m \xE2\x80\xAE \xE2\x81\xA7"), "\\x9b1m \\u202e \\u2067");
}

TEST(Text, ItIsCutBetweenCharacters)
{
    EXPECT_EQ(plain("\xE6\x97\xA5\xE6\x97\xA5", 7), "\xE6\x97\xA5\xE6\x97\xA5");
    EXPECT_EQ(plain("\xE6\x97\xA5\xE6\x97\xA5", 6), "\xE6\x97\xA5");
    EXPECT_EQ(plain("ab\x1B", 6), "ab");
}

TEST(Text, ALongPathKeepsItsBothEnds)
{
    const std::string head = "/home/someone/", tail = "/the_file_that_is_meant.npz";
    EXPECT_EQ(path(head + "x" + tail), head + "x" + tail);
    for (const char *middle : {"directory/", "\xE6\x97\xA5", "\x1B", "\xFF", "\x80"}) {
        std::string long_path = head;
        for (int i = 0; i < 1000; i++) long_path += middle;
        const std::string shown = path(long_path + tail);
        EXPECT_LT(shown.size(), static_cast<std::size_t>(FLX_TEXT_PATH_BYTES));
        EXPECT_EQ(shown.find(head), 0U) << shown;
        EXPECT_NE(shown.find("..."), std::string::npos) << shown;
        EXPECT_EQ(shown.substr(shown.size() - tail.size()), tail);
        EXPECT_EQ(valid(shown), shown);
    }
}

TEST(Text, ANumberHasAllItsDigits)
{
    char out[FLX_TEXT_REAL_BYTES];
    for (const double x : {0.0, 0.1, 0.123456789, 1.0 / 3.0, 400.0, 399.25, 0x1p-1074, 1e300}) EXPECT_EQ(strtod(flx_text_real(x, out), nullptr), x);
    EXPECT_STREQ(flx_text_real(0.1, out), "0.1");
    EXPECT_STREQ(flx_text_real(400.0, out), "400");
}

} // namespace
