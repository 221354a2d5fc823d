// dot_pair.v - one lane of flx_dot beside flx_dot_fast, for 16 values of b at a time. Twin: dot_exhaustive.cc
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module dot_pair (
    input  wire [15:0] a_i,
    input  wire [11:0] b_i,         // upper bits of b; the lower 4 are all values
    output wire        differ_o
);
    wire [15:0] differ;
    genvar g;
    generate
        for (g = 0; g < 16; g = g + 1) begin : g_low
            localparam [31:0] LOW = g;
            wire [24:0] digits;
            wire [31:0] structural, fast;
            flx_recode #(.BITS(16), .SIGNED(1)) u_recode (.b_i({b_i, LOW[3:0]}), .digits_o(digits));
            flx_dot #(.LANES(1), .MANT_BITS(16), .SUM_BITS(32)) u_dot (
                .a_i(a_i), .digits_i(digits), .add_i(32'd0), .sum_o(structural)
            );
            flx_dot_fast #(.LANES(1), .MANT_BITS(16), .SUM_BITS(32)) u_fast (
                .a_i(a_i), .b_i({b_i, LOW[3:0]}), .add_i(32'd0), .sum_o(fast)
            );
            assign differ[g] = structural != fast;
        end
    endgenerate
    assign differ_o = |differ;
endmodule
`default_nettype wire
