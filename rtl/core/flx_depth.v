// flx_depth.v - can a sum of K products overflow the accumulator, given what the operands hold? Twin: flx_depth_fits of cmodel/golden/flx_format.c
// SPDX-License-Identifier: Apache-2.0
//
// fits_o = K G_a G_b < 2^(ACC_BITS-1), exact, G up to 2^(N-1). Serial, lowest bit first: one adder multiplies G_b by G_a, then their product by K. Of the last
// product only what stands above bit FLX_DIM_BITS is kept: the bound is a multiple of it. start_i takes gamma_b_i as it is in that cycle; done_o is high
// in cycle MANT_BITS + FLX_DIM_BITS + 1 after it, with fits_o. gamma_a_i and k_i are stable from start_i
// to done_o.
`default_nettype none
`include "flx_defs.vh"
module flx_depth #(
    parameter MANT_BITS = 16,
    parameter ACC_BITS  = 48
) (
    input  wire                     clk_i,
    input  wire                     rst_ni,
    input  wire                     start_i,
    input  wire [`FLX_DIM_BITS-1:0] k_i,
    input  wire [MANT_BITS-1:0]     gamma_a_i,
    input  wire [MANT_BITS-1:0]     gamma_b_i,
    output wire                     done_o,
    output wire                     fits_o
);
    localparam N = MANT_BITS;
    localparam P = 2 * MANT_BITS - 1;                   // bits of G_a G_b
    localparam BOUND = ACC_BITS - 1 - `FLX_DIM_BITS;    // a bit of high_q from here on: too large
    localparam [31:0] LAST_G = MANT_BITS - 1, LAST_K = `FLX_DIM_BITS - 1;

    reg          active_q, second_q, done_q;    // second_q: the product is multiplied by K
    reg  [4:0]   bit_q;                         // of G_a, then of K
    reg  [`FLX_DIM_BITS-1:0] by_q;              // G_a, then K, from that bit on
    reg  [P-1:0] factor_q;                      // G_b, then the product
    reg  [P-1:0] high_q;                        // the sum so far, shifted right once a bit
    reg  [N-1:1] low_q;                         // what went out of it; of G_a G_b, bit 0 goes straight on

    wire [P:0]   sum  = {1'b0, high_q} + {1'b0, factor_q & {P{by_q[0]}}};
    wire [31:0]  at   = {27'd0, bit_q};
    wire         last = active_q && at == (second_q ? LAST_K : LAST_G);

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            active_q <= 1'b0;
            done_q   <= 1'b0;
        end else begin
            done_q <= last && second_q;
            if (start_i) active_q <= 1'b1;
            else if (last && second_q) active_q <= 1'b0;
        end
        if (start_i) begin
            second_q <= 1'b0;
            bit_q    <= 5'd0;
            by_q     <= {{`FLX_DIM_BITS-N{1'b0}}, gamma_a_i};
            factor_q <= {{P-N{1'b0}}, gamma_b_i};
            high_q   <= {P{1'b0}};
        end else if (last && !second_q) begin
            second_q <= 1'b1;
            bit_q    <= 5'd0;
            by_q     <= k_i;
            factor_q <= {sum[N-1:1], sum[0], low_q[N-1:1]};
            high_q   <= {P{1'b0}};
        end else if (active_q) begin
            bit_q  <= bit_q + 5'd1;
            by_q   <= by_q >> 1;
            high_q <= sum[P:1];
            low_q  <= {sum[0], low_q[N-1:2]};
        end
    end

    assign done_o = done_q;
    assign fits_o = high_q[P-1:BOUND] == {P-BOUND{1'b0}};
endmodule
`default_nettype wire
