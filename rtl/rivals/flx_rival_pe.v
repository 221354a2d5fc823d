// flx_rival_pe.v - processing element of a rival format: operand registers, control and ports as in flx_pe.v. Twin: rtl/array/flx_pe.v
// SPDX-License-Identifier: Apache-2.0
//
// KIND, LANES, SUBNORMAL, SERIAL, FAST: flx_rival_step.v. b_i is what flx_rival_edge.v makes of the operands, at the edge of the array.
// PE_PIPE = 0: the accumulator holds the sum in t + 2, as in flx_pe. PE_PIPE = 1: a register between product (LANES > 1: sum of products) and
// accumulation, one cycle later. PE_PIPE = 2 (LANES > 1): products and their greatest exponent registered too. The accumulation itself is always
// one cycle, so a beat per cycle goes into one accumulator, as in flx_pe. In a cycle without a beat a_i, b_i, first_i and last_i are 0.
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
    input  wire                     rst_ni,
    // from the left
    input  wire                     first_i,
    input  wire                     last_i,
    input  wire [LANES*IN_BITS-1:0] a_i,
    // from above
    input  wire [LANES*B_BITS-1:0]  b_i,
    // to the right, to below
    output wire                     first_o,
    output wire                     last_o,
    output wire [LANES*IN_BITS-1:0] a_o,
    output wire [LANES*B_BITS-1:0]  b_o,
    // to the column bus
    output wire                     done_o,
    output wire [ACC_BITS-1:0]      acc_o
);
    reg                     first_q, last_q;
    reg [LANES*IN_BITS-1:0] a_q;
    reg [LANES*B_BITS-1:0]  b_q;
    reg                     done_q;
    reg [ACC_BITS-1:0]      acc_q;
    wire [ACC_BITS-1:0]     acc_d;
    wire                    first_acc, last_acc;    // beside the operand of the accumulation

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            last_q <= 1'b0;
            done_q <= 1'b0;
        end else begin
            last_q <= last_i;
            done_q <= last_acc;
        end
        first_q <= first_i;
        a_q     <= a_i;
        b_q     <= b_i;
        acc_q   <= acc_d;
    end
    wire [ACC_BITS-1:0] start = acc_q & {ACC_BITS{!first_acc}};

    flx_rival_pipe #(.WIDTH(1), .DEPTH(PE_PIPE)) u_first (.clk_i(clk_i), .rst_ni(1'b1), .data_i(first_q), .data_o(first_acc));
    flx_rival_pipe #(.WIDTH(1), .DEPTH(PE_PIPE)) u_last (.clk_i(clk_i), .rst_ni(rst_ni), .data_i(last_q), .data_o(last_acc));
    flx_rival_step #(.KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(FAST)) u_step (
        .clk_i(clk_i), .a_i(a_q), .b_i(b_q), .acc_i(start), .acc_o(acc_d)
    );

    assign first_o = first_q;
    assign last_o  = last_q;
    assign a_o     = a_q;
    assign b_o     = b_q;
    assign done_o  = done_q;
    assign acc_o   = acc_q;
endmodule
`default_nettype wire
