// flx_rival_add.v - floating-point sum, rounded once to nearest even. Twin: verif/rivals/oracle.cc
// SPDX-License-Identifier: Apache-2.0
//
// Words are {sign, EXP_BITS exponent, FRAC_BITS fraction}, IEEE 754 encoding. SUBNORMAL = 0: subnormal inputs count as zero of their sign
// and a result below the least normal number, after rounding, is zero of its sign. Overflow gives infinity; NaN, and infinity minus
// infinity, the one quiet NaN {0, ones, 1, 0...}; x + (-x) = +0. Precondition with SUBNORMAL = 0: an exponent of 0 has fraction 0, and a
// NaN has the fraction's top bit set: what this block and flx_rival_mul deliver. Combinational.
//
// One path: order by magnitude, align with guard, round and sticky bit, add or subtract, normalise left from the carry's place, round.
`default_nettype none
module flx_rival_add #(
    parameter EXP_BITS  = 8,
    parameter FRAC_BITS = 7,
    parameter SUBNORMAL = 0,
    parameter SERIAL    = 1             // flx_rival_norm.v
) (
    input  wire [EXP_BITS+FRAC_BITS:0] x_i,
    input  wire [EXP_BITS+FRAC_BITS:0] y_i,
    output wire [EXP_BITS+FRAC_BITS:0] z_o
);
    localparam E = EXP_BITS;
    localparam F = FRAC_BITS;
    localparam M = F + 1;                               // significand
    localparam A = M + 2;                               // with guard and round bit
    localparam V = A + 2;                               // with carry above and sticky bit below
    localparam STAGES = V <= 16 ? 4 : 5;
    localparam [E-1:0] ONES = {E{1'b1}};

    // larger, smaller; the borrow of x - y: of `>` Yosys makes either this or y - x and a test for zero, by the signals' names
    wire         sub  = x_i[E+F] ^ y_i[E+F];
    wire [E+F:0] below = {1'b0, x_i[E+F-1:0]} - {1'b0, y_i[E+F-1:0]};
    wire         swap  = below[E+F];
    wire         unused_below = &{1'b0, below[E+F-1:0]};
    wire [E+F:0] l = swap ? y_i : x_i;
    wire [E+F:0] s = swap ? x_i : y_i;
    wire [E-1:0] l_exp = l[E+F-1:F];
    wire [E-1:0] s_exp = s[E+F-1:F];
    wire         s_normal = |s_exp;
    wire         l_normal = |l_exp;
    wire         l_hidden = SUBNORMAL != 0 ? l_normal : 1'b1;           // two zeros: exponent 0 flushes the 1
    wire [E-1:0] l_eff = SUBNORMAL != 0 ? {l_exp[E-1:1], l_exp[0] | !l_normal} : l_exp;
    wire [E-1:0] s_eff = SUBNORMAL != 0 ? {s_exp[E-1:1], s_exp[0] | !s_normal} : s_exp;

    // align
    wire [E-1:0]   distance = l_eff - s_eff;
    wire           far      = E > STAGES && |(distance >> STAGES);
    wire [A-1:0]   aligned;
    wire [A-1:0]   s_sig    = {s_normal, s[F-1:0], 2'b00};
    genvar i;
    generate
        for (i = 0; i < STAGES; i = i + 1) begin : g_align
            localparam STEP = (1 << i) < A ? 1 << i : A;
            wire [A-1:0] in, out;
            wire         dropped, lost;
            if (i == 0) begin : g_first
                assign in = s_sig;
                assign lost = dropped;
            end else begin : g_next
                assign in = g_align[i-1].out;
                assign lost = g_align[i-1].lost | dropped;
            end
            assign out     = distance[i] ? in >> STEP : in;
            assign dropped = distance[i] & |in[STEP-1:0];
        end
    endgenerate
    assign aligned = far ? {A{1'b0}} : g_align[STAGES-1].out;
    wire sticky = g_align[STAGES-1].lost | (far & s_normal);

    // add or subtract: the sticky bit is the operand's lowest
    wire [A-1:0] addend = aligned ^ {A{sub}};
    wire [A+1:0] total  = {1'b0, l_hidden, l[F-1:0], 2'b00, 1'b1} + {sub, addend, sub & !sticky};
    wire [V-1:0] sum    = {total[A+1:1], sticky};

    // normalise: the top bit stands for a carry, so that a sum without carry or loss shifts by one
    wire [V-1:0]      norm;
    wire [STAGES-1:0] count;
    localparam [STAGES-1:0] NO_LIMIT = {STAGES{1'b1}};
    wire [STAGES-1:0] limit;
    generate
        if (SUBNORMAL != 0) begin : g_limit
            assign limit = |(l_eff >> STAGES) ? NO_LIMIT : l_eff[STAGES-1:0];
        end else begin : g_no_limit
            assign limit = NO_LIMIT;
        end
    endgenerate
    flx_rival_norm #(.WIDTH(V), .STAGES(STAGES), .LIMITED(SUBNORMAL), .SERIAL(SERIAL)) u_norm (
        .data_i(sum), .limit_i(limit), .fill_i(1'b0), .data_o(norm), .count_o(count)
    );

    // round, exponent
    wire         up      = norm[V-M-1] & (|norm[V-M-2:0] | norm[V-M]);
    wire [F:0]   rounded = {1'b0, norm[V-2 -: F]} + {{F{1'b0}}, up};
    wire [E:0]   base    = {1'b0, l_eff} - {{E+1-STAGES{1'b0}}, count};
    wire         hidden  = norm[V-1];
    wire [E:0]   exp     = base + {{E{1'b0}}, 1'b1} + {{E{1'b0}}, rounded[F]};
    wire         nothing = SUBNORMAL != 0 ? 1'b0 : (exp[E] | ~|exp[E-1:0] | !hidden);
    wire         special = &l_exp;
    wire         nan     = special & (l[F-1] | (sub & (&s_exp)));
    wire         inf     = special | (exp[E-1:0] == ONES & !exp[E]);
    wire         zero    = SUBNORMAL != 0 ? !(|total[A+1:1]) : !l_normal | !(|total[A+1:1]);
    wire [E-1:0] exp_out = SUBNORMAL != 0 && !hidden ? {{E-1{1'b0}}, rounded[F]} : exp[E-1:0];
    wire unused = &{1'b0, s[E+F], total[0]};
    assign z_o = {l[E+F] & !(sub & zero) & !nan,
                  inf ? ONES : nothing ? {E{1'b0}} : exp_out,
                  inf | nothing ? {nan, {F-1{1'b0}}} : rounded[F-1:0]};
endmodule
`default_nettype wire
