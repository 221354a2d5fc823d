// flx_depth.v - can a sum of K products overflow the accumulator, given what the operands hold? Twin: flx_depth_fits of cmodel/golden/flx_format.c
//
// fits_o = K G_a G_b < 2^(ACC_BITS-1), exact, G up to 2^(N-1). Serial: one adder multiplies G_a by G_b, then K by their product,
// highest bit first. start_i takes gamma_b_i as it is in that cycle; done_o is high in cycle MANT_BITS + FLX_DIM_BITS after it, with fits_o.
// gamma_a_i and k_i are stable from start_i to done_o.
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
    localparam P = 2 * MANT_BITS - 1;       // bits of G_a G_b
    localparam S = ACC_BITS - 1;            // bits of a sum that fits
    localparam [31:0] LAST_G = MANT_BITS - 1, LAST_K = `FLX_DIM_BITS - 1;

    reg          active_q, second_q, over_q;    // second_q: K is multiplied by the product
    reg  [4:0]   bit_q;                         // of G_a, then of K
    reg  [P-1:0] factor_q;                      // G_b, then the product
    reg  [S-1:0] sum_q;

    wire [31:0]  bits = second_q ? {{32-`FLX_DIM_BITS{1'b0}}, k_i} : {{32-N{1'b0}}, gamma_a_i};
    wire [P-1:0] term = factor_q & {P{bits[bit_q]}};
    wire [S+1:0] sum  = {1'b0, sum_q, 1'b0} + {{S+2-P{1'b0}}, term};
    wire         over = over_q || sum[S+1:S] != 2'b00;
    wire         last = active_q && bit_q == 5'd0;

    always @(posedge clk_i) begin
        if (!rst_ni) active_q <= 1'b0;
        else if (start_i) active_q <= 1'b1;
        else if (last && second_q) active_q <= 1'b0;
        if (start_i) begin
            second_q <= 1'b0;
            over_q   <= 1'b0;
            bit_q    <= LAST_G[4:0];
            factor_q <= {{P-N{1'b0}}, gamma_b_i};
            sum_q    <= {S{1'b0}};
        end else if (last) begin
            second_q <= 1'b1;
            bit_q    <= LAST_K[4:0];
            factor_q <= sum[P-1:0];
            sum_q    <= {S{1'b0}};
        end else begin
            over_q <= over;
            bit_q  <= bit_q - 5'd1;
            sum_q  <= sum[S-1:0];
        end
    end

    assign done_o = last && second_q;
    assign fits_o = !over;
endmodule
`default_nettype wire
