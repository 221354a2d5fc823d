// flx_rival_facc.v - adds flx_rival_fdot's integer to a binary32 accumulator: one alignment, one normalisation, one rounding. Twin: verif/rivals/oracle.cc
// SPDX-License-Identifier: Apache-2.0
//
// acc_o = round(sum * 2^(exp - 127 - 24) + acc): both on the scale of the greater of exp_i and acc's exponent field (2^-24 of it; the
// accumulator's significand has 23 fraction bits), the one of less exponent truncated downwards there (towards minus infinity), their sum exact,
// then rounded to nearest even. Below the least normal number, after rounding: zero of its sign; overflow: infinity; a sum of 0: +0.
// special_i = {NaN, +infinity, -infinity}. Precondition: acc_i has no subnormals. Combinational.
`default_nettype none
module flx_rival_facc #(
    parameter SUM_BITS = 29,            // 24 fraction bits
    parameter SERIAL   = 1
) (
    input  wire [SUM_BITS-1:0] sum_i,
    input  wire [9:0]          exp_i,
    input  wire [2:0]          special_i,
    input  wire [31:0]         acc_i,
    output wire [31:0]         acc_o
);
    localparam S = SUM_BITS;
    localparam T = S + 1;               // total
    localparam integer TOP = S - 25;    // place of the total's top magnitude bit above the exponent's own

    // the accumulator as an integer of the same fraction, negative in one's complement: + acc_neg
    wire         acc_normal = |acc_i[30:23];
    wire         acc_neg    = acc_i[31] & acc_normal;
    wire [S-1:0] acc_mant   = {{S-25{acc_neg}}, {acc_normal, acc_i[22:0], 1'b0} ^ {25{acc_neg}}};

    // align. One's complement shifted is the shifted magnitude's complement: the accumulator is truncated towards zero.
    wire [9:0]   acc_exp  = {2'b00, acc_i[30:23]};
    wire [9:0]   less     = exp_i - acc_exp;            // in -381 .. 383
    wire         by_sum   = !less[9];                   // the sum has the greater exponent
    wire [9:0]   exp      = by_sum ? exp_i : acc_exp;
    wire [9:0]   distance = by_sum ? less : ~less + 10'd1;
    wire [S-1:0] greater      = by_sum ? sum_i : acc_mant;
    wire signed [S-1:0] lesser = by_sum ? acc_mant : sum_i;
    wire [S-1:0] shifted  = lesser >>> distance[4:0];
    wire [S-1:0] aligned  = |distance[9:5] ? {S{lesser[S-1]}} : shifted;
    wire [T-1:0] total    = {greater[S-1], greater} + {aligned[S-1], aligned} + {{T-1{1'b0}}, acc_neg};

    // |total| = (total ^ sign) + sign: the 1 enters below the shifted bits, which are filled with sign, and joins the rounding.
    wire         sign = total[T-1];
    wire [T-1:0] norm;
    wire [4:0]   count;
    flx_rival_norm #(.WIDTH(T), .STAGES(5), .SERIAL(SERIAL)) u_norm (
        .data_i({total[T-2:0] ^ {T-1{sign}}, sign}), .limit_i(5'd0), .fill_i(sign), .data_o(norm), .count_o(count)
    );
    wire         ones    = &norm[T-26:0];
    wire         half    = norm[T-25] ^ (sign & ones);
    wire         rest    = sign ? !ones : |norm[T-26:0];
    wire         up      = (norm[T-25] & sign & ones) | (half & (rest | norm[T-24]));
    wire [23:0]  rounded = {1'b0, norm[T-2 -: 23]} + {23'd0, up};
    wire [9:0]   field   = exp + TOP[9:0] - {5'd0, count} + {9'd0, rounded[23]};
    wire         nothing = field[9] | ~|field | !norm[T-1];
    wire         over    = !field[9] & (field[8] | &field[7:0]);

    wire acc_top = &acc_i[30:23];
    wire acc_inf = acc_top & !acc_i[22];
    wire pos     = special_i[1] | (acc_inf & !acc_i[31]);
    wire neg     = special_i[0] | (acc_inf & acc_i[31]);
    wire nan     = special_i[2] | (acc_top & acc_i[22]) | (pos & neg);
    wire special = nan | pos | neg;
    wire inf     = special | (over & norm[T-1]);
    assign acc_o = {special ? neg & !nan : sign, inf ? 8'hff : field[7:0] & {8{!nothing}},
                    inf | nothing ? {nan, 22'd0} : rounded[22:0]};
endmodule
`default_nettype wire
