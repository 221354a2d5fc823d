// flx_dot_fast.v - flx_dot written with *, for long simulations. Twin: rtl/array/flx_dot.v
// SPDX-License-Identifier: Apache-2.0
//
// The same function of mantissas, without digits: equal on every operand pair of a lane (exhaustive) and proven equal per block (docs/datapath.md).
`default_nettype none
module flx_dot_fast #(
    parameter LANES     = 4,
    parameter MANT_BITS = 16,
    parameter SUM_BITS  = 48
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    input  wire [SUM_BITS-1:0]        add_i,
    output wire [SUM_BITS-1:0]        sum_o
);
    localparam N = MANT_BITS;
    reg signed [SUM_BITS-1:0] sum;
    reg signed [N-1:0]        a, b;
    integer lane;
    always @* begin
        sum = $signed(add_i);
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            a   = $signed(a_i[lane*N +: N]);
            b   = $signed(b_i[lane*N +: N]);
            sum = sum + a * b;
        end
    end
    assign sum_o = sum;
endmodule
`default_nettype wire
