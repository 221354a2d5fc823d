// split_fa.v - techmap: $fa bit by bit; a bit with a constant input becomes logic, the others wait for the library's full adder. Twin: synth/flow.sh
(* techmap_celltype = "$fa" *)
module flx_split_fa (A, B, C, X, Y);
    parameter WIDTH = 1;
    input [WIDTH-1:0] A, B, C;
    output [WIDTH-1:0] X, Y;
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_A_ = 0;
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_B_ = 0;
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_C_ = 0;
    localparam [WIDTH-1:0] CONSTANT = _TECHMAP_CONSTMSK_A_ | _TECHMAP_CONSTMSK_B_ | _TECHMAP_CONSTMSK_C_;
    wire _TECHMAP_FAIL_ = WIDTH == 1 && !CONSTANT[0];
    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : g
            if (CONSTANT[i]) begin : g_constant
                assign Y[i] = A[i] ^ B[i] ^ C[i];
                assign X[i] = (A[i] & B[i]) | (A[i] & C[i]) | (B[i] & C[i]);
            end else begin : g_full
                \$fa #(.WIDTH(1)) fa (.A(A[i]), .B(B[i]), .C(C[i]), .X(X[i]), .Y(Y[i]));
            end
        end
    endgenerate
endmodule
