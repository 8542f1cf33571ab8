package terzi.onnx.codec;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.files.WholeFile;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.SparseTensor;
import terzi.onnx.Tensor;

/**
 * Reads and writes ONNX model files.
 *
 * <p>Both are lossless: an unchanged model is written as the same bytes, an edited one differs only where it was edited,
 * and fields that the records do not model are kept.
 */
public final class ModelFile {
    /** The longest array of common JVMs; protobuf copies every buffer that is none. */
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private static final long CHUNK_BYTES = 1 << 20;

    /** Protobuf counts in ints; this leaves room for everything that is not tensor data. */
    private static final long LARGEST_INLINE_BYTES = Integer.MAX_VALUE - (64L << 20);

    private static final ByteString GIT_LFS = ByteString.copyFrom("version https://git-lfs", StandardCharsets.US_ASCII);

    private ModelFile() {}

    /**
     * Reads a model file and the side files with its weights. Weights are views of the bytes read or mapped, not
     * copies.
     *
     * @param file an {@code .onnx} file
     * @return the model, unchecked; see {@link terzi.onnx.shapes.ModelChecker}
     * @throws ModelFormatException if the file is not an ONNX model, or is damaged
     * @throws IOException if the file does not exist or cannot be read
     */
    public static Model read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "there is no such model file");
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(file + " is not a file; name the .onnx file itself");
        }
        try (SideFiles files = SideFiles.beside(file)) {
            return parse(bytes(file), files);
        } catch (ModelFormatException e) {
            throw new ModelFormatException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a model that contains all its weights.
     *
     * @param bytes content of an {@code .onnx} file; it is not copied and must not be changed afterwards
     * @return the model, unchecked; see {@link terzi.onnx.shapes.ModelChecker}
     * @throws IOException a {@link ModelFormatException} if the bytes are not an ONNX model, are damaged, or refer to
     *     weights in side files
     */
    public static Model read(byte[] bytes) throws IOException {
        try (SideFiles files = SideFiles.none()) {
            return parse(UnsafeByteOperations.unsafeWrap(bytes), files);
        }
    }

    private static ByteString bytes(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > LARGEST_ARRAY) {
                throw new ModelFormatException(
                        "it has " + size + " bytes; an ONNX file ends at 2 GiB, larger weights belong in side files");
            }
            ByteBuffer data = ByteBuffer.allocate((int) size);
            while (data.position() < size) {
                // in pieces: the JDK takes native memory of the size of each read
                data.limit((int) Math.min(size, data.position() + CHUNK_BYTES));
                if (channel.read(data) < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
            }
            return UnsafeByteOperations.unsafeWrap(data.array());
        }
    }

    private static Model parse(ByteString bytes, SideFiles files) throws IOException {
        if (bytes.isEmpty()) {
            throw new ModelFormatException("it is empty");
        }
        if (bytes.startsWith(GIT_LFS)) {
            throw new ModelFormatException("it is a Git LFS pointer and not the model; run: git lfs pull");
        }
        ModelProto message;
        try {
            CodedInputStream input = bytes.newCodedInput();
            // weights become views of the bytes instead of copies
            input.enableAliasing(true);
            message = ModelProto.parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    "it is not an ONNX model, or it is damaged or cut short (" + e.getMessage() + ")", e);
        }
        return ModelCodec.read(message, bytes, files);
    }

    /**
     * Writes the model atomically: a reader sees the old file or the complete new one.
     *
     * <p>Weights that were read from a side file in the same folder stay there. Other weights are stored in the model
     * file or, if that would exceed 2 GiB, in a side file with the name of the model file and {@code .data} added.
     *
     * @param model the model, valid or not
     * @param target the {@code .onnx} file, in a folder that exists
     * @throws IOException if the file cannot be written; an older file is then unchanged
     */
    public static void write(Model model, Path target) throws IOException {
        write(model, target, LARGEST_INLINE_BYTES);
    }

    /** As {@link #write(Model, Path)}, with another limit for what goes into the model itself. */
    static void write(Model model, Path target, long largestInlineBytes) throws IOException {
        Optional<ByteString> untouched = untouched(model);
        boolean external = tensors(model).anyMatch(TensorCodec::isExternal);
        Path folder = folder(target).toRealPath();
        boolean sameFolder = tensors(model).filter(TensorCodec::isExternal).allMatch(t -> FileOrigin.isFrom(folder, t));
        if (untouched.isPresent() && (!external || sameFolder)) {
            replace(target, untouched.get()::writeTo);
            return;
        }
        long inline = tensors(model)
                .filter(t -> !TensorCodec.isExternal(t) || !FileOrigin.isFrom(folder, t))
                .mapToLong(t -> t.type().byteSize(t.elementCount()))
                .sum();
        if (inline > largestInlineBytes) {
            writeWithSideFile(model, target, target.getFileName() + ".data");
            return;
        }
        ModelProto message = ModelCodec.write(model, external ? Placement.keeping(folder) : Placement.AS_READ);
        replace(target, message::writeTo);
    }

    /**
     * Writes the model with all weights of 1 KiB and more in a side file in the same folder.
     *
     * @param model the model, valid or not
     * @param target the {@code .onnx} file, in a folder that exists
     * @param sideFile plain name of the side file, such as {@code model.onnx.data}
     * @throws IllegalArgumentException if {@code sideFile} is not a plain file name, or is that of {@code target}
     * @throws IOException if a file cannot be written
     */
    public static void writeWithSideFile(Model model, Path target, String sideFile) throws IOException {
        Path folder = folder(target);
        Path side = folder.resolve(sideFile).normalize();
        if (sideFile.isEmpty()
                || !folder.equals(side.getParent())
                || side.equals(target.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException(
                    "the side file must be a plain file name other than the model's, it is " + sideFile);
        }
        ModelProto message =
                WholeFile.channel(side, channel -> ModelCodec.write(model, Placement.sideFile(sideFile, channel)));
        replace(target, message::writeTo);
    }

    /**
     * Serializes the model with all its weights.
     *
     * @param model the model, valid or not
     * @return the content of an {@code .onnx} file
     * @throws IllegalStateException if the weights exceed the 2 GiB of an array
     */
    public static byte[] toBytes(Model model) {
        boolean external = tensors(model).anyMatch(TensorCodec::isExternal);
        Optional<ByteString> untouched = untouched(model);
        if (untouched.isPresent() && !external) {
            return untouched.get().toByteArray();
        }
        long inline = tensors(model)
                .mapToLong(t -> t.type().byteSize(t.elementCount()))
                .sum();
        if (inline > LARGEST_INLINE_BYTES) {
            throw new IllegalStateException(
                    "the model has " + inline + " bytes of weights, an array ends at 2 GiB; write it to a file");
        }
        try {
            return ModelCodec.write(model, external ? Placement.inline() : Placement.AS_READ)
                    .toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing a model to memory failed", e);
        }
    }

    /** The bytes the model was read from, if nothing was changed since. */
    private static Optional<ByteString> untouched(Model model) {
        return FileOrigin.decoded(model.origin(), Model.class)
                .filter(model::equals)
                .flatMap(was -> FileOrigin.extra(model.origin(), ByteString.class));
    }

    /** All tensors of a model that may lie in side files. */
    private static Stream<Tensor> tensors(Model model) {
        return Stream.concat(
                tensors(model.graph()), model.functions().stream().flatMap(f -> attributeTensors(f.nodes())));
    }

    private static Stream<Tensor> tensors(Graph graph) {
        Stream<Tensor> sparse = graph.sparseInitializers().stream().flatMap(ModelFile::tensors);
        return Stream.concat(Stream.concat(graph.initializers().stream(), sparse), attributeTensors(graph.nodes()));
    }

    private static Stream<Tensor> tensors(SparseTensor sparse) {
        return Stream.of(sparse.values(), sparse.indices());
    }

    private static Stream<Tensor> attributeTensors(List<Node> nodes) {
        return nodes.stream().flatMap(n -> n.attributes().values().stream()).flatMap(attribute -> {
            if (attribute instanceof Attribute.TensorValue v) {
                return Stream.of(v.value());
            } else if (attribute instanceof Attribute.Tensors v) {
                return v.values().stream();
            } else if (attribute instanceof Attribute.GraphValue v) {
                return tensors(v.value());
            } else if (attribute instanceof Attribute.Graphs v) {
                return v.values().stream().flatMap(ModelFile::tensors);
            } else if (attribute instanceof Attribute.SparseValue v) {
                return tensors(v.value());
            } else if (attribute instanceof Attribute.SparseTensors v) {
                return v.values().stream().flatMap(ModelFile::tensors);
            }
            return Stream.empty();
        });
    }

    private static Path folder(Path target) throws IOException {
        Path folder = target.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IOException(target + " cannot be written: it names no file");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(target + " cannot be written: there is no folder " + folder + "; make it first");
        }
        return folder;
    }

    /** Puts a complete new file in the place of {@code target}. */
    private static void replace(Path target, WholeFile.Bytes content) throws IOException {
        if (Files.isDirectory(target)) {
            throw new IOException(target + " is a folder; name a file in it");
        }
        try {
            WholeFile.bytes(target, content);
        } catch (IOException e) {
            throw new IOException(target + " was not written, what was there is as before: " + e.getMessage(), e);
        }
    }
}
