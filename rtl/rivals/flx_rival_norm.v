// flx_rival_norm.v - left shift that brings the leading one to the top bit, at most limit_i places. Twin: docs/rivals.md
// SPDX-License-Identifier: Apache-2.0
//
// SERIAL = 1: stage by stage from the largest shift down, each stage a zero test of the top bits: the smallest leading-zero count.
// SERIAL = 0: a leading-zero tree beside the data, then a barrel shifter: about 30 % faster, larger. An all-zero word shifts by
// 2^STAGES - 1 or by limit_i. Combinational.
`default_nettype none
module flx_rival_norm #(
    parameter WIDTH   = 28,
    parameter STAGES  = 5,              // 2^STAGES places are searched; 2^(STAGES - 1) < WIDTH
    parameter LIMITED = 0,              // 0: limit_i is ignored
    parameter SERIAL  = 1
) (
    input  wire [WIDTH-1:0]  data_i,
    input  wire [STAGES-1:0] limit_i,
    input  wire              fill_i,            // shifted in from below
    output wire [WIDTH-1:0]  data_o,
    output wire [STAGES-1:0] count_o
);
    localparam FULL = 1 << STAGES;
    genvar s;
    generate
        if (SERIAL != 0 && LIMITED == 0) begin : g_serial
            wire unused = &{1'b0, limit_i};
            for (s = STAGES - 1; s >= 0; s = s - 1) begin : g_stage
                localparam STEP = 1 << s;
                wire [WIDTH-1:0] in, out;
                wire             zero;
                if (s == STAGES - 1) begin : g_first
                    assign in = data_i;
                end else begin : g_next
                    assign in = g_stage[s+1].out;
                end
                assign zero = ~|in[WIDTH-1 -: STEP];
                assign out  = zero ? {in[WIDTH-STEP-1:0], {STEP{fill_i}}} : in;
                assign count_o[s] = zero;
            end
            assign data_o = g_stage[0].out;
        end else begin : g_tree
            // marked: a one where the limit stops the search
            wire [FULL-1:0] marked;
            wire [FULL-1:0] stop = LIMITED != 0 ? {1'b1, {FULL-1{1'b0}}} >> limit_i : {FULL{1'b0}};
            if (WIDTH < FULL) begin : g_short
                assign marked = {data_i, {FULL-WIDTH{1'b0}}} | stop;
            end else begin : g_long
                assign marked = data_i[WIDTH-1 -: FULL] | stop;
            end
            // node s, n: leading zeros of 2^s bits; all zero when its valid bit is 0
            for (s = 0; s < STAGES; s = s + 1) begin : g_level
                localparam NODES = FULL >> (s + 1);
                wire [NODES-1:0]       some;
                wire [NODES*(s+1)-1:0] count;
                genvar n;
                for (n = 0; n < NODES; n = n + 1) begin : g_node
                    if (s == 0) begin : g_leaf
                        assign some[n]  = marked[2*n+1] | marked[2*n];
                        assign count[n] = !marked[2*n+1];
                    end else begin : g_inner
                        wire high = g_level[s-1].some[2*n+1];
                        assign some[n] = high | g_level[s-1].some[2*n];
                        assign count[n*(s+1) +: s+1] = {!high, high ? g_level[s-1].count[(2*n+1)*s +: s] : g_level[s-1].count[2*n*s +: s]};
                    end
                end
            end
            assign count_o = g_level[STAGES-1].count;
            assign data_o  = (data_i << count_o) | ({WIDTH{fill_i}} & ~({WIDTH{1'b1}} << count_o));
            wire unused = &{1'b0, limit_i, g_level[STAGES-1].some};
        end
    endgenerate
endmodule
`default_nettype wire
