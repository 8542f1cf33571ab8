package terzi.bench;

import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/** The one input of a network: {@code [N, C, H, W]} float32. */
record NetworkInput(int channels, int height, int width) {

    /** @throws IllegalArgumentException if the network has another input */
    static NetworkInput of(Model network) {
        List<ValueInfo> inputs = network.graph().inputs();
        List<Dim> dims = inputs.size() == 1
                ? inputs.get(0)
                        .tensorType()
                        .filter(type -> type.elementType() == DataType.FLOAT)
                        .flatMap(TensorType::shape)
                        .orElse(List.of())
                : List.of();
        if (dims.size() == 4
                && !(dims.get(0) instanceof Dim.Fixed)
                && dims.get(1) instanceof Dim.Fixed c
                && dims.get(2) instanceof Dim.Fixed h
                && dims.get(3) instanceof Dim.Fixed w) {
            return new NetworkInput((int) c.size(), (int) h.size(), (int) w.size());
        }
        throw new IllegalArgumentException("expected a classifier file, or a network with one float32 input"
                + " [N, C, H, W] of which N is free and C, H and W are fixed; found " + inputs);
    }

    long[] batch(int size) {
        return new long[] {size, channels, height, width};
    }

    int values() {
        return channels * height * width;
    }
}
