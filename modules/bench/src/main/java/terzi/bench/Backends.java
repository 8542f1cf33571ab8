package terzi.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import terzi.bench.BenchReport.Subject;
import terzi.bench.ProgramBackend.Language;
import terzi.inference.Device;

/** All backends there are, in the order in which they are shown. */
public final class Backends {
    private static final List<Backend> ALL = List.of(
            new OnnxRuntimeBackend("ort", "ONNX Runtime, Java", Device.cpu()),
            new OnnxRuntimeBackend("ort-cuda", "ONNX Runtime, Java, CUDA", Device.cuda(0)),
            new OnnxRuntimeBackend("ort-tensorrt", "ONNX Runtime, Java, TensorRT", Device.tensorRt(0)),
            new DjlOnnxRuntimeBackend(),
            new DjlPyTorchBackend(),
            new ProgramBackend(
                    "ort-c",
                    "ONNX Runtime, C API",
                    Subject.NETWORK,
                    Language.C,
                    List.of(),
                    OnnxRuntimeBackend.SETTINGS),
            python("ort-python", "ONNX Runtime, Python", Subject.NETWORK, "ort", OnnxRuntimeBackend.SETTINGS),
            new ProgramBackend("ort-node", "ONNX Runtime, node", Subject.NETWORK, Language.NODE, List.of(), Map.of()),
            python(
                    "pytorch",
                    "PyTorch, Python",
                    Subject.NETWORK,
                    "pytorch",
                    Map.of("precision", List.of("fp32", "bf16"), "layout", List.of("channels-last", "channels-first"))),
            python("keras", "Keras with TensorFlow, Python", Subject.NETWORK, "keras", Map.of()),
            python("openvino", "OpenVINO, Python", Subject.NETWORK, "openvino", Map.of()),
            new TerziFilesBackend(),
            python("python-files", "PIL and ONNX Runtime, Python", Subject.FILES, "ort", Map.of()),
            new ProgramBackend(
                    "node-files", "sharp and ONNX Runtime, node", Subject.FILES, Language.NODE, List.of(), Map.of()));

    private Backends() {}

    private static Backend python(
            String name, String title, Subject subject, String engine, Map<String, List<String>> settings) {
        return new ProgramBackend(name, title, subject, Language.PYTHON, List.of("engine=" + engine), settings);
    }

    static List<Backend> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException if there is none of this name; the message lists them */
    static Backend named(String name) {
        return ALL.stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no backend '" + name + "'; there are "
                        + ALL.stream().map(Backend::name).collect(Collectors.joining(", "))));
    }

    /** What people can choose from: by name, the title and the settings. */
    public static Map<String, String> descriptions() {
        Map<String, String> descriptions = new LinkedHashMap<>();
        for (Backend backend : ALL) {
            List<String> settings = new ArrayList<>();
            backend.settings().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(setting -> settings.add(setting.getKey() + "=" + String.join("|", setting.getValue())));
            descriptions.put(
                    backend.name(),
                    backend.title() + (settings.isEmpty() ? "" : " (" + String.join(", ", settings) + ")"));
        }
        return descriptions;
    }
}
