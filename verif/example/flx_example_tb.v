// flx_example_tb.v - testbench of the example: C = A B twice, at an exponent that is set and at the one that Autoflex chose from it. Twin: verif/example/flx_example.v
// SPDX-License-Identifier: Apache-2.0
//
// Prints every response and result, and PASS or FAIL as the last line; a FAIL ends with an error of the simulator. `make example` runs it in Icarus and Verilator.
`default_nettype none
`include "flx_defs.vh"
/* verilator lint_off WIDTH */  // integers become words and addresses
module flx_example_tb;
    localparam ROWS = 2, COLS = 4, LANES = 2, N = 16;
    localparam [31:0] M = 3, COLUMNS = 5, K = 3;        // no multiple of the grid: padding in every direction
    localparam STEPS = (K + LANES - 1) / LANES, TILES_M = (M + ROWS - 1) / ROWS, TILES_N = (COLUMNS + COLS - 1) / COLS;
    localparam EXP_A = 8, EXP_B = 7, EXP_C = 6;
    localparam [7:0] TENSOR_A = 0, TENSOR_B = 1, TENSOR_C = 2;

    reg clk, rst_n = 1'b0;
    initial begin
        clk = 1'b0;
        forever #5 clk = !clk;
    end

    reg                      a_we = 1'b0, b_we = 1'b0, cmd_valid = 1'b0, dry_run = 1'b0;
    reg  [5:0]               waddr = 6'd0, c_addr = 6'd0;
    reg  [ROWS*LANES*N-1:0]  a_word = 0;
    reg  [COLS*LANES*N-1:0]  b_word = 0;
    reg  [3:0]               op = 4'd0;
    reg  [7:0]               exp = 8'd0;
    reg  [1:0]               state = 2'd0;
    reg  [7:0]               tensor_c = 8'd0;
    reg  [23:0]              k = K;
    wire                     cmd_ready, rsp_valid, rsp_overflow, c_done;
    wire [3:0]               rsp_status, rsp_op;
    wire [7:0]               rsp_tensor, rsp_exp, rsp_exp_next;
    wire [1:0]               rsp_state;
    wire [16:0]              rsp_gamma;
    wire [COLS*N-1:0]        c_row;
    wire [6:0]               c_count;
    wire [`FLX_PERF_BITS-1:0] busy_cycles;

    flx_example #(.ROWS(ROWS), .COLS(COLS), .LANES(LANES)) u_example (
        .clk_i(clk), .rst_ni(rst_n),
        .a_we_i(a_we), .b_we_i(b_we), .waddr_i(waddr), .a_word_i(a_word), .b_word_i(b_word),
        .cmd_valid_i(cmd_valid), .cmd_ready_o(cmd_ready), .op_i(op), .tensor_a_i(TENSOR_A), .tensor_b_i(TENSOR_B), .tensor_c_i(tensor_c),
        .m_i(M[23:0]), .n_i(COLUMNS[23:0]), .k_i(k), .dry_run_i(dry_run), .exp_i(exp), .state_i(state),
        .rsp_valid_o(rsp_valid), .rsp_status_o(rsp_status), .rsp_op_o(rsp_op), .rsp_tensor_o(rsp_tensor), .rsp_exp_o(rsp_exp),
        .rsp_exp_next_o(rsp_exp_next), .rsp_state_o(rsp_state), .rsp_gamma_o(rsp_gamma), .rsp_overflow_o(rsp_overflow),
        .c_addr_i(c_addr), .c_row_o(c_row), .c_count_o(c_count), .c_done_o(c_done), .busy_cycles_o(busy_cycles)
    );

    integer errors = 0;
    task expect_equal(input [8*12-1:0] what, input integer actual, input integer wanted);
        if (actual !== wanted) begin
            $display("  %0s is %0d, expected %0d", what, actual, wanted);
            errors = errors + 1;
        end
    endtask

    // ---- the matrices, and what must come ------------------------------------------------------
    function integer a_of(input integer row, input integer step);
        a_of = row < M && step < K ? 700 * row - 450 * step + 90 : 7777;           // beyond the matrix: anything, the core masks it
    endfunction
    function integer b_of(input integer step, input integer column);
        b_of = column < COLUMNS && step < K ? 310 * step - 120 * column + 5 : -7777;
    endfunction
    function integer sum_of(input integer row, input integer column);
        integer step;
        begin
            sum_of = 0;
            for (step = 0; step < K; step = step + 1) sum_of = sum_of + a_of(row, step) * b_of(step, column);
        end
    endfunction
    // sum * 2^-(EXP_A + EXP_B) at exponent e: shifted and rounded to nearest, ties to even
    function integer mantissa(input integer row, input integer column, input integer e);
        integer sum, shift, low, rest;
        begin
            sum      = sum_of(row, column);
            shift    = EXP_A + EXP_B - e;
            low      = sum >>> shift;
            rest     = sum - (low <<< shift);
            mantissa = 2 * rest > (1 << shift) || (2 * rest == (1 << shift) && (low & 1) == 1) ? low + 1 : low;
        end
    endfunction
    function integer largest(input integer e);
        integer row, column, size;
        begin
            largest = 0;
            for (row = 0; row < M; row = row + 1)
                for (column = 0; column < COLUMNS; column = column + 1) begin
                    size = mantissa(row, column, e);
                    if (size < 0) size = -size;
                    if (size > largest) largest = size;
                end
        end
    endfunction

    // ---- what a host does ----------------------------------------------------------------------
    task load;
        integer tile, ks, line, lane;
        begin
            for (tile = 0; tile < TILES_M; tile = tile + 1)
                for (ks = 0; ks < STEPS; ks = ks + 1) begin
                    for (line = 0; line < ROWS; line = line + 1)
                        for (lane = 0; lane < LANES; lane = lane + 1) a_word[(line*LANES+lane)*N +: N] = a_of(tile * ROWS + line, ks * LANES + lane);
                    waddr = tile * STEPS + ks;
                    a_we  = 1'b1;
                    @(negedge clk);
                end
            a_we = 1'b0;
            for (tile = 0; tile < TILES_N; tile = tile + 1)
                for (ks = 0; ks < STEPS; ks = ks + 1) begin
                    for (line = 0; line < COLS; line = line + 1)
                        for (lane = 0; lane < LANES; lane = lane + 1) b_word[(line*LANES+lane)*N +: N] = b_of(ks * LANES + lane, tile * COLS + line);
                    waddr = tile * STEPS + ks;
                    b_we  = 1'b1;
                    @(negedge clk);
                end
            b_we = 1'b0;
        end
    endtask

    task command(input [3:0] opcode, input [7:0] tensor, input integer status);
        begin
            op        = opcode;
            tensor_c  = tensor;
            cmd_valid = 1'b1;
            while (cmd_ready !== 1'b1) @(negedge clk);
            @(negedge clk);
            cmd_valid = 1'b0;
            while (rsp_valid !== 1'b1) @(negedge clk);
            $display("op %0d tensor %0d: status %0d exp %0d exp_next %0d state %0d G %0d overflow %0d",
                     rsp_op, rsp_tensor, rsp_status, rsp_exp, rsp_exp_next, rsp_state, rsp_gamma, rsp_overflow);
            expect_equal("op", {28'd0, rsp_op}, {28'd0, opcode});
            expect_equal("tensor", {24'd0, rsp_tensor}, {24'd0, tensor});
            expect_equal("status", {28'd0, rsp_status}, status);
        end
    endtask

    task set(input [7:0] tensor, input [7:0] e, input [1:0] to);
        begin
            exp   = e;
            state = to;
            command(`FLX_OP_SET, tensor, {28'd0, `FLX_STATUS_OK});
        end
    endtask

    // One entry in the window: chi = 2 (G + 100) 2^-e, and exp_next = 15 - log2 of the power of two from chi on (docs/autoflex.md).
    function integer predicted(input integer e);
        integer p;
        begin
            p = 0;
            while ((1 << p) < 2 * (largest(e) + 100)) p = p + 1;
            predicted = 15 - p + e;
        end
    endfunction

    task expect_written(input integer e);
        begin
            expect_equal("exp", {24'd0, rsp_exp}, e);
            expect_equal("G", {15'd0, rsp_gamma}, largest(e));
            expect_equal("state", {30'd0, rsp_state}, {30'd0, `FLX_STATE_RUN});
            expect_equal("overflow", {31'd0, rsp_overflow}, 0);
        end
    endtask

    // Rows come tile by tile: all rows of the first COLS columns, then those of the next.
    task expect_results(input integer e);
        integer row, column, tile_rows;
        reg signed [N-1:0] word;
        begin
            expect_equal("rows of C", {25'd0, c_count}, M * TILES_N);
            expect_equal("c_last", {31'd0, c_done}, 1);
            for (row = 0; row < M; row = row + 1) begin
                $write("  C[%0d] =", row);
                for (column = 0; column < COLUMNS; column = column + 1) begin
                    tile_rows = M - row / ROWS * ROWS < ROWS ? M - row / ROWS * ROWS : ROWS;
                    c_addr    = row / ROWS * ROWS * TILES_N + column / COLS * tile_rows + row % ROWS;
                    #1 word   = c_row[column%COLS*N +: N];
                    $write(" %0d", word);
                    if (word !== mantissa(row, column, e)) begin
                        $write(" (expected %0d)", mantissa(row, column, e));
                        errors = errors + 1;
                    end
                end
                $display(" x 2^-%0d", e);
            end
            @(negedge clk);
        end
    endtask

    integer next;
    initial begin
        repeat (4) @(negedge clk);
        rst_n = 1'b1;
        load;
        set(TENSOR_A, EXP_A, `FLX_STATE_MANUAL);
        set(TENSOR_B, EXP_B, `FLX_STATE_MANUAL);
        set(TENSOR_C, EXP_C, `FLX_STATE_RUN);

        // Written at the exponent that was set; the response brings the one of the next write.
        command(`FLX_OP_GEMM, TENSOR_C, {28'd0, `FLX_STATUS_OK});
        expect_written(EXP_C);
        next = predicted(EXP_C);
        expect_equal("exp_next", {24'd0, rsp_exp_next}, next);
        expect_results(EXP_C);

        // A dry run computes, and leaves the tensor and what is known about it alone: no row, and its mantissas mean what they meant.
        dry_run = 1'b1;
        command(`FLX_OP_GEMM, TENSOR_C, {28'd0, `FLX_STATUS_OK});
        dry_run = 1'b0;
        expect_equal("rows of C", {25'd0, c_count}, 0);
        command(`FLX_OP_GET, TENSOR_C, {28'd0, `FLX_STATUS_OK});
        expect_written(EXP_C);
        expect_equal("exp_next", {24'd0, rsp_exp_next}, next);

        // Refused by the core's checks: no beat may follow it.
        k = 24'd0;
        command(`FLX_OP_GEMM, TENSOR_C, {28'd0, `FLX_STATUS_BAD_SHAPE});
        k = K;

        // The next write has the exponent that Autoflex chose: the same product with more bits.
        command(`FLX_OP_GEMM, TENSOR_C, {28'd0, `FLX_STATUS_OK});
        expect_written(next);
        expect_results(next);

        $display("operand beats: %0d", busy_cycles);
        expect_equal("beats", busy_cycles[31:0], 3 * TILES_M * TILES_N * STEPS);
        if (errors == 0) begin
            $display("PASS");
            $finish;
        end else begin
            $display("FAIL: %0d differences", errors);
            $fatal;
        end
    end

    initial begin
        #200000 $display("FAIL: no response after 20,000 cycles");
        $fatal;
    end
endmodule
`default_nettype wire
