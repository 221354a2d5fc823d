// flx_rival_pe.v - processing element of a rival format: a step and its accumulator, behind the registers of flx_rival_cluster.v. Twin: rtl/array/flx_pe.v
// SPDX-License-Identifier: Apache-2.0
//
// KIND, LANES, SUBNORMAL, SERIAL, FAST: flx_rival_step.v. a_i and b_i are registered operands, first_i is beside the operand of the accumulation.
// PE_PIPE = 0: the accumulator holds the sum one cycle later. PE_PIPE = 1: a register between product (LANES > 1: sum of products) and
// accumulation, one cycle more. PE_PIPE = 2 (LANES > 1): products and their greatest exponent registered too. The accumulation itself is always
// one cycle, so a beat per cycle goes into one accumulator, as in flx_pe.
`default_nettype none
module flx_rival_pe #(
    parameter KIND      = 3,
    parameter LANES     = 1,
    parameter PE_PIPE   = 0,
    parameter SUBNORMAL = 1,
    parameter SERIAL    = 1,
    parameter FAST      = 0,
    parameter IN_BITS   = KIND == 0 ? 8 : KIND == 5 ? 32 : 16,                                                                              // derived
    parameter ACC_BITS  = KIND == 1 || KIND == 2 ? 16 : 32,                                                                                 // derived
    parameter B_BITS    = FAST != 0 ? IN_BITS : KIND == 0 ? 13 : KIND == 5 ? 44 : KIND == 1 || KIND == 3 ? 20 : SUBNORMAL != 0 ? 23 : 22   // derived
) (
    input  wire                     clk_i,
    input  wire                     first_i,
    input  wire [LANES*IN_BITS-1:0] a_i,
    input  wire [LANES*B_BITS-1:0]  b_i,
    output wire [ACC_BITS-1:0]      acc_o
);
    reg  [ACC_BITS-1:0] acc_q;
    wire [ACC_BITS-1:0] acc_d;
    wire [ACC_BITS-1:0] start = acc_q & {ACC_BITS{!first_i}};

    flx_rival_step #(.KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(FAST)) u_step (
        .clk_i(clk_i), .a_i(a_i), .b_i(b_i), .acc_i(start), .acc_o(acc_d)
    );
    always @(posedge clk_i) acc_q <= acc_d;
    assign acc_o = acc_q;
endmodule
`default_nettype wire
