// flx_rival_mul.v - floating-point product in the accumulator's format, rounded at most once, to nearest even. Twin: verif/rivals/oracle.cc
// SPDX-License-Identifier: Apache-2.0
//
// In: {sign, EXP_BITS, FRAC_BITS}; out: {sign, OUT_EXP_BITS, OUT_FRAC_BITS}, IEEE 754 encoding. The output is the input's format (rounded), or one
// with at least 2 FRAC_BITS + 1 fraction bits, in which every product of significands is exact. SUBNORMAL = 0: subnormal inputs count as zero, a
// result below the least normal number, after rounding, is zero of its sign. SUBNORMAL = 1: input subnormals count; output subnormals
// too where the formats are equal (the wider format is wide enough to need none). NaN is {0, ones, 1, 0..}. FAST = 0: b_i is flx_rival_edge.v's word.
// Combinational.
`default_nettype none
module flx_rival_mul #(
    parameter EXP_BITS      = 8,
    parameter FRAC_BITS     = 7,
    parameter OUT_EXP_BITS  = 8,
    parameter OUT_FRAC_BITS = 7,
    parameter SUBNORMAL     = 0,
    parameter FAST          = 1,
    parameter SERIAL        = 1,
    parameter REST          = SUBNORMAL != 0 ? FRAC_BITS + 1 : FRAC_BITS,                                               // derived
    parameter B_BITS        = 1 + EXP_BITS + (FAST != 0 ? FRAC_BITS : 3 * (REST / 2) + 1 + REST % 2)                   // derived
) (
    input  wire [EXP_BITS+FRAC_BITS:0]         a_i,
    input  wire [B_BITS-1:0]                   b_i,
    output wire [OUT_EXP_BITS+OUT_FRAC_BITS:0] p_o
);
    localparam E  = EXP_BITS;
    localparam F  = FRAC_BITS;
    localparam M  = F + 1;
    localparam P  = 2 * M;
    localparam OE = OUT_EXP_BITS;
    localparam OF = OUT_FRAC_BITS;
    localparam X  = (OE > E ? OE : E) + 2;              // exponents with sign and overflow
    localparam ROUNDED = OF < P - 1 ? 1 : 0;
    localparam integer REBIAS = (1 << (OE - 1)) - 1 - 2 * ((1 << (E - 1)) - 1);     // a's + b's field + this = the result's field
    localparam [OE-1:0] ONES = {OE{1'b1}};

    localparam HIDDEN = SUBNORMAL != 0 ? 0 : 1;
    localparam DIGITS = FAST != 0 ? REST : B_BITS - E - 1;         // wires of b's significand
    wire [E-1:0]      a_exp, b_exp;
    wire [REST-1:0]   a_rest;
    wire [DIGITS-1:0] b_rest;
    wire a_sign, a_nan, a_top, a_zero;
    wire b_sign, b_nan, b_top, b_zero;
    flx_rival_operand #(.EXP_BITS(E), .FRAC_BITS(F), .SUBNORMAL(SUBNORMAL)) u_a (
        .word_i(a_i), .sign_o(a_sign), .exp_o(a_exp), .nan_o(a_nan), .top_o(a_top), .zero_o(a_zero), .rest_o(a_rest)
    );
    flx_rival_operand #(.EXP_BITS(E), .FRAC_BITS(F), .SUBNORMAL(SUBNORMAL), .FAST(FAST)) u_b (
        .word_i(b_i), .sign_o(b_sign), .exp_o(b_exp), .nan_o(b_nan), .top_o(b_top), .zero_o(b_zero), .rest_o(b_rest)
    );
    wire zero = a_zero | b_zero;
    wire nan  = a_nan | b_nan | (a_top & b_zero) | (b_top & a_zero);
    wire sign = a_sign ^ b_sign;

    wire [P-1:0] product;
    flx_rival_umul #(.BITS(M), .HIDDEN(HIDDEN), .FAST(FAST)) u_umul (
        .a_i({{HIDDEN{1'b1}}, a_rest}), .b_i(b_rest), .p_o(product)
    );

    wire [OE-1:0] exp;          // of a finite product
    wire [OF-1:0] frac;
    wire          overflow;
    generate
        if (SUBNORMAL == 0) begin : g_flush
            wire          high = product[P-1];
            wire [P-2:0]  norm = high ? product[P-1:1] : product[P-2:0];      // leading one on top; what high drops joins the sticky bit
            wire          carry;
            wire [X-1:0]  field;
            if (ROUNDED != 0) begin : g_round
                wire sticky = |norm[P-OF-4:0] | (high & product[0]);
                wire up     = norm[P-OF-3] & (sticky | norm[P-OF-2]);
                assign {carry, frac} = {1'b0, norm[P-3 -: OF]} + {{OF{1'b0}}, up};
            end else begin : g_exact
                assign carry = 1'b0;
                assign frac  = {(high ? product[P-2:0] : {product[P-3:0], 1'b0}), {OF-P+1{1'b0}}};
                wire unused  = &{1'b0, norm};
            end
            assign field    = {{X-E{1'b0}}, a_exp} + {{X-E{1'b0}}, b_exp} + {{X-1{1'b0}}, high | carry} + REBIAS[X-1:0];
            wire under      = field[X-1] | ~|field[X-2:0] | zero;
            assign overflow = !field[X-1] & (field[X-2] | (field[OE-1:0] == ONES));
            assign exp      = field[OE-1:0] & {OE{!under}};
            assign p_o = {sign & !nan, exp | {OE{a_top | b_top | (overflow & !zero)}},
                          (a_top | b_top | overflow | under) ? {nan, {OF-1{1'b0}}} : frac};
        end else begin : g_subnormal
            wire [X-1:0] sum = {{X-E{1'b0}}, a_exp} + {{X-E{1'b0}}, b_exp} + REBIAS[X-1:0];
            localparam STAGES = ROUNDED != 0 ? 4 : 5;       // rounded: two subnormal operands give zero or the sticky bit, however placed
            wire [P-1:0]      norm;
            wire [STAGES-1:0] count, limit;
            flx_rival_norm #(.WIDTH(P), .STAGES(STAGES), .LIMITED(ROUNDED), .SERIAL(SERIAL)) u_norm (
                .data_i(product), .limit_i(limit), .fill_i(1'b0), .data_o(norm), .count_o(count)
            );
            if (ROUNDED != 0) begin : g_round
                // left to the leading one or to exponent 1; right where even the product's own exponent lies below that
                assign limit = sum[X-1] ? 4'd0 : |sum[X-2:4] ? 4'd15 : sum[3:0];
                wire [X-1:0]  right = {X{sum[X-1]}} & -sum;
                localparam    K = OF + 2;                   // hidden, fraction, round bit
                wire [K-1:0]  kept0 = norm[P-1 -: K];
                genvar i;
                for (i = 0; i < 4; i = i + 1) begin : g_right
                    localparam STEP = 1 << i;
                    wire [K-1:0] in, out;
                    wire         earlier, lost;
                    if (i == 0) begin : g_first
                        assign in = kept0;
                        assign earlier = |norm[P-K-1:0];
                    end else begin : g_next
                        assign in = g_right[i-1].out;
                        assign earlier = g_right[i-1].lost;
                    end
                    assign out  = right[i] ? in >> STEP : in;
                    assign lost = earlier | (right[i] & |in[STEP-1:0]);
                end
                wire [K-1:0] kept   = g_right[3].out;
                wire         up     = kept[0] & (g_right[3].lost | kept[1]);
                wire [X-1:0] normal = sum + {{X-1{1'b0}}, 1'b1} - {{X-4{1'b0}}, count};
                wire [X+OF-1:0] word = {kept[K-1] ? normal : {X{1'b0}}, kept[K-2:1]} + {{X+OF-1{1'b0}}, up};
                assign overflow = |word[X+OF-1:OE+OF] | (word[OE+OF-1 -: OE] == ONES);
                assign exp      = word[OE+OF-1 -: OE];
                assign frac     = word[OF-1:0];
                wire unused     = &{1'b0, right[X-1:4], nan};
            end else begin : g_exact
                assign limit    = {STAGES{1'b0}};
                assign overflow = 1'b0;
                wire [X-1:0] normal = sum + {{X-1{1'b0}}, 1'b1} - {{X-STAGES{1'b0}}, count};
                assign exp      = normal[OE-1:0];
                assign frac     = {norm[P-2:0], {OF-P+1{1'b0}}};
                wire unused     = &{1'b0, normal[X-1:OE], norm[P-1]};
            end
            wire special = a_top | b_top | overflow;
            assign p_o = {sign & !nan, special ? ONES : exp & {OE{!zero}}, special ? {nan, {OF-1{1'b0}}} : frac & {OF{!zero}}};
        end
    endgenerate
endmodule
`default_nettype wire
