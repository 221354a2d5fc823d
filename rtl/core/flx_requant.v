// flx_requant.v - output conversion of one column: shift, round once, saturate. Twin: cmodel/golden/flx_requant.c
// SPDX-License-Identifier: Apache-2.0
//
// A sum in cycle t gives its mantissa in t + 3: registered sum, shifted and rounded, saturated. Outputs are 0 in cycles that
// belong to no element. shift_i = eA + eB - eC, right if positive. The shift is one log shifter with the bits that leave it
// collected in a sticky bit; it keeps FR fraction bits: the guard bit, or the 32 bits that stochastic rounding compares.
// ENABLE is the pipeline's valid: an idle column does not toggle.
`default_nettype none
`include "flx_defs.vh"
module flx_requant #(
    parameter MANT_BITS  = 16,
    parameter SUM_BITS   = 48,
    parameter SHIFT_BITS = 7,
    parameter STOCH_EN   = 0
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  valid_i,
    input  wire [SUM_BITS-1:0]   acc_i,
    input  wire                  sat_i,      // an accumulator step saturated
    input  wire [SHIFT_BITS-1:0] shift_i,
    input  wire [2:0]            rounding_i,
    input  wire [31:0]           random_i,   // where the element's generator starts, see flx_stochastic_word
    output wire [MANT_BITS-1:0]  mant_o,
    output wire                  clipped_o,
    output wire                  underflow_o,
    output wire                  sat_o
);
    localparam N      = MANT_BITS;
    localparam W      = SUM_BITS;
    localparam S      = SHIFT_BITS;
    localparam FR     = STOCH_EN != 0 ? 32 : 1;
    localparam Z      = W + N + FR;
    localparam R_BITS = 7;                  // Z <= 127
    localparam signed [31:0] DOWN_MAX = Z;

    // ---- t + 1: the sum ------------------------------------------------------------------------
    reg         valid_q, sat_q;
    reg [W-1:0] acc_q;
    reg [R_BITS-1:0] right_q;               // right shift of acc * 2^N, 0 .. Z
    reg [2:0]   rounding_q;
    wire signed [31:0] right   = {{32-S{shift_i[S-1]}}, shift_i} + N;
    wire signed [31:0] limited = right < 0 ? 0 : right > DOWN_MAX ? DOWN_MAX : right;
    always @(posedge clk_i) begin
        if (!rst_ni) valid_q <= 1'b0;
        else valid_q <= valid_i;
        if (valid_i) begin
            acc_q      <= acc_i;
            sat_q      <= sat_i;
            right_q    <= limited[R_BITS-1:0];
            rounding_q <= rounding_i;
        end
    end
    wire unused_limited = &{1'b0, limited[31:R_BITS]};

    // ---- t + 2: shifted and rounded ------------------------------------------------------------
    // {sticky, shifted}
    function [Z:0] shift_right(input [Z-1:0] word, input [R_BITS-1:0] count);
        integer k;
        reg [Z-1:0] z;
        reg         sticky;
        begin
            z      = word;
            sticky = 1'b0;
            for (k = 0; k < R_BITS; k = k + 1)
                if (count[k]) begin
                    sticky = sticky | (|(z & ~({Z{1'b1}} << (1 << k))));
                    z      = $signed(z) >>> (1 << k);
                end
            shift_right = {sticky, z};
        end
    endfunction

    reg         rounded_valid_q, rounded_sat_q, nonzero_q, far_q, negative_q;
    reg [N+1:0] rounded_q;                  // meaningless when far_q
    reg [Z:0]   moved;
    always @* begin
        moved = {Z+1{1'b0}};
        if (valid_q) moved = shift_right({acc_q, {N+FR{1'b0}}}, right_q);
    end
    wire        guard = moved[FR-1];
    wire        rest;                       // anything below the guard bit
    wire        random_up;                  // stochastic: fraction + random carries
    reg         up;
    always @*
        case (rounding_q)
            `FLX_ROUND_NEAREST_EVEN: up = guard && (rest || moved[FR]);
            `FLX_ROUND_HALF_UP:      up = guard;
            `FLX_ROUND_FLOOR:        up = 1'b0;
            `FLX_ROUND_TOWARD_ZERO:  up = acc_q[W-1] && (guard || rest);
            default:                 up = random_up;
        endcase
    always @(posedge clk_i) begin
        if (!rst_ni) rounded_valid_q <= 1'b0;
        else rounded_valid_q <= valid_q;
        if (valid_q) begin
            rounded_q     <= {moved[FR+N], moved[FR+N:FR]} + {{N+1{1'b0}}, up};
            far_q         <= moved[Z-1:FR+N] != {W{moved[Z-1]}};   // beyond N + 1 bits: clipped whatever the rounding
            negative_q    <= acc_q[W-1];
            nonzero_q     <= acc_q != {W{1'b0}};
            rounded_sat_q <= sat_q;
        end
    end

    generate
        if (STOCH_EN != 0) begin : g_random
            reg  [31:0] random_q;
            reg  [31:0] word;
            integer     step;
            always @(posedge clk_i)
                if (valid_i) random_q <= random_i;
            always @* begin
                word = random_q == 32'd0 ? 32'd1 : random_q;
                for (step = 0; step < 32; step = step + 1)
                    word = {1'b0, word[31:1]} ^ (`FLX_RANDOM_MASK & {32{word[0]}});
            end
            assign random_up = moved[FR-1:0] > ~word;
            assign rest      = moved[Z] || (|moved[FR-2:0]);
        end else begin : g_no_random
            wire unused_random = &{1'b0, random_i};
            assign random_up = 1'b0;
            assign rest      = moved[Z];
        end
    endgenerate

    // ---- t + 3: saturated ----------------------------------------------------------------------
    localparam [N-1:0] MAX = {1'b0, {N-1{1'b1}}};
    reg  [N-1:0] mant_q;
    reg          clipped_q, underflow_q, out_sat_q;
    wire         clipped = far_q || rounded_q[N+1:N-1] != {3{rounded_q[N+1]}};
    wire         below   = far_q ? negative_q : rounded_q[N+1];
    wire [N-1:0] mant    = clipped ? (below ? ~MAX : MAX) : rounded_q[N-1:0];
    always @(posedge clk_i)
        if (!rst_ni || !rounded_valid_q) begin
            mant_q      <= {N{1'b0}};
            clipped_q   <= 1'b0;
            underflow_q <= 1'b0;
            out_sat_q   <= 1'b0;
        end else begin
            mant_q      <= mant;
            clipped_q   <= clipped;
            underflow_q <= nonzero_q && mant == {N{1'b0}};
            out_sat_q   <= rounded_sat_q;
        end

    assign mant_o      = mant_q;
    assign clipped_o   = clipped_q;
    assign underflow_o = underflow_q;
    assign sat_o       = out_sat_q;
endmodule
`default_nettype wire
