// flx_rival_pipe.v - delays a word by DEPTH registers (0: none), with reset where rst_ni is wired. Twin: rtl/array/flx_skew.v (without reset)
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module flx_rival_pipe #(
    parameter WIDTH = 8,
    parameter DEPTH = 1
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [WIDTH-1:0] data_i,
    output wire [WIDTH-1:0] data_o
);
    genvar d;
    generate
        if (DEPTH == 0) begin : g_none
            wire unused = &{1'b0, clk_i, rst_ni};
            assign data_o = data_i;
        end else begin : g_delay
            for (d = 0; d < DEPTH; d = d + 1) begin : g_step
                reg [WIDTH-1:0] data_q;
                if (d == 0) begin : g_in
                    always @(posedge clk_i) data_q <= rst_ni ? data_i : {WIDTH{1'b0}};
                end else begin : g_next
                    always @(posedge clk_i) data_q <= rst_ni ? g_step[d-1].data_q : {WIDTH{1'b0}};
                end
            end
            assign data_o = g_step[DEPTH-1].data_q;
        end
    endgenerate
endmodule
`default_nettype wire
