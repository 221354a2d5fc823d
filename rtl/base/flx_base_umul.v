// flx_base_umul.v - unsigned product of two BITS-wide significands. Twin: rtl/flx_dot.v (the signed one, with lanes)
//
// BOOTH = 0: `*`, whose AND rows Yosys sums in one carry-save tree. BOOTH = 1: radix-4 Booth rows, BITS / 2 + 1 of them in one sum,
// built like flx_dot.v. docs/baselines.md says which is smaller at which width. Combinational.
`default_nettype none
module flx_base_umul #(
    parameter BITS  = 8,
    parameter BOOTH = 0
) (
    input  wire [BITS-1:0]   a_i,
    input  wire [BITS-1:0]   b_i,
    output wire [2*BITS-1:0] p_o
);
    localparam N      = BITS + 1;           // a with a sign bit, which is 0
    localparam DIGITS = BITS / 2 + 1;
    localparam W      = 2 * BITS;

    function [W-1:0] correction(input integer unused);
        integer i;
        begin
            correction = {W{1'b0}};
            for (i = 0; i < DIGITS - 1; i = i + 1)
                correction = correction - ({{W-1{1'b0}}, 1'b1} << (N + 2 * i + 0 * unused));
        end
    endfunction
    localparam [W-1:0] CORRECTION = correction(0);

    `include "flx_booth.vh"

    generate
        if (BOOTH == 0) begin : g_rows
            assign p_o = a_i * b_i;
        end else begin : g_booth
            // The top digit is 0 or 1 (BITS even) or 0, 1, 2 (BITS odd), never negative: a row without inverted sign.
            wire [2*DIGITS:0] digits  = {{2*DIGITS-BITS{1'b0}}, b_i, 1'b0};
            wire [2:0]        top     = digits[2*DIGITS -: 3];
            wire [N-1:0]      top_row = ({1'b0, a_i} & {N{top[1] ^ top[0]}}) | ({a_i, 1'b0} & {N{top[1] && top[0]}});
            wire              unused  = top[2];
            reg [W-1:0] sum;
            reg [N:0]   row;
            reg         neg;
            integer     d;
            always @* begin
                sum = CORRECTION + ({{W-N{1'b0}}, top_row} << (2 * DIGITS - 2));
                for (d = 0; d < DIGITS - 1; d = d + 1) begin
                    {neg, row} = flx_booth({1'b0, a_i}, digits[2*d +: 3]);
                    sum = sum + ({{W-N-1{1'b0}}, row} << (2 * d)) + ({{W-1{1'b0}}, neg} << (2 * d));
                end
            end
            assign p_o = sum;
        end
    endgenerate
endmodule
`default_nettype wire
