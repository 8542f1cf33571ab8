package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.codec.ModelFile;

/** Shapes that follow from ONNX's specification by hand, one case a line; ONNX's own inference must not contradict them. */
class ShapesByLineTest {
    private static final String SOURCES =
            """
            13 | | v = Constant value={3,4}                                   | v int64[2]; v = 3 4
            13 | | v = Constant value_int=5                                   | v int64[]; v = 5
            13 | | v = Constant value_ints=[3,4]                              | v int64[2]; v = 3 4
            13 | | v = Constant value_float=5.0                               | v float32[]
            13 | | v = Constant value_string='a'                              | v string[]
            13 | | v = Constant value_strings=['a','b']                       | v string[2]
            13 | x float32[3,4] | s = Constant value_floats=[1.0,2.0]; y = Resize x _ s | s float32[2]; y float32[3,8]
            15 | x float32[N,3,4] | y = Shape x                               | y int64[3]; y = N 3 4
            15 | x float32[N,3,4] | y = Shape x start=1                       | y int64[2]; y = 3 4
            15 | x float32[N,3,4] | y = Shape x start=-2 end=-1               | y int64[1]; y = 3
            15 | x float32[N,3,4] | y = Shape x start=2 end=1                 | y int64[0]
            15 | x float32[N,3,4] | y = Shape x start=-9 end=9                | y int64[3]; y = N 3 4
            13 | x float32      | y = Shape x                                 | y int64[?]
            13 | x float32[2,3] | y = Size x                                  | y int64[]; y = 6
            13 | x float32[N,1] | y = Size x                                  | y int64[]; y = N
            13 | to int64[0]    | y = ConstantOfShape to                      | y float32[]
            13 | to int64[2,2]  | y = ConstantOfShape to                      | y float32[...]
            13 | to int64[N]    | y = ConstantOfShape to                      | y float32[...]
            13 | to {3}         | y = ConstantOfShape to value={7}            | y int64[3]; y = 7 7 7
            13 | to {3}         | y = ConstantOfShape to value=int32{7}       | y int32[3]; y = 7 7 7
            13 | to {}          | y = ConstantOfShape to value={7}            | y int64[]; y = 7
            13 | to {2,3}       | y = ConstantOfShape to value={7}            | y int64[2,3]; y = ? ? ? ? ? ?
            13 | x float32[2,3]; to {0} | v = ConstantOfShape to value={0}; y = Slice x v v | y float32[2,3]
            13 | a int64[]; b int64[] | y = Range a b a                       | y int64[?]
            13 | a (1); b (9); c (3) | y = Range a b c                        | y int64[3]; y = 1 4 7
            13 | a (9); b (0); c (-3) | y = Range a b c                       | y int64[3]; y = 9 6 3
            13 | a (9); b (0); c (-4) | y = Range a b c                       | y int64[3]; y = 9 5 1
            13 | a (2); b (1); c (1) | y = Range a b c                        | y int64[0]
            13 | x int64[2]     | y = Cast x to=float32                       | y float32[2]
            13 | x {2,3}        | y = Cast x to=int32                         | y int32[2]; y = 2 3
            15 | x {2,3}; z int32[N] | y = CastLike x z                       | y int32[2]; y = 2 3
            11 | i float32[2,3] | y = EyeLike i dtype=float16                 | y float16[2,3]
            """;

    private static final String ELEMENTWISE =
            """
            13 | x float32[2,N] | y = Identity x                              | y float32[2,N]
            13 | x {2,3}        | y = Identity x                              | y int64[2]; y = 2 3
            13 | x float32[3,1]; z float32[2] | y = Pow x z                   | y float32[3,2]
            13 | x float32[3,1]; z float32[2] | y = Sum x z x                 | y float32[3,2]
            13 | x float32[3,1]; z float32[2] | y = Mean x z                  | y float32[3,2]
            11 | x uint8[3,1]; z uint8[2] | y = BitShift x z direction='LEFT' | y uint8[3,2]
            18 | x uint8[3,1]; z uint8[2] | y = BitwiseAnd x z                | y uint8[3,2]
            18 | x uint8[3,1]; z uint8[2] | y = BitwiseOr x z                 | y uint8[3,2]
            18 | x uint8[3,1]; z uint8[2] | y = BitwiseXor x z                | y uint8[3,2]
            13 | x bool[3,1]; z bool[2] | y = And x z                         | y bool[3,2]
            13 | x float32[3,1]; z float32[2] | y = Less x z                  | y bool[3,2]
            16 | x float32[3,1]; z float32[2] | y = LessOrEqual x z           | y bool[3,2]
            16 | x float32[3,1]; z float32[2] | y = GreaterOrEqual x z        | y bool[3,2]
            13 | x float32[N,3]; z float32[1,3] | y = Add x z                 | y float32[N,3]
            13 | x float32; z float32[2] | y = Add x z                        | y float32[...]
            13 | x float32[2]; z float32 | y = Less x z                       | y bool[...]
            13 | x int32{1,2}; z int32{5} | y = Add x z                       | y int32[2]; y = 6 7
            13 | x {1,2}; z (5)  | y = Mul z x                                | y int64[2]; y = 5 10
            13 | x {1}; z {2}; u {3} | y = Max x z u                          | y int64[1]; y = ?
            13 | x {1,2,3,4}; r {4,1}; q {1,4} | a = Reshape x r; b = Reshape x q; c = Mul a b; y = Size c \
                    | c int64[4,4]; y = 16; c = ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
            6 | x float32[2,3,4]; z float32[3] | y = Sub x z broadcast=1 axis=1 | y float32[2,3,4]
            7 | x float32[3,4]; z float32[2,1,1] | y = Sub x z                | y float32[2,3,4]
            16 | c bool[3,1]; x float32[2]; z float32[4,1,1] | y = Where c x z | y float32[4,3,2]
            16 | c bool; x float32[2]; z float32[2] | y = Where c x z         | y float32[...]
            16 | c bool[2]; a float32[2]; z float32[2] | x = Einsum a equation='i->i'; y = Where c x z | x nothing; \
                    y float32[...]
            16 | c bool[2]; a float32[2]; z float32[2] | x = Einsum a equation='i->i'; y = Where c z x | y float32[...]
            """;

    private static final String SELECTION =
            """
            13 | x float32; i int64[2]  | y = Gather x i                      | y float32[...]
            13 | x float32[2,3,4]; i int64[5,6] | y = Gather x i axis=-2      | y float32[2,5,6,4]
            13 | x {5,6,7}; i {2,-3} | y = Gather x i                         | y int64[2]; y = 7 5
            13 | x {5,6,7}; i (1) | y = Gather x i                            | y int64[]; y = 6
            13 | x {5,6,7}; i int64[1] | y = Gather x i                       | y int64[1]; y = ?
            13 | x float32[2,3,4]; i int64[5,2] | y = GatherND x i            | y float32[5,4]
            13 | x float32[2,3,4]; i int64[5,3] | y = GatherND x i            | y float32[5]
            13 | x float32[2,3,4]; i int64[2,1] | y = GatherND x i batch_dims=1 | y float32[2,4]
            13 | x float32[2,3,4]; i int64[2,2] | y = GatherND x i batch_dims=1 | y float32[2]
            13 | x float32; a {0}       | y = Slice x a a                     | y float32[...]
            13 | x float32[2,3]; a int64[1] | y = Slice x a a                 | y float32[?,?]
            13 | x float32[N,3]; a {0}; b {2147483647} | y = Slice x a b      | y float32[N,3]
            13 | x float32[N,3]; a {0}; b {9223372036854775807} | y = Slice x a b | y float32[N,3]
            13 | x float32[N,3]; a {0}; b {2147483646} | y = Slice x a b      | y float32[?,3]
            13 | x float32[N,3]; a {1}; b {2147483647} | y = Slice x a b      | y float32[?,3]
            13 | x float32[N,3]; a {0}; b {2147483647}; s {2} | y = Slice x a b a s | y float32[?,3]
            13 | x float32[4]; a {0}; b {0} | y = Slice x a b                 | y float32[0]
            13 | x float32[4]; a {-1}; b {0}; ax {0}; s {-1} | y = Slice x a b ax s | y float32[3]
            13 | x {5,6,7,8}; a {9}; b {0}; ax {0}; s {-1} | y = Slice x a b ax s | y int64[3]; y = 8 7 6
            13 | x {5,6,7,8}; a {-1}; b {-9}; ax {0}; s {-2} | y = Slice x a b ax s | y int64[2]; y = 8 6
            13 | x {5,6,7,8}; a {-1}; b {9}; ax {0}; s {-1} | y = Slice x a b ax s | y int64[0]
            13 | x {5,6,7,8}; a {-9}; b {-20}; ax {0}; s {-1} | y = Slice x a b ax s | y int64[1]; y = 5
            13 | x {5,6,7,8}; a {-9}; b {3}; ax {0}; s {2} | y = Slice x a b ax s | y int64[2]; y = 5 7
            13 | x float32[8]; a {2}; b {2}; ax {0}; s {2} | y = Slice x a b ax s | y float32[0]
            13 | x float32[2,3]; i int64[4,3] | y = GatherElements x i axis=0 | y float32[4,3]
            1 | x float32[2,3]  | y i = TopK x k=0                            | y float32[2,0]; i int64[2,0]
            1 | x float32[2,3]  | y i = TopK x k=1 axis=0                     | y float32[1,3]; i int64[1,3]
            11 | x float32[2,9]; k {4} | y i = TopK x k                       | y float32[2,4]; i int64[2,4]
            11 | i int64[2]; d {7}; v float32[2] | y = OneHot i d v           | y float32[2,7]
            11 | i int64[2,3]; d (7); v float32[2] | y = OneHot i d v axis=0  | y float32[7,2,3]
            11 | i int64[2,3]; d int64[]; v float32[2] | y = OneHot i d v axis=1 | y float32[2,?,3]
            """;

    private static final String LAYOUT =
            """
            13 | x float32; z float32[2] | y = Concat x z axis=0              | y float32[...]
            13 | x float32[2,N]; z float32[3,4] | y = Concat x z axis=0       | y float32[5,4]
            13 | a {1}; s int64[2]; b {4} | y = Concat a s b axis=0           | y int64[4]; y = 1 ? ? 4
            13 | a {1}; s int64[0]; b {4} | y = Concat a s b axis=0           | y int64[2]; y = 1 4
            13 | a int32{1}; b int32{4} | y = Concat a b axis=-1              | y int32[2]; y = 1 4
            13 | a int64[2,3]; b {7} | v = Concat a a axis=0; y = Size v | v int64[4,3]; y = 12; \
                    v = ? ? ? ? ? ? ? ? ? ? ? ?
            13 | a {1,2}; b {3,4}; ax {1} | p = Unsqueeze a ax; q = Unsqueeze b ax; y = Concat p q axis=1 \
                    | y int64[2,2]; y = ? ? ? ?
            13 | a {1,2}; b {3,4}; ax {1}; r {2,1} | p = Reshape a r; q = Reshape b r; y = Concat p q axis=1 \
                    | y int64[2,2]; y = ? ? ? ?
            13 | x float32[2,6]; s int64[2] | y z = Split x s axis=1          | y float32[2,?]; z float32[2,?]
            13 | x float32[N,4] | y z = Split x                               | y float32[?,4]; z float32[?,4]
            13 | x float32[6,4] | y z _ = Split x                             | y float32[2,4]; z float32[2,4]
            18 | x float32[7,4] | y z w = Split x num_outputs=3 | y float32[3,4]; z float32[3,4]; w float32[1,4]
            13 | x float32; p {1,1} | y = Pad x p                             | y float32[...]
            13 | x float32[N,4]; p {0,1,0,2} | y = Pad x p                    | y float32[N,7]
            18 | x float32[N,4]; p {1,2}; v (0.0); ax {-1} | y = Pad x p v ax | y float32[N,7]
            13 | x float32; r {1,1} | y = Tile x r                            | y float32[...]
            13 | x float32[N,4]; r {1,3} | y = Tile x r                       | y float32[N,12]
            13 | x float32[N,4,5,6] | y = DepthToSpace x blocksize=1          | y float32[N,4,5,6]
            13 | x float32[N,4,5,6] | y = DepthToSpace x blocksize=2          | y float32[N,1,10,12]
            13 | x float32[2,3,N] | y = Transpose x                           | y float32[N,3,2]
            13 | x float32[2,3,N] | y = Transpose x perm=[1,2,0]              | y float32[3,N,2]
            13 | x float32[N,1,4,6] | y = SpaceToDepth x blocksize=2          | y float32[N,4,2,3]
            """;

    private static final String RESHAPES =
            """
            13 | x float32; s int64 | y = Reshape x s                         | y float32[...]
            13 | x float32[1]; s int64[0] | y = Reshape x s                   | y float32[]
            13 | x float32[2,3]; s int64[2,2] | y = Reshape x s               | y float32[...]
            13 | x float32[N,3,4]; s {0,-1} | y = Reshape x s                 | y float32[N,12]
            14 | x float32[0,3]; s {3,0} | y = Reshape x s allowzero=1        | y float32[3,0]
            13 | x {2,3}; s {2,1} | y = Reshape x s                           | y int64[2,1]; y = 2 3
            13 | x float32[2,3,4] | y = Flatten x axis=0                      | y float32[1,24]
            13 | x float32[2,3,4] | y = Flatten x axis=-1                     | y float32[6,4]
            13 | x float32[2,3,4] | y = Flatten x axis=-3                     | y float32[1,24]
            13 | x float32[2,3,4] | y = Flatten x axis=3                      | y float32[24,1]
            13 | x float32      | y = Squeeze x                               | y float32[...]
            13 | x float32[1,N]; a {0} | y = Squeeze x a                      | y float32[N]
            13 | x float32[1,3,1] | y = Squeeze x                             | y float32[3]
            13 | x float32[N,1] | y = Squeeze x                               | y float32[...]
            13 | x {7}          | y = Squeeze x                               | y int64[]; y = 7
            13 | x float32; a {0} | y = Unsqueeze x a                         | y float32[...]
            13 | x float32[N]; a {0,-1} | y = Unsqueeze x a                   | y float32[1,N,1]
            13 | x float32[N,3]; a {-2} | y = Unsqueeze x a                   | y float32[N,1,3]
            13 | x {7,8}; a {1} | y = Unsqueeze x a                           | y int64[2,1]; y = 7 8
            13 | x (7); a {0}   | y = Unsqueeze x a                           | y int64[1]; y = 7
            13 | x float32; s {2} | y = Expand x s                            | y float32[...]
            13 | x float32[N,1]; s {3} | y = Expand x s                       | y float32[N,3]
            13 | x {7}; s {3}   | y = Expand x s                              | y int64[3]; y = 7 7 7
            13 | x {7}; s {2,2} | y = Expand x s                              | y int64[2,2]; y = ? ? ? ?
            13 | x {7,8}; s {1} | y = Expand x s                              | y int64[2]; y = ? ?
            """;

    private static final String WINDOWS =
            """
            13 | x float32; w float32[4,3,3,3] | y = Conv x w                 | y float32[...]
            13 | x float32[N,3,H,W]; w float32[4,3,1,1] | y = Conv x w        | y float32[N,4,H,W]
            13 | x float32[N,3,H,W]; w float32[4,3,1,1] | y = Conv x w pads=[1,0,0,0] | y float32[N,4,?,W]
            13 | x float32[N,3,H,W]; w float32[4,3,1,1] | y = Conv x w strides=[2,1] | y float32[N,4,?,W]
            13 | x float32[N,3,H,W]; w float32[4,3,3,3] | y = Conv x w        | y float32[N,4,?,?]
            13 | x float32[N,3,H,W]; w float32[4,3,3,3] | y = Conv x w pads=[1,1,1,1] | y float32[N,4,?,?]
            13 | x float32[N,3,H,W]; w float32[4,3,3,3] | y = Conv x w auto_pad='SAME_UPPER' strides=[1,2] \
                    | y float32[N,4,H,?]
            13 | x float32[N,3,H,W]; w float32[4,3,3,3] | y = Conv x w auto_pad='SAME_LOWER' | y float32[N,4,H,W]
            13 | x float32[N,3,H,W]; w float32[4,3,1,3] | y = Conv x w auto_pad='VALID' | y float32[N,4,H,?]
            13 | x float32[N,3,7,8]; w float32[4,3,3,3] | y = Conv x w auto_pad='SAME_UPPER' strides=[2,3] \
                    | y float32[N,4,4,3]
            13 | x float32[N,3,7,8]; w float32[4,3,3,3] | y = Conv x w auto_pad='VALID' strides=[2,3] \
                    | y float32[N,4,3,2]
            13 | x float32[N,4,7,8]; w float32[6,2,3,3] | y = Conv x w group=2 dilations=[2,3] | y float32[N,6,3,2]
            13 | x float32[1,3,7,8]; w float32 | y = Conv x w kernel_shape=[3,3] | y float32[1,?,5,6]
            13 | x float32; w float32[3,4,3,3] | y = ConvTranspose x w        | y float32[...]
            13 | x float32[1,3,4,5]; w float32[3,4,3,2] \
                    | y = ConvTranspose x w strides=[2,3] output_padding=[1,2] pads=[0,1,1,0] | y float32[1,4,9,15]
            13 | x float32[1,3,4,5]; w float32[3,2,3,2] | y = ConvTranspose x w group=3 dilations=[2,1] \
                    | y float32[1,6,8,6]
            13 | x float32[1,3,4,H]; w float32 | y = ConvTranspose x w kernel_shape=[2,2] | y float32[1,?,5,?]
            13 | x float32      | y = MaxPool x kernel_shape=[2,2]            | y float32[...]
            13 | x float32[N,3,7,8] | y i = MaxPool x kernel_shape=[2,2] strides=[2,3] | y float32[N,3,3,3]; \
                    i int64[N,3,3,3]
            13 | x float32[N,3,8]; w float32[4,3,3] | y = Conv x w             | y float32[N,4,6]
            13 | x float32[N,3,7,6] | y = MaxPool x kernel_shape=[3,3] strides=[2,2] ceil_mode=1 | y float32[N,3,3,3]
            11 | x float32[N,3,9,9]; r float32[6,5] | y = MaxRoiPool x r pooled_shape=[2,5] | y float32[6,3,2,5]
            """;

    private static final String OTHERS =
            """
            13 | x float32; w float32[4,5] | y = MatMul x w                   | y float32[...]
            13 | x float32[3]; w float32[3] | y = MatMul x w                  | y float32[]
            13 | x float32[N,2,3]; w float32[3,5] | y = MatMul x w            | y float32[N,2,5]
            13 | x float32[3]; w float32[4,3,5] | y = MatMul x w              | y float32[4,5]
            13 | x float32; w float32[4,5] | y = Gemm x w                     | y float32[...]
            13 | x float32[3,N]; w float32[5,3] | y = Gemm x w transA=1 transB=1 | y float32[N,5]
            13 | x float32[2,3,3] | y = Det x                                 | y float32[2]
            13 | x float32      | y = ReduceMean x axes=[1]                   | y float32[...]
            13 | x float32[N,3,4] | y = ReduceMean x axes=[1,-1]              | y float32[N,1,1]
            13 | x float32[N,3,4] | y = ReduceMax x keepdims=0                | y float32[]
            13 | x float32[N,3,4]; a int64[1] | y = ReduceSum x a             | y float32[?,?,?]
            13 | x float32[N,3,4]; a {} | y = ReduceSum x a noop_with_empty_axes=1 | y float32[N,3,4]
            13 | x float32[N,3,4]; a {} | y = ReduceSum x a keepdims=0        | y float32[]
            13 | x float32[N,3,4] | y = ArgMax x axis=1                       | y int64[N,1,4]
            13 | x float32[N,3,4] | y = ArgMin x axis=-1 keepdims=0           | y int64[N,3]
            17 | x float16[N,3,4]; s float16[4] | y m d = LayerNormalization x s | y float16[N,3,4]; m float32[N,3,1]; \
                    d float32[N,3,1]
            17 | x float16[N,3,4]; s float16[3,4] | y m d = LayerNormalization x s axis=1 stash_type=float16 \
                    | y float16[N,3,4]; m float16[N,1,1]; d float16[N,1,1]
            9 | x float32[N,3]; s float32[3] | y m v = BatchNormalization x s s s s | y float32[N,3]; m float32[3]; \
                    v float32[3]
            9 | x float32[3]; s float32[1] | y m = BatchNormalization x s s s s | y float32[3]; m float32[1]
            7 | x float32[5,N,3]; w float32[1,16,3]; r float32[1,16,4] | y h c = LSTM x w r hidden_size=4 \
                    | y float32[5,1,N,4]; h float32[1,N,4]; c float32[1,N,4]
            14 | x float32[N,5,3]; w float32[2,12,3]; r float32[2,12,4] \
                    | y h = GRU x w r hidden_size=4 layout=1 direction='bidirectional' | y float32[N,5,2,4]; \
                    h float32[N,2,4]
            14 | x float32[5,N,3]; w float32[1,4,3]; r float32[1,4,4] | y h = RNN x w r direction='reverse' \
                    | y float32[5,1,N,?]; h float32[1,N,?]
            11 | x float32; s {1.0,2.0} | y = Resize x _ s                    | y float32[...]
            11 | x float32[N,3]; s {1.0,2.5}; u {1.0,1.0} | y = Resize x u s  | y float32[N,7]
            11 | x float32[N,3]; s float32[2] | y = Resize x _ s              | y float32[?,?]
            18 | x float32[N,3]; s {9} | y = Resize x _ _ s axes=[1]          | y float32[N,9]
            16 | x float32[N,3,7,9]; g float32[N,4,5,2] | y = GridSample x g  | y float32[N,3,4,5]
            20 | t float32[2,3,4]; s {2,3,4,5,6} | y = AffineGrid t s         | y float32[2,4,5,6,3]
            """;

    /** Models that ONNX's specification does not allow: what is found, and what the checker says where it says something. */
    private static final String WRONG =
            """
            7 | x float32[2,3,4]; z float32[3] | y = Sub x z broadcast=1 axis=1 | y float32[...] | do not fit together
            13 | x float32[2,3,4]; i int64[5,4] | y = GatherND x i | y nothing \
                    | indices go along 4 axes, the tensor has 3
            13 | x float32[2,3,4]; i int64[5,3] | y = GatherND x i batch_dims=1 | y nothing \
                    | indices go along 4 axes, the tensor has 3
            13 | x float32[2,3,4]; i int64[5,0] | y = GatherND x i            | y nothing    |
            13 | x float32[2,3,4]; i int64[5,2] | y = GatherND x i batch_dims=-1 | y nothing |
            11 | x float32[2,9]; k {4,5} | y i = TopK x k                     | y float32[2,?] |
            11 | i int64[2]; d {7,8}; v float32[2] | y = OneHot i d v         | y float32[2,?] |
            13 | a {}; b (9); c (1) | y = Range a b c                         | y int64[?]   |
            13 | a (0); b {}; c (1) | y = Range a b c                         | y int64[?]   |
            13 | a (0); b {8,9}; c (1) | y = Range a b c                      | y int64[?]   |
            13 | a (0); b (9); c {} | y = Range a b c                         | y int64[?]   |
            13 | x float32[2,3] | y = Flatten x axis=1099511627776 | y nothing | axis 1099511627776 does not exist
            13 | x float32[1,4,8,8]; w float32[6,2,3,3] | y = Conv x w group=3 | y float32[...] \
                    | weight has 6 input channels, the input has 4
            13 | x float32[1,3,4,8]; w float32[4,3,3,3] | y = Conv x w dilations=[2,3] | y float32[1,4,?,2] \
                    | the window of 5 is larger than the input of 4 + 0
            13 | x float32[1,3,4,4]; w float32[4,3,3,3] | y = ConvTranspose x w | y float32[...] \
                    | weight has 4 input channels, the input has 3
            13 | x float32[1,3,4,4]; w float32[3] | y = ConvTranspose x w kernel_shape=[2,2] | y float32[...] \
                    | weight must have 4 axes
            13 | x float32[1,3,4,4]; w float32[3,4,3,3] | y = ConvTranspose x w output_shape=[9] | y float32[...] \
                    | output_shape must have 2 numbers, it has 1
            11 | x float32[N,3,9,9]; r float32[6,5] | y = MaxRoiPool x r pooled_shape=[2,5,6] | y nothing |
            13 | x float32[1,1,6] | y = MaxPool x kernel_shape=[1] strides=[3] pads=[1,0] auto_pad='VALID' ceil_mode=1 \
                    | y float32[1,1,2] |
            13 | x float32[2,3,4]; s float32[1,3] | y = BatchNormalization x s s s s | y float32[2,3,4] \
                    | scale must have 1 axis
            13 | x float32[2,1,3]; w float32[1,4,3]; r float32[1,4,1] | y = LSTM x w r hidden_size=0 \
                    | y float32[2,1,1,0] |
            11 | x float32[N,3,9,9]; r float32[5] | y = MaxRoiPool x r pooled_shape=[2,5] | y nothing \
                    | rois must have 2 axes
            16 | x float32[N,3,9,9]; r float32; b int64[6] | y = RoiAlign x r b | y nothing   |
            11 | x float32[N,3]; s float64{1.0,2.0} | y = Resize x _ s        | y float32[?,?] |
            16 | x float32[2,3]; g float32[2,2] | y = GridSample x g          | y nothing    |
            20 | t float32[2,2,3]; s {2,3,4} | y = AffineGrid t s | y nothing \
                    | size must have 4 or 5 numbers, it has 3
            20 | t float32[2,2,3]; s {} | y = AffineGrid t s | y nothing | size must have 4 or 5 numbers, it has 0
            """;

    /** Elements of small tensors are followed, up to 1024 of them: LIMIT is 1024 or 1025, and what is found then at the start. */
    private static final String LIMITS =
            """
            13 | s int64[LIMIT] | y = ConstantOfShape s; z = Shape y          | z int64[1024]; | z int64[?]
            13 | s int64[LIMIT]; x float32 | y = Reshape x s; z = Shape y     | z int64[1024]; | z int64[?]
            13 | s {LIMIT}; a {0}; b {1} | y = ConstantOfShape s value={7}; z = Slice y a b | z = 7 | z = ?
            13 | f (0); t (LIMIT); o (1); a {0}; b {1} | y = Range f t o; z = Slice y a b | z = 0 | z = ?
            13 | x {7}; s {LIMIT}; a {0}; b {1} | y = Expand x s; z = Slice y a b | z = 7 | z = ?
            13 | s int64[LIMIT]; o {0}; a {0}; b {1} | c = Concat s axis=0; y = Mul c o; z = Slice y a b | z = 0 | z = ?
            13 | s int64[BELOW]; t {7}; a {-1}; b {9999} | y = Concat s t axis=0; z = Slice y a b | z = 7 | z = ?
            13 | s {MANY}; a {0}; b {1} | y = Slice s a b                     | y = 7 | y = ?
            13 | x float32[MANY]; s {MANY.0}; a {0}; b {1} | y = Resize x _ s; t = Shape y; z = Slice t a b | z = 49 \
                    | z = ?
            """;

    static Stream<ShapeLine> lines() {
        return Stream.of(SOURCES, ELEMENTWISE, SELECTION, LAYOUT, RESHAPES, WINDOWS, OTHERS)
                .flatMap(String::lines)
                .map(ShapeLine::parse);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void shapesAreThoseOfTheSpecification(ShapeLine line) throws IOException {
        assertEquals(line.expected(), line.found());
        assertEquals(List.of(), ModelChecker.problems(line.model()));
        Map<String, TensorType> types = ShapeInference.infer(line.model());
        Map<String, TensorType> theirs = new HashMap<>();
        Graph byOnnx = Oracle.infer(line.model()).graph();
        Stream.of(byOnnx.values(), byOnnx.outputs()).flatMap(List::stream).forEach(value -> value.tensorType()
                .ifPresent(type -> theirs.put(value.name(), type)));
        theirs.forEach((name, type) -> assertTrue(
                !types.containsKey(name) || ShapeInferenceTest.agree(types.get(name), type),
                () -> name + " is " + types.get(name) + ", ONNX says " + type));
    }

    static Stream<String> wrong() {
        return WRONG.lines();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsNotAllowedIsSaidOrLeftOpen(String text) {
        ShapeLine line = ShapeLine.parse(text);
        assertEquals(line.expected(), line.found());
        String part = text.split("\\|", -1)[4].trim();
        List<String> problems = ModelChecker.problems(line.model());
        assertTrue(part.isEmpty() || problems.stream().anyMatch(p -> p.contains(part)), problems.toString());
    }

    static Stream<String> limits() {
        return LIMITS.lines();
    }

    @ParameterizedTest
    @MethodSource("limits")
    void elementsAreFollowedUpToALimit(String text) {
        String[] parts = text.split("\\|", -1);
        for (int limit : new int[] {1024, 1025}) {
            String values = parts[1].replace("LIMIT", Integer.toString(limit))
                    .replace("BELOW", Integer.toString(limit - 1))
                    .replace("MANY.0", "7.0" + ",7.0".repeat(limit - 1))
                    .replace("MANY", "7" + ",7".repeat(limit - 1));
            String right = parts[limit == 1024 ? 3 : 4];
            ShapeLine line = ShapeLine.parse(parts[0] + "|" + values + "|" + parts[2] + "|" + right);
            assertEquals(line.expected(), line.found(), () -> text + " with " + limit);
        }
    }

    /** They have the shape of the dense tensor; axes of less than no elements are left to the reader of the file. */
    @Test
    void sparseTensorsHaveTheShapeOfTheDenseOne() throws IOException {
        OnnxMl.ModelProto.Builder message = TestModels.future().toBuilder();
        message.getGraphBuilder().getSparseInitializerBuilder(0).addDims(0);
        assertEquals("float32[9,0]", String.valueOf(typeOfSparse(message)));
        message.getGraphBuilder().getSparseInitializerBuilder(0).addDims(-1);
        assertEquals("null", String.valueOf(typeOfSparse(message)));

        SparseTensor sparse =
                new SparseTensor(Tensor.ofDoubles("s", new long[] {1}, 3), Tensor.ofLongs("i", 4), List.of(3L, 7L));
        Node constant = Node.of("c", "Constant", List.of(), List.of("y"))
                .with("sparse_value", new Attribute.SparseValue(sparse));
        Graph graph = new Graph("g", List.of(constant), List.of(), List.of(), List.of());
        assertEquals(
                "{y=float64[3,7]}", ShapeInference.infer(Model.of(graph, 13)).toString());
    }

    private static @Nullable TensorType typeOfSparse(OnnxMl.ModelProto.Builder message) throws IOException {
        return ShapeInference.infer(ModelFile.read(message.build().toByteArray()))
                .get("sparse");
    }

    /** The graph may declare what no rule works out; a type without an element type says nothing. */
    @Test
    void declaredTypesFillGaps() {
        ValueInfo y = new ValueInfo("y", TensorType.of(DataType.FLOAT, 2, 3));
        ValueInfo x = new ValueInfo("x", TensorType.of(DataType.UNDEFINED, 2, 3));
        List<Node> nodes = List.of(
                Node.of("a", "Einsum", List.of("x"), List.of("y")).with("equation", Attribute.of("ij->ij")),
                Node.of("b", "Relu", List.of("y"), List.of("z")),
                Node.of("c", "Relu", List.of("x"), List.of("u")));
        Graph graph = new Graph("g", nodes, List.of(), List.of(x), List.of());
        Map<String, TensorType> types = ShapeInference.infer(Model.of(graph.withValues(List.of(y)), 13));
        assertEquals("{y=float32[2,3], z=float32[2,3]}", types.toString());
    }

    /** ONNX 1.17 itself infers one element here. */
    @Test
    void anEmptyAxisIsEmptyBackwardsToo() {
        ShapeLine line = ShapeLine.parse(
                "13 | x float32[0]; a {-1}; b {-9}; ax {0}; s {-1} | y = Slice x a b ax s | y float32[0]");
        assertEquals(line.expected(), line.found());
        Tensor none = Tensor.ofFloats("x", new long[] {0});
        Tensor right = Oracle.run(line.model().withIrVersion(8), none).get("y");
        assertArrayEquals(new long[] {0}, right.dims());
    }
}
