package terzi.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnx.ModelProto;
import org.bytedeco.onnx.global.onnx;
import terzi.onnx.codec.ModelFile;

/** What others say about a model: ONNX's own checker, and the values that ONNX Runtime computes. */
public final class Oracle {

    private Oracle() {}

    /** Throws unless ONNX's own checker, with its strict shape inference, accepts the model. */
    public static void check(Model model) {
        byte[] bytes = ModelFile.toBytes(model);
        try (ModelProto proto = new ModelProto();
                BytePointer pointer = new BytePointer(bytes)) {
            if (!onnx.ParseProtoFromBytes(proto, pointer, bytes.length)) {
                throw new AssertionError("ONNX cannot parse what was written");
            }
            onnx.check_model(proto, true, true, false);
        }
    }

    /** The model with the types that ONNX's own shape inference works out. */
    public static Model infer(Model model) throws IOException {
        byte[] bytes = ModelFile.toBytes(model);
        try (ModelProto proto = new ModelProto();
                BytePointer pointer = new BytePointer(bytes)) {
            if (!onnx.ParseProtoFromBytes(proto, pointer, bytes.length)) {
                throw new AssertionError("ONNX cannot parse what was written");
            }
            onnx.InferShapes(proto);
            try (BytePointer result = proto.SerializeAsString()) {
                byte[] inferred = new byte[(int) result.limit()];
                result.get(inferred);
                return ModelFile.read(inferred);
            }
        }
    }

    /** Runs a model whose inputs and outputs are all float32, unoptimised and on one thread. */
    public static Map<String, Tensor> run(Model model, Tensor... inputs) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            Map<String, OnnxTensor> tensors = new HashMap<>();
            Map<String, Tensor> results = new LinkedHashMap<>();
            try (OrtSession session = environment.createSession(ModelFile.toBytes(model), options)) {
                for (Tensor input : inputs) {
                    tensors.put(
                            input.name(),
                            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.floats()), input.dims()));
                }
                try (OrtSession.Result result = session.run(tensors)) {
                    for (Map.Entry<String, OnnxValue> entry : result) {
                        OnnxTensor value = (OnnxTensor) entry.getValue();
                        FloatBuffer buffer = value.getFloatBuffer();
                        float[] floats = new float[buffer.remaining()];
                        buffer.get(floats);
                        results.put(
                                entry.getKey(),
                                Tensor.ofFloats(entry.getKey(), value.getInfo().getShape(), floats));
                    }
                }
            } finally {
                tensors.values().forEach(OnnxTensor::close);
            }
            return results;
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
    }

    /** Largest absolute difference; throws when the shapes differ. */
    public static double distance(Tensor a, Tensor b) {
        if (!Arrays.equals(a.dims(), b.dims())) {
            throw new AssertionError(a + " and " + b + " have different shapes");
        }
        float[] x = a.floats();
        float[] y = b.floats();
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = Math.abs((double) x[i] - y[i]);
            if (!(difference <= worst)) { // also takes NaN
                worst = difference;
            }
        }
        return worst;
    }
}
