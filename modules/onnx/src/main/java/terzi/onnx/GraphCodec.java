package terzi.onnx;

import java.util.List;

/** Graphs between records and protobuf. */
final class GraphCodec {
    private GraphCodec() {}

    static List<SparseTensor> sparseInitializers(Origin origin) {
        return List.of();
    }
}
