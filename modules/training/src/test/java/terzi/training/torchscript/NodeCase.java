package terzi.training.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.codec.ModelFile;

/** One case of ONNX's backend test suite: a folder with {@code model.onnx} and {@code test_data_set_0/{input,output}_*.pb}. */
record NodeCase(String name, Model model, List<Tensor> inputs, List<Tensor> outputs) {

    static NodeCase read(Path folder) throws IOException {
        Path data = folder.resolve("test_data_set_0");
        return new NodeCase(
                folder.getFileName().toString(),
                ModelFile.read(folder.resolve("model.onnx")),
                tensors(data, "input_"),
                tensors(data, "output_"));
    }

    private static List<Tensor> tensors(Path data, String prefix) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            tensors.add(tensor(Files.readAllBytes(data.resolve(prefix + i + ".pb"))));
        }
        return tensors;
    }

    /** Reads a serialized TensorProto by putting it, as the one initializer, into a serialized ModelProto. */
    private static Tensor tensor(byte[] tensorProto) throws IOException {
        byte[] graph = field(5, tensorProto);
        return ModelFile.read(field(7, graph)).graph().initializers().get(0);
    }

    private static byte[] field(int number, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write((number << 3) | 2);
        for (int rest = content.length; ; rest >>>= 7) {
            bytes.write(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
            if (rest < 0x80) {
                break;
            }
        }
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    static List<Path> folders(Path suite) throws IOException {
        try (Stream<Path> list = Files.list(suite)) {
            return list.filter(Files::isDirectory).sorted().toList();
        }
    }
}
