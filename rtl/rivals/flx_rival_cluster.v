// flx_rival_cluster.v - CLUSTER x CLUSTER processing elements of a rival format on one set of operand registers. Twin: rtl/array/flx_cluster.v
// SPDX-License-Identifier: Apache-2.0
//
// Row r's word of a serves all columns, column c's of b all rows. Operands and control that arrive in cycle t are registered in t + 1 (and passed on, a and control
// to the right, b downwards); the accumulators hold the sum in t + 2 + PE_PIPE, done_o[r] is 1 then if the beat was the last of row r's tile.
// In a cycle without a beat a_i, b_i, first_i and last_i are 0. b_i is what flx_rival_edge.v makes of the operands, at the edge of the array.
// KIND, LANES, SUBNORMAL, SERIAL, FAST: flx_rival_step.v; PE_PIPE: flx_rival_pe.v.
`default_nettype none
module flx_rival_cluster #(
    parameter CLUSTER   = 2,
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
    input  wire                                clk_i,
    input  wire                                rst_ni,
    // from the left; row r's word of a at r LANES IN_BITS
    input  wire                                first_i,
    input  wire [CLUSTER-1:0]                  last_i,      // per row: 0 in rows without a result
    input  wire [CLUSTER*LANES*IN_BITS-1:0]    a_i,
    // from above; column c's word at c LANES B_BITS
    input  wire [CLUSTER*LANES*B_BITS-1:0]     b_i,
    // to the right, to below
    output wire                                first_o,
    output wire [CLUSTER-1:0]                  last_o,
    output wire [CLUSTER*LANES*IN_BITS-1:0]    a_o,
    output wire [CLUSTER*LANES*B_BITS-1:0]     b_o,
    // to the column buses; PE (r, c) at index r CLUSTER + c
    output wire [CLUSTER-1:0]                  done_o,
    output wire [CLUSTER*CLUSTER*ACC_BITS-1:0] acc_o
);
    localparam WORD = LANES * IN_BITS, B_WORD = LANES * B_BITS;

    reg                      first_q;
    reg [CLUSTER-1:0]        last_q, done_q;
    reg [CLUSTER*WORD-1:0]   a_q;
    reg [CLUSTER*B_WORD-1:0] b_q;
    wire                     first_acc;     // beside the operand of the accumulation
    wire [CLUSTER-1:0]       last_acc;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            last_q <= {CLUSTER{1'b0}};
            done_q <= {CLUSTER{1'b0}};
        end else begin
            last_q <= last_i;
            done_q <= last_acc;
        end
        first_q <= first_i;
        a_q     <= a_i;
        b_q     <= b_i;
    end
    flx_rival_pipe #(.WIDTH(1), .DEPTH(PE_PIPE)) u_first (.clk_i(clk_i), .rst_ni(1'b1), .data_i(first_q), .data_o(first_acc));
    flx_rival_pipe #(.WIDTH(CLUSTER), .DEPTH(PE_PIPE)) u_last (.clk_i(clk_i), .rst_ni(rst_ni), .data_i(last_q), .data_o(last_acc));

    genvar r, c;
    generate
        for (r = 0; r < CLUSTER; r = r + 1) begin : g_row
            for (c = 0; c < CLUSTER; c = c + 1) begin : g_col
                flx_rival_pe #(.KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(FAST)) u_pe (
                    .clk_i(clk_i),
                    .first_i(first_acc),
                    .a_i(a_q[r*WORD +: WORD]),
                    .b_i(b_q[c*B_WORD +: B_WORD]),
                    .acc_o(acc_o[(r*CLUSTER+c)*ACC_BITS +: ACC_BITS])
                );
            end
        end
    endgenerate

    assign first_o = first_q;
    assign last_o  = last_q;
    assign a_o     = a_q;
    assign b_o     = b_q;
    assign done_o  = done_q;
endmodule
`default_nettype wire
