// autoflex_test.cc - Autoflex of the golden model against exact rationals. Twin: oracle.h
//
// FLX_CASES writes (1,000,000; a write is one step of a random history), FLX_SEED (1).
#include <gtest/gtest.h>

#include <cstdlib>

#include "flx.h"
#include "oracle.h"

namespace {

uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text == nullptr ? fallback : strtoull(text, nullptr, 10);
}

struct Random {
    uint64_t state;
    uint64_t word()
    {
        uint64_t x = state += 0x9E3779B97F4A7C15U;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
        return x ^ (x >> 31);
    }
    uint32_t between(uint32_t low, uint32_t high) { return low + static_cast<uint32_t>(word() % (high - low + 1)); }
    bool one_in(uint32_t n) { return word() % n == 0; }
};

struct Tuning {
    flx_format_t fmt;
    flx_autoflex_cfg_t cfg;
};

Tuning random_setup(Random &random)
{
    Tuning s = {flx_format_default(), flx_autoflex_defaults(random.one_in(2) ? FLX_PROFILE_PAPER : FLX_PROFILE_CODE)};
    if (random.one_in(2)) {
        s.fmt.mant_bits = static_cast<uint8_t>(random.between(8, 16));
        s.fmt.exp_bits = static_cast<uint8_t>(random.between(4, 8));
    }
    if (random.one_in(2)) {
        s.cfg.alpha = random.between(1, 15);
        s.cfg.beta = random.between(0, 15);
        s.cfg.gamma = random.one_in(3) ? 0 : random.one_in(2) ? 1U << random.between(0, 12) : random.between(0, 8191);
        s.cfg.window = random.between(1, 16);
    }
    return s;
}

oracle::Autoflex oracle_of(const Tuning &s)
{
    return {s.fmt.mant_bits, s.fmt.exp_bits, s.cfg.profile == FLX_PROFILE_CODE, s.cfg.alpha, s.cfg.beta, s.cfg.gamma, s.cfg.window, {}};
}

uint32_t random_gamma(Random &random, const Tuning &s)
{
    const uint32_t top = 1U << (s.fmt.mant_bits - 1);
    switch (random.between(0, 5)) {
    case 0: return 0;
    case 1: return top - random.between(0, 3);                               // overflow and just below
    case 2: return 1U << random.between(0, s.fmt.mant_bits - 1U);            // powers of two
    case 3: { // alpha (G + gamma) a power of two
        const uint32_t power = 1U << random.between(0, s.fmt.mant_bits + 2U), g = power / s.cfg.alpha;
        return g >= s.cfg.gamma && g - s.cfg.gamma <= top ? g - s.cfg.gamma : random.between(0, top);
    }
    default: return random.between(0, top);
    }
}

TEST(Autoflex, PredictionIsThatOfExactArithmetic)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random = {setting("FLX_SEED", 1)};
    uint64_t hits = 0, overflows = 0, low = 0, high = 0, zero = 0, full = 0, rare_count = 0, changes = 0;
    for (uint64_t i = 0; i < cases;) {
        const Tuning s = random_setup(random);
        oracle::Autoflex want = oracle_of(s);
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        af.state = FLX_AF_RUN;
        const uint32_t top = static_cast<uint32_t>(flx_exp_max(s.fmt));
        const bool follow = random.one_in(2), steady = random.one_in(4), constant = random.one_in(4);
        const uint32_t base = random_gamma(random, s);
        int32_t e = static_cast<int32_t>(random.one_in(3) ? random.between(0, top) : random.between(0, top < 20 ? top : 20));
        for (uint32_t step = random.between(1, 40); step > 0 && i < cases; step--, i++) {
            const uint32_t g = constant ? base : random_gamma(random, s);
            const bool rare = s.cfg.profile == FLX_PROFILE_CODE && random.one_in(8);
            bool hit = false;
            const int expected = want.predict(g, e, rare, &hit);
            const int32_t next = flx_autoflex_predict(&af, s.cfg, s.fmt, g, e, rare);
            ASSERT_EQ(next, expected) << "N=" << int(s.fmt.mant_bits) << " M=" << int(s.fmt.exp_bits) << " profile " << s.cfg.profile << " alpha " << s.cfg.alpha
                                      << " beta " << s.cfg.beta << " gamma " << s.cfg.gamma << " window " << s.cfg.window << " G " << g << " e " << e << " rare " << rare;
            ASSERT_EQ(af.count, want.phi.size());
            for (uint32_t k = 0; k < af.count; k++) ASSERT_TRUE(af.phi[k].gamma == want.phi[k].first && static_cast<int>(af.phi[k].exp) == want.phi[k].second);
            hits += hit;
            overflows += g >= (1U << (s.fmt.mant_bits - 1)) - 1;
            low += next == 0;
            high += next == static_cast<int32_t>(top);
            zero += g == 0;
            full += af.count == s.cfg.window;
            rare_count += rare;
            changes += next != e;
            if (follow) e = next;
            else if (!steady) e = static_cast<int32_t>(random.between(0, top));
        }
    }
    printf("prediction: %llu cases; chi a power of two %llu, overflow %llu, clamp at 0 %llu, at the top %llu, G = 0 %llu, full window %llu, rare %llu, changes %llu\n",
           static_cast<unsigned long long>(cases), static_cast<unsigned long long>(hits), static_cast<unsigned long long>(overflows), static_cast<unsigned long long>(low),
           static_cast<unsigned long long>(high), static_cast<unsigned long long>(zero), static_cast<unsigned long long>(full), static_cast<unsigned long long>(rare_count),
           static_cast<unsigned long long>(changes));
    if (cases < 100000) return;
    for (uint64_t met : {hits, overflows, low, high, zero, full, rare_count, changes}) EXPECT_GT(met, cases / 1000);
}

TEST(Autoflex, InitialisationFollowsTheAlgorithm)
{
    const uint64_t cases = setting("FLX_CASES", 1000000);
    Random random = {setting("FLX_SEED", 1) + 77};
    uint64_t ends = 0, clamps = 0, give_up = 0;
    for (uint64_t i = 0; i < cases;) {
        const Tuning s = random_setup(random);
        oracle::Autoflex want = oracle_of(s);
        flx_autoflex_t af;
        flx_autoflex_reset(&af);
        int32_t e = random.one_in(2) ? flx_autoflex_first_exp(s.cfg, s.fmt) : static_cast<int32_t>(random.between(0, static_cast<uint32_t>(flx_exp_max(s.fmt))));
        for (bool done = false; !done; i++) {
            const uint32_t g = random.one_in(2) ? random.between(0, 40) : random_gamma(random, s);
            const int tries = want.tries + 1;
            const int expected = want.initialise(g, e, done);
            ASSERT_EQ(flx_autoflex_init_step(&af, s.cfg, s.fmt, g, e), expected) << "N=" << int(s.fmt.mant_bits) << " G " << g << " e " << e;
            ASSERT_EQ(af.state, done ? FLX_AF_RUN : FLX_AF_INIT);
            ASSERT_EQ(af.tries, static_cast<uint32_t>(want.tries));
            ends += done;
            clamps += done && (expected == 0 || expected == flx_exp_max(s.fmt));
            give_up += done && tries == 10;
            e = expected;
        }
    }
    printf("initialisation: %llu tries, %llu searches, %llu at a clamp, %llu given up\n", static_cast<unsigned long long>(cases), static_cast<unsigned long long>(ends),
           static_cast<unsigned long long>(clamps), static_cast<unsigned long long>(give_up));
    if (cases >= 100000) {
        EXPECT_GT(clamps, 0U);
        EXPECT_GT(give_up, 0U);
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
