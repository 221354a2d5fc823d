// dot_miter.v - flx_dot beside flx_dot_fast for every operand and addend; differ_o must be 0. Twin: formal.sh
`default_nettype none
module dot_miter #(
    parameter LANES     = 1,
    parameter MANT_BITS = 8,
    parameter SUM_BITS  = 18
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    input  wire [SUM_BITS-1:0]        add_i,
    output wire                       differ_o
);
    wire [SUM_BITS-1:0] structural, fast;
    flx_dot #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS)) u_dot (
        .a_i(a_i), .b_i(b_i), .add_i(add_i), .sum_o(structural)
    );
    flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS)) u_fast (
        .a_i(a_i), .b_i(b_i), .add_i(add_i), .sum_o(fast)
    );
    assign differ_o = structural != fast;
endmodule
`default_nettype wire
