// flx_dot.v - sum_o = add_i + dot product of LANES pairs of mantissas, structural. Twin: rtl/flx_dot_fast.v, cmodel/flx_gemm.c
//
// The Booth rows (flx_booth.vh) of all lanes and the addend in ONE sum, which synthesis merges into one carry-save tree with one
// carry propagation. Rows are not sign-extended: each is 2^N too large, and CORRECTION takes that back for all at once.
// Exact modulo 2^SUM_BITS. Combinational.
`default_nettype none
module flx_dot #(
    parameter LANES     = 4,
    parameter MANT_BITS = 16,
    parameter SUM_BITS  = 48    // >= 2 MANT_BITS
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    input  wire [SUM_BITS-1:0]        add_i,
    output wire [SUM_BITS-1:0]        sum_o
);
    localparam N      = MANT_BITS;
    localparam DIGITS = (N + 1) / 2;

    function [SUM_BITS-1:0] correction(input integer unused);
        integer i;
        begin
            correction = {SUM_BITS{1'b0}};
            for (i = 0; i < LANES * DIGITS; i = i + 1)
                correction = correction - ({{SUM_BITS-1{1'b0}}, 1'b1} << (N + 2 * (i % DIGITS) + 0 * unused));
        end
    endfunction
    localparam [SUM_BITS-1:0] CORRECTION = correction(0);

    `include "flx_booth.vh"

    reg [SUM_BITS-1:0] sum;
    reg [2*DIGITS:0]   digits;      // b, sign-extended to whole digits, with a 0 below
    reg [N:0]          row;
    reg                neg;
    integer lane, d;
    always @* begin
        sum = add_i + CORRECTION;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            digits = {{2*DIGITS-N+1{b_i[lane*N+N-1]}}, b_i[lane*N +: N-1], 1'b0};
            for (d = 0; d < DIGITS; d = d + 1) begin
                {neg, row} = flx_booth(a_i[lane*N +: N], digits[2*d +: 3]);
                sum = sum + ({{SUM_BITS-N-1{1'b0}}, row} << (2 * d)) + ({{SUM_BITS-1{1'b0}}, neg} << (2 * d));
            end
        end
    end
    assign sum_o = sum;
endmodule
`default_nettype wire
