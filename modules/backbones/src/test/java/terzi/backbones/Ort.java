package terzi.backbones;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;

/** Runs a network in ONNX Runtime. */
public final class Ort {
    private Ort() {}

    /** The rows of an output. */
    public static float[][] run(Model model, String output, long[] shape, float[] input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(ModelFile.toBytes(model), options);
                    OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
                    OrtSession.Result result = session.run(Map.of("input", tensor))) {
                return (float[][]) result.get(output).orElseThrow().getValue();
            }
        }
    }
}
