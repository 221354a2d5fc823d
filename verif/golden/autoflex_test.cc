// autoflex_test.cc - Autoflex of the golden model against exact rationals. Twin: oracle.h
// SPDX-License-Identifier: Apache-2.0
//
// FLX_CASES writes; a write is one step of a random history.
#include <gtest/gtest.h>

#include <algorithm>

#include "cases.h"
#include "oracle.h"

namespace {

using cases::Met;
using cases::Random;

struct Tuning {
    flx_format_t fmt;
    flx_autoflex_cfg_t cfg;
};

Tuning any_tuning(Random &random)
{
    Tuning t = {cases::any_format(random), flx_autoflex_defaults(random.one_in(2) ? FLX_PROFILE_PAPER : FLX_PROFILE_CODE)};
    if (random.one_in(2)) {
        t.cfg.alpha = static_cast<uint32_t>(random.between(1, FLX_ALPHA_MAX));
        t.cfg.beta = static_cast<uint32_t>(random.between(0, FLX_BETA_MAX));
        t.cfg.gamma = random.one_in(3) ? 0 : random.one_in(2) ? 1U << random.between(0, 12) : static_cast<uint32_t>(random.between(0, FLX_GAMMA_MAX));
        t.cfg.window = static_cast<uint32_t>(random.between(1, FLX_WINDOW_MAX));
    }
    if (random.one_in(64)) t.cfg.alpha = FLX_ALPHA_MAX, t.cfg.beta = FLX_BETA_MAX, t.cfg.gamma = FLX_GAMMA_MAX;
    return t;
}

oracle::Autoflex oracle_of(const Tuning &t)
{
    return {t.fmt.mant_bits, t.fmt.exp_bits, t.cfg.profile == FLX_PROFILE_CODE, t.cfg.alpha, t.cfg.beta, t.cfg.gamma, t.cfg.window, {}};
}

uint32_t any_maximum(Random &random, const Tuning &t)
{
    const int64_t top = 1 << (t.fmt.mant_bits - 1);
    switch (random.between(0, 5)) {
    case 0: return 0;
    case 1: return static_cast<uint32_t>(top - random.between(0, 3)); // overflow and just below
    case 2: return 1U << random.between(0, t.fmt.mant_bits - 1);      // powers of two
    case 3: { // alpha (G + gamma) a power of two
        const int64_t g = (int64_t{1} << random.between(0, t.fmt.mant_bits + 2)) / t.cfg.alpha - t.cfg.gamma;
        return static_cast<uint32_t>(g >= 0 && g <= top ? g : random.between(0, top));
    }
    default: return static_cast<uint32_t>(random.between(0, top));
    }
}

// Two maxima G > H at one exponent with alpha (G + beta (G - H) / 2 + gamma) = 2^p + miss: chi hits a power of two although the
// history varies. False if there are none near a random p.
bool pair_with_spread(Random &random, const Tuning &t, int64_t miss, uint32_t &g, uint32_t &h)
{
    const int64_t most = (1 << (t.fmt.mant_bits - 1)) - 2;
    const int64_t reach = (int64_t{2} << random.between(4, t.fmt.mant_bits + 3)) + 2 * miss; // 2 chi
    if (t.cfg.beta == 0 || reach % t.cfg.alpha != 0) return false;
    for (int tries = 0; tries < 16; tries++) {
        const int64_t d = random.between(1, std::max<int64_t>(1, most / (1 + t.cfg.beta))), rest = reach / t.cfg.alpha - t.cfg.beta * d - 2 * int64_t{t.cfg.gamma};
        if (rest < 0 || rest % 2 != 0 || rest / 2 > most || rest / 2 < d) continue;
        g = static_cast<uint32_t>(rest / 2);
        h = static_cast<uint32_t>(rest / 2 - d);
        return true;
    }
    return false;
}

TEST(Autoflex, PredictionIsThatOfExactArithmetic)
{
    const uint64_t cases = cases::count();
    Random random(9);
    Met met("prediction", cases,
            {"chi a power of two, paper", "chi a power of two, code", "power of two with spread, paper", "power of two with spread, code", "just above a power with spread", "just below a power with spread",
             "overflow", "overflow clears a history", "clamped at 0", "clamped at the top", "G = 0", "history all 0", "chi = 0", "full window", "window of 1", "rare", "rare drops older entries",
             "exponents furthest apart", "largest alpha, beta, gamma", "dry run", "manual", "changes"});
    for (uint64_t i = 0; i < cases;) {
        const Tuning t = any_tuning(random);
        oracle::Autoflex want = oracle_of(t);
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        af.state = FLX_AF_RUN;
        const int32_t top = flx_exp_max(t.fmt);
        const bool follow = random.one_in(2), steady = random.one_in(4), constant = random.one_in(4);
        const uint32_t base = any_maximum(random, t);
        uint32_t pair[2] = {0, 0};
        const int64_t miss = random.between(-1, 1);
        const bool spread = random.one_in(4) && t.cfg.window >= 2 && pair_with_spread(random, t, miss * t.cfg.alpha, pair[0], pair[1]);
        if (spread && random.one_in(2)) std::swap(pair[0], pair[1]);
        int32_t e = static_cast<int32_t>(random.one_in(3) ? random.between(0, top) : random.between(0, std::min(top, 20)));
        int64_t steps = spread ? 2 : random.between(1, 40);
        for (int64_t step = 0; step < steps && i < cases; step++, i++) {
            const uint32_t g = spread ? pair[step] : constant ? base : any_maximum(random, t);
            const bool rare = !spread && t.cfg.profile == FLX_PROFILE_CODE && random.one_in(8);
            const bool overflow = g + 1 >= 1U << (t.fmt.mant_bits - 1), had = !want.phi.empty();
            const bool dry = random.one_in(32), manual = random.one_in(32); // neither may touch the history
            if (dry || manual) {
                const flx_autoflex_t before = af;
                if (manual) af.state = FLX_AF_MANUAL;
                const int32_t kept = static_cast<int32_t>(random.between(0, top));
                ASSERT_EQ(flx_autoflex_write(&af, t.cfg, t.fmt, g, e, rare, dry, kept), kept);
                ASSERT_EQ(af.count, before.count);
                af.state = FLX_AF_RUN;
            }
            oracle::Hit hit;
            const int expected = want.predict(g, e, rare, &hit);
            const int32_t next = flx_autoflex_write(&af, t.cfg, t.fmt, g, e, rare, false, 0);
            ASSERT_EQ(next, expected) << "N=" << int(t.fmt.mant_bits) << " M=" << int(t.fmt.exp_bits) << " profile " << t.cfg.profile << " alpha " << t.cfg.alpha
                                      << " beta " << t.cfg.beta << " gamma " << t.cfg.gamma << " window " << t.cfg.window << " G " << g << " e " << e << " rare " << rare;
            ASSERT_EQ(af.state, FLX_AF_RUN);
            ASSERT_EQ(af.count, want.phi.size());
            bool zeros = true;
            int low = top, high = 0;
            for (uint32_t k = 0; k < af.count; k++) {
                ASSERT_TRUE(af.phi[k].gamma == want.phi[k].first && static_cast<int>(af.phi[k].exp) == want.phi[k].second);
                zeros = zeros && af.phi[k].gamma == 0;
                low = std::min(low, want.phi[k].second);
                high = std::max(high, want.phi[k].second);
            }
            const bool code = t.cfg.profile == FLX_PROFILE_CODE, second = spread && step == 1;
            met({hit.power && !code, hit.power && code, hit.power && hit.spread && !code, hit.power && hit.spread && code, second && miss > 0, second && miss < 0, overflow, overflow && had,
                 next == 0, next == top, g == 0, zeros, hit.zero, af.count == t.cfg.window, t.cfg.window == 1, rare, rare && af.count > 2, high - low == top,
                 t.cfg.alpha == FLX_ALPHA_MAX && t.cfg.beta == FLX_BETA_MAX && t.cfg.gamma == FLX_GAMMA_MAX, dry, manual, next != e});
            if (spread) continue;
            if (follow) e = next;
            else if (!steady) e = static_cast<int32_t>(random.one_in(8) ? (random.one_in(2) ? 0 : top) : random.between(0, top));
        }
    }
}

TEST(Autoflex, InitialisationFollowsTheAlgorithm)
{
    const uint64_t cases = cases::count();
    Random random(10);
    Met met("initialisation", cases, {"paper", "code", "overflow", "jump, done", "jump, not done", "in range", "clamped at 0", "clamped at the top", "zero tensor at the top", "given up", "dry run", "all-zero search", "least G that is enough"});
    for (uint64_t i = 0; i < cases;) {
        const Tuning t = any_tuning(random);
        oracle::Autoflex want = oracle_of(t);
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        const int32_t top = flx_exp_max(t.fmt);
        int32_t e = random.one_in(2) ? flx_autoflex_first_exp(t.cfg, t.fmt) : static_cast<int32_t>(random.between(0, top));
        const bool zero = random.one_in(8), code = t.cfg.profile == FLX_PROFILE_CODE;
        const uint32_t enough = (1U << ((t.fmt.mant_bits - 1) / 2 - 2)) + (code ? 0 : 1) - (code ? 1 : 0); // the least G that ends it
        for (bool done = false; !done && i < cases; i++) {
            const uint32_t g = zero ? 0 : random.one_in(8) ? enough - static_cast<uint32_t>(random.between(0, 1)) : random.one_in(2) ? static_cast<uint32_t>(random.between(0, 40)) : any_maximum(random, t);
            const int tries = want.tries + 1;
            const uint32_t tested = g + (code ? 1 : 0);
            const int expected = want.initialise(g, e, done);
            const bool dry = random.one_in(2);
            ASSERT_EQ(flx_autoflex_write(&af, t.cfg, t.fmt, g, e, false, dry, -1), expected) << "N=" << int(t.fmt.mant_bits) << " M=" << int(t.fmt.exp_bits) << " profile " << t.cfg.profile << " G " << g << " e " << e << " try " << tries;
            ASSERT_EQ(af.state, done ? FLX_AF_RUN : FLX_AF_INIT);
            ASSERT_EQ(af.tries, static_cast<uint32_t>(want.tries));
            ASSERT_EQ(af.count, 0U);
            const bool over = tested >= (1U << (t.fmt.mant_bits - 1)) - 1, low = !over && tested < 1U << (t.fmt.mant_bits - 2);
            met({!code, code, over, low && done, low && !done, !over && !low, done && expected == 0, done && expected == top, done && g == 0 && expected == 0, done && tries == 10 && expected == 0, dry, zero, g == enough && low && done});
            e = expected;
        }
    }
}

// Pinned boundaries, worked out by hand.
TEST(Autoflex, Boundaries)
{
    const flx_format_t fmt = flx_format_default();
    const flx_autoflex_cfg_t paper = flx_autoflex_defaults(FLX_PROFILE_PAPER), code = flx_autoflex_defaults(FLX_PROFILE_CODE);
    const auto first = [&](flx_autoflex_cfg_t cfg, uint32_t g, int32_t e) {
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        return flx_autoflex_predict(&af, cfg, fmt, g, e, false);
    };
    // paper: 2 (G + 100) <= 2^15 keeps the exponent: the scale changes when G passes 16284
    EXPECT_EQ(first(paper, 16284, 8), 8);
    EXPECT_EQ(first(paper, 16285, 8), 7);
    // code: G + 100 < 2^15 keeps it
    EXPECT_EQ(first(code, 32667, 8), 8);
    EXPECT_EQ(first(code, 32668, 8), 7);
    for (uint32_t p = 1; p < 15; p++) { // each power of two: 2 (G + 100) = 2^p exactly and one more
        if ((1U << p) < 200) continue;
        EXPECT_EQ(first(paper, (1U << (p - 1)) - 100, 10), 10 + 15 - static_cast<int32_t>(p));
        EXPECT_EQ(first(paper, (1U << (p - 1)) - 99, 10), 10 + 14 - static_cast<int32_t>(p));
    }
    // an all-zero tensor: chi = 2 * 100 kappa
    EXPECT_EQ(first(paper, 0, 8), 15);
    // clamps
    EXPECT_EQ(first(paper, 0, 31), 31);
    EXPECT_EQ(first(paper, 32768, 0), 0);
    flx_autoflex_cfg_t bare = paper;
    bare.gamma = 0;
    EXPECT_EQ(first(bare, 0, 8), 0); // chi = 0
    // an all-zero tensor initialises to kappa = 1, in either profile
    for (const flx_autoflex_cfg_t &cfg : {paper, code}) {
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        int32_t e = flx_autoflex_first_exp(cfg, fmt);
        while (af.state == FLX_AF_INIT) e = flx_autoflex_init_step(&af, cfg, fmt, 0, e);
        EXPECT_EQ(e, 0);
    }
    // the initialisation traces of the authors' tests (code profile): exponent, maximum
    const std::vector<std::vector<std::pair<int, uint32_t>>> traces = {
        {{8, 32767}, {1, 297}, {7, 0}}, {{8, 2}, {21, 14130}, {22, 0}}, {{8, 0}, {22, 128}, {29, 0}}, {{8, 32767}, {1, 362}, {7, 0}}};
    for (const auto &trace : traces) {
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        for (size_t i = 0; i + 1 < trace.size(); i++) {
            EXPECT_EQ(af.state, FLX_AF_INIT);
            EXPECT_EQ(flx_autoflex_init_step(&af, code, fmt, trace[i].second, trace[i].first), trace[i + 1].first);
        }
        EXPECT_EQ(af.state, FLX_AF_RUN);
    }
}

} // namespace
