// fourstate_tb.v - the core with X wherever hardware knows nothing: memories before their first write, data beside a valid of 0, operands that start late, padding. Twin: verif/fourstate/dump.cc
// SPDX-License-Identifier: Apache-2.0
//
// Plays +stimulus=FILE and compares every output in every cycle with ===, so an X fails. +interrupted=N plays N cycles of it before, and then resets for one cycle. Rules:
//   1. Every output is known from reset on, in every cycle, data without valid too.
//   2. handshakes and counters are those of the cycle model; the count of lost words is, at the end.
//   3. results and responses, while they are valid, are those of the golden model.
`default_nettype none
`include "flx_defs.vh"
module fourstate_tb;
    parameter ROWS = 2, COLS = 4, LANES = 2, CLUSTER = 2, MANT_BITS = 16, EXP_BITS = 5, ACC_BITS = 48, TENSORS = 16, A_DEPTH = 2, B_DEPTH = 2, C_DEPTH = 16;
    parameter CHUNK_EN = 1, STOCH_EN = 1, PE_PIPE = 0;
    localparam A = ROWS * LANES * MANT_BITS, B = COLS * LANES * MANT_BITS, C = COLS * MANT_BITS;
    localparam PERF = `FLX_PERF_COUNT * `FLX_PERF_BITS;
    localparam IN = 1 + `FLX_CMD_BITS + 1 + A + 1 + B + (ROWS + COLS) * LANES + 2, OUT = 5 + C + 1 + `FLX_RSP_BITS + PERF + 16;
    localparam FAULT = 2 + `FLX_TENSOR_BITS;

    reg clk, rst_n;
    reg [IN+OUT+FAULT-1:0] line;
    wire cmd_valid, a_valid, b_valid, c_ready, rsp_ready;
    wire [`FLX_CMD_BITS-1:0] cmd;
    wire [A-1:0] a;
    wire [B-1:0] b;
    wire [ROWS*LANES-1:0] a_padding;
    wire [COLS*LANES-1:0] b_padding;
    wire [A-1:0] a_x;       // with X in a mantissa beyond the operand, and everywhere without valid
    wire [B-1:0] b_x;
    genvar g;
    generate
        for (g = 0; g < ROWS * LANES; g = g + 1) begin : g_a
            assign a_x[g*MANT_BITS +: MANT_BITS] = a_valid && !a_padding[g] ? a[g*MANT_BITS +: MANT_BITS] : {MANT_BITS{1'bx}};
        end
        for (g = 0; g < COLS * LANES; g = g + 1) begin : g_b
            assign b_x[g*MANT_BITS +: MANT_BITS] = b_valid && !b_padding[g] ? b[g*MANT_BITS +: MANT_BITS] : {MANT_BITS{1'bx}};
        end
    endgenerate
    assign {rsp_ready, c_ready, b_padding, a_padding, b, b_valid, a, a_valid, cmd, cmd_valid} = line[IN-1:0];

    wire cmd_ready, a_ready, b_ready, c_valid, c_last, rsp_valid;
    wire [C-1:0] c;
    wire [`FLX_RSP_BITS-1:0] rsp;
    wire [PERF-1:0] perf;
    wire [15:0] ecc_corrected, ecc_uncorrectable;
    flx_core #(
        .ROWS(ROWS), .COLS(COLS), .LANES(LANES), .CLUSTER(CLUSTER), .MANT_BITS(MANT_BITS), .EXP_BITS(EXP_BITS), .ACC_BITS(ACC_BITS), .TENSORS(TENSORS),
        .A_DEPTH(A_DEPTH), .B_DEPTH(B_DEPTH), .C_DEPTH(C_DEPTH), .CHUNK_EN(CHUNK_EN), .STOCH_EN(STOCH_EN), .PE_PIPE(PE_PIPE)
    ) u_core (
        .clk_i(clk), .rst_ni(rst_n),
        .cmd_valid_i(cmd_valid), .cmd_ready_o(cmd_ready), .cmd_data_i(cmd_valid ? cmd : {`FLX_CMD_BITS{1'bx}}),
        .a_valid_i(a_valid), .a_ready_o(a_ready), .a_data_i(a_x),
        .b_valid_i(b_valid), .b_ready_o(b_ready), .b_data_i(b_x),
        .c_valid_o(c_valid), .c_ready_i(c_ready), .c_data_o(c), .c_last_o(c_last),
        .rsp_valid_o(rsp_valid), .rsp_ready_i(rsp_ready), .rsp_data_o(rsp),
        .perf_o(perf), .ecc_corrected_o(ecc_corrected), .ecc_uncorrectable_o(ecc_uncorrectable)
    );

    wire e_cmd_ready, e_a_ready, e_b_ready, e_c_valid, e_c_last, e_rsp_valid;
    wire [C-1:0] e_c;
    wire [`FLX_RSP_BITS-1:0] e_rsp;
    wire [PERF-1:0] e_perf;
    wire [15:0] e_lost;
    wire fault_entry, fault_stats;
    wire [`FLX_TENSOR_BITS-1:0] fault_tensor;
    assign {fault_tensor, fault_stats, fault_entry} = line[IN+OUT+FAULT-1:IN+OUT];
    assign {e_lost, e_perf, e_rsp, e_rsp_valid, e_c, e_c_last, e_c_valid, e_b_ready, e_a_ready, e_cmd_ready} = line[IN+OUT-1:IN];

    integer cycle, errors, file, got, before;
    reg [8*256-1:0] path;
    reg [15:0] lost;
    task expect_equal(input [8*32-1:0] port, input same);
        if (same !== 1'b1) begin
            $display("cycle %0d: %0s", cycle, port);
            errors = errors + 1;
        end
    endtask

    initial begin
        if (!$value$plusargs("stimulus=%s", path)) $fatal;
        file   = $fopen(path, "r");
        errors = 0;
        cycle  = 0;
        line   = {IN+OUT+FAULT{1'bx}};
        rst_n  = 1'b0;
        clk    = 1'b0;
        repeat (4) begin
            #5 clk = 1'b1;
            #5 clk = 1'b0;
        end
        rst_n = 1'b1;
        if ($value$plusargs("interrupted=%d", before)) begin
            repeat (before) begin
                got = $fscanf(file, "%h", line);
                #5 clk = 1'b1;
                #5 clk = 1'b0;
            end
            line  = {IN+OUT+FAULT{1'bx}};
            rst_n = 1'b0;
            #5 clk = 1'b1;
            #5 clk = 1'b0;
            rst_n = 1'b1;
            $fclose(file);
            file  = $fopen(path, "r");
        end
        got = $fscanf(file, "%h", line);
        while (got == 1 && errors == 0) begin
            #1;
            // Two bits of a word of the exponent table turn over, between cycles.
            if (fault_entry) u_core.u_exp.u_ent_ram.u_ram.mem_q[fault_tensor] = u_core.u_exp.u_ent_ram.u_ram.mem_q[fault_tensor] ^ 3;
            if (fault_stats) u_core.u_exp.u_stat_ram.u_ram.mem_q[fault_tensor] = u_core.u_exp.u_stat_ram.u_ram.mem_q[fault_tensor] ^ 3;
            #3;
            expect_equal("cmd_ready_o", cmd_ready === e_cmd_ready);
            expect_equal("a_ready_o", a_ready === e_a_ready);
            expect_equal("b_ready_o", b_ready === e_b_ready);
            expect_equal("c_valid_o", c_valid === e_c_valid);
            expect_equal("rsp_valid_o", rsp_valid === e_rsp_valid);
            expect_equal("c_last_o", c_valid ? c_last === e_c_last : ^c_last !== 1'bx);
            expect_equal("c_data_o", c_valid ? c === e_c : ^c !== 1'bx);
            expect_equal("rsp_data_o", rsp_valid ? rsp === e_rsp : ^rsp !== 1'bx);
            expect_equal("perf_o", perf === e_perf);
            expect_equal("ecc_corrected_o", ecc_corrected === 16'd0);
            expect_equal("ecc_uncorrectable_o", ^ecc_uncorrectable !== 1'bx);
            lost = e_lost;
            if (errors != 0) begin
                $display("  c_data_o   %h, expected %h", c, e_c);
                $display("  rsp_data_o %h, expected %h", rsp, e_rsp);
                $display("  perf_o     %h, expected %h", perf, e_perf);
            end
            #1 clk = 1'b1;
            #5 clk = 1'b0;
            cycle = cycle + 1;
            got = $fscanf(file, "%h", line);
        end
        expect_equal("ecc_uncorrectable_o at the end", ecc_uncorrectable === lost);
        if (errors != 0 || cycle == 0) $fatal;
        $display("%0d cycles: every output is known and right", cycle);
        $finish;
    end
endmodule
`default_nettype wire
